-- Fields that an archive has beside title, type and tags: superusers say which there are.
CREATE TABLE "custom_fields" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  -- The name as filters write it: `invoice-number`.
  "key" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "choices" TEXT[] NOT NULL DEFAULT '{}',
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "custom_fields_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "custom_fields_key_key" ON "custom_fields" ("key");

-- What they are for each document: the value as it is answered, and what it is found by.
CREATE TABLE "document_fields" (
  "document_id" UUID NOT NULL,
  "field_id" UUID NOT NULL,
  "value" JSONB NOT NULL,
  "value_key" TEXT NOT NULL,
  "number" NUMERIC,
  "day" DATE,
  CONSTRAINT "document_fields_pkey" PRIMARY KEY ("document_id", "field_id"),
  CONSTRAINT "document_fields_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON DELETE CASCADE,
  CONSTRAINT "document_fields_field_id_fkey" FOREIGN KEY ("field_id") REFERENCES "custom_fields" ("id") ON DELETE CASCADE
);
-- A text may be longer than an index entry can be.
CREATE INDEX "document_fields_value_key_idx" ON "document_fields" ("field_id", left("value_key", 200));
CREATE INDEX "document_fields_number_idx" ON "document_fields" ("field_id", "number") WHERE "number" IS NOT NULL;
CREATE INDEX "document_fields_day_idx" ON "document_fields" ("field_id", "day") WHERE "day" IS NOT NULL;
