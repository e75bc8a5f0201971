-- CreateTable
CREATE TABLE "plugin_decisions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "plugin_id" TEXT NOT NULL,
    "outcome" TEXT NOT NULL CHECK ("outcome" IN ('approved', 'refused')),
    "digest" TEXT NOT NULL,
    "wish" TEXT NOT NULL,
    "differences" JSONB NOT NULL,
    "manifest" JSON NOT NULL,
    "user_id" UUID NOT NULL,
    "user_email" TEXT NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,

    CONSTRAINT "plugin_decisions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "plugin_decisions_plugin_id_at_idx" ON "plugin_decisions"("plugin_id", "at" DESC);

-- What is kept is what was approved from now on. Until now a manifest was kept with public routes that nobody had
-- approved: such a one is seen for the first time again.
UPDATE "plugins" SET "manifest" = NULL, "etag" = NULL, "origin" = NULL, "admitted_at" = NULL
WHERE "manifest"::text ~ '"public"\s*:\s*true';
