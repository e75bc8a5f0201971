-- What people say of a document. Keys are the same words without case, made by the service: the database's locale has no part in it.
ALTER TABLE "documents" ADD COLUMN "type" TEXT;
ALTER TABLE "documents" ADD COLUMN "type_key" TEXT;
ALTER TABLE "documents" ADD COLUMN "tags" TEXT[] NOT NULL DEFAULT '{}';
ALTER TABLE "documents" ADD COLUMN "tag_keys" TEXT[] NOT NULL DEFAULT '{}';
-- Rises with every change of what people say of it; what `If-Match` is compared with.
ALTER TABLE "documents" ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "documents" ADD COLUMN "trashed_at" TIMESTAMPTZ(3);
CREATE INDEX "documents_type_key_idx" ON "documents" ("type_key") WHERE "type_key" IS NOT NULL;
CREATE INDEX "documents_tag_keys_idx" ON "documents" USING GIN ("tag_keys");
CREATE INDEX "documents_trashed_at_idx" ON "documents" ("trashed_at") WHERE "trashed_at" IS NOT NULL;

-- Who changed what, from what to what. Null for what the folder did.
ALTER TABLE "document_events" ADD COLUMN "by_id" TEXT;
ALTER TABLE "document_events" ADD COLUMN "by_name" TEXT;
ALTER TABLE "document_events" ADD COLUMN "change" JSONB;

-- The tree of categories. Those of the folder get their row when they are first listed; those that a person made stay when they are empty.
CREATE TABLE "categories" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "path" TEXT NOT NULL,
  "is_made" BOOLEAN NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "categories_pkey" PRIMARY KEY ("id")
);
-- A path of the folder may be longer than an index entry can be.
CREATE UNIQUE INDEX "categories_path_key" ON "categories" (md5("path"));

-- What a bulk change found, so that it can be undone.
CREATE TABLE "bulk_changes" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "owner_id" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "undone_at" TIMESTAMPTZ(3),
  -- Each with its id, its revision afterwards, and what it was before.
  "before" JSONB NOT NULL,
  CONSTRAINT "bulk_changes_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "bulk_changes_at_idx" ON "bulk_changes" ("at");
