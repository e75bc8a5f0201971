-- Capabilities of extensions, workspace types and workspaces that bind them, and who may do what in a workspace.
CREATE TABLE "orgs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "orgs_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "orgs_slug_key" ON "orgs"("slug");
INSERT INTO "orgs" ("slug", "name") VALUES ('default', 'Default');

CREATE TABLE "capability_records" (
    "plugin_id" TEXT NOT NULL,
    "capability_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "is_enabled" BOOLEAN NOT NULL,
    "options" JSONB NOT NULL DEFAULT '{}',
    "found_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "capability_records_pkey" PRIMARY KEY ("plugin_id","capability_id")
);

CREATE TABLE "workspace_types" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "org_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workspace_types_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "workspace_types_org_id_slug_key" ON "workspace_types"("org_id", "slug");
ALTER TABLE "workspace_types" ADD CONSTRAINT "workspace_types_org_id_fkey"
    FOREIGN KEY ("org_id") REFERENCES "orgs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "workspaces" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "org_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "type_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workspaces_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "workspaces_org_id_slug_key" ON "workspaces"("org_id", "slug");
CREATE INDEX "workspaces_type_id_idx" ON "workspaces"("type_id");
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_org_id_fkey"
    FOREIGN KEY ("org_id") REFERENCES "orgs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_type_id_fkey"
    FOREIGN KEY ("type_id") REFERENCES "workspace_types"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "workspace_access" (
    "workspace_id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "permissions" TEXT[],

    CONSTRAINT "workspace_access_pkey" PRIMARY KEY ("workspace_id","group_id")
);
CREATE INDEX "workspace_access_group_id_idx" ON "workspace_access"("group_id");
ALTER TABLE "workspace_access" ADD CONSTRAINT "workspace_access_workspace_id_fkey"
    FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "workspace_access" ADD CONSTRAINT "workspace_access_group_id_fkey"
    FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "capability_bindings" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "type_id" UUID,
    "workspace_id" UUID,
    "plugin_id" TEXT NOT NULL,
    "capability_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "is_default" BOOLEAN NOT NULL,
    "options" JSONB NOT NULL DEFAULT '{}',
    "environments" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "capability_bindings_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "capability_bindings_owner_check" CHECK (num_nonnulls("type_id", "workspace_id") = 1)
);
CREATE UNIQUE INDEX "capability_bindings_type_id_plugin_id_capability_id_key"
    ON "capability_bindings"("type_id", "plugin_id", "capability_id");
CREATE UNIQUE INDEX "capability_bindings_workspace_id_plugin_id_capability_id_key"
    ON "capability_bindings"("workspace_id", "plugin_id", "capability_id");
CREATE INDEX "capability_bindings_plugin_id_capability_id_idx"
    ON "capability_bindings"("plugin_id", "capability_id");
-- Of each kind at most one default for each owner, whatever programs think.
CREATE UNIQUE INDEX "capability_bindings_type_default" ON "capability_bindings"("type_id", "kind")
    WHERE "is_default" AND "type_id" IS NOT NULL;
CREATE UNIQUE INDEX "capability_bindings_workspace_default" ON "capability_bindings"("workspace_id", "kind")
    WHERE "is_default" AND "workspace_id" IS NOT NULL;
ALTER TABLE "capability_bindings" ADD CONSTRAINT "capability_bindings_type_id_fkey"
    FOREIGN KEY ("type_id") REFERENCES "workspace_types"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "capability_bindings" ADD CONSTRAINT "capability_bindings_workspace_id_fkey"
    FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;
