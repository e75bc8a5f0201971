-- CreateTable
CREATE TABLE "plugin_grants" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "plugin_id" TEXT NOT NULL,
    "user_id" UUID,
    "group_id" UUID,
    "effect" TEXT NOT NULL CHECK ("effect" IN ('allow', 'deny')),
    "granted_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "plugin_grants_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "plugin_grants_one_subject" CHECK (num_nonnulls("user_id", "group_id") = 1)
);

-- CreateTable
CREATE TABLE "access_requests" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "plugin_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT 'pending' CHECK ("state" IN ('pending', 'approved', 'refused')),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" TEXT,

    CONSTRAINT "access_requests_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "plugin_grants_plugin_id_user_id_key" ON "plugin_grants"("plugin_id", "user_id");
CREATE UNIQUE INDEX "plugin_grants_plugin_id_group_id_key" ON "plugin_grants"("plugin_id", "group_id");
CREATE INDEX "plugin_grants_user_id_idx" ON "plugin_grants"("user_id");
CREATE INDEX "plugin_grants_group_id_idx" ON "plugin_grants"("group_id");
CREATE INDEX "access_requests_state_created_at_id_idx" ON "access_requests"("state", "created_at", "id");
CREATE INDEX "access_requests_user_id_idx" ON "access_requests"("user_id");
-- Asking twice is asking once.
CREATE UNIQUE INDEX "access_requests_one_pending" ON "access_requests"("plugin_id", "user_id") WHERE "state" = 'pending';

-- AddForeignKey
ALTER TABLE "plugin_grants" ADD CONSTRAINT "plugin_grants_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "plugin_grants" ADD CONSTRAINT "plugin_grants_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "access_requests" ADD CONSTRAINT "access_requests_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
