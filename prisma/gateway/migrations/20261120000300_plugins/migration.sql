-- CreateTable
CREATE TABLE "plugins" (
    "id" TEXT NOT NULL,
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,
    "group_pins" JSONB NOT NULL DEFAULT '{}',
    "manifest" JSON,
    "etag" TEXT,
    "origin" TEXT,
    "admitted_at" TIMESTAMPTZ,
    "updated_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plugins_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plugin_settings_changes" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "plugin_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "user_email" TEXT NOT NULL,
    "outcome" TEXT NOT NULL DEFAULT 'sent' CHECK ("outcome" IN ('sent', 'saved', 'refused', 'failed')),
    "changes" JSONB NOT NULL DEFAULT '[]',
    "at" TIMESTAMPTZ NOT NULL,

    CONSTRAINT "plugin_settings_changes_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "plugin_settings_changes_plugin_id_at_idx" ON "plugin_settings_changes"("plugin_id", "at" DESC);
