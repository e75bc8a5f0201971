-- What people write to a document. Everybody who sees the document reads it; the author alone changes it.
CREATE TABLE "document_notes" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "document_id" UUID NOT NULL,
  "author_id" TEXT NOT NULL,
  "author_name" TEXT,
  "text" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "edited_at" TIMESTAMPTZ(3),
  CONSTRAINT "document_notes_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "document_notes_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON DELETE CASCADE
);
CREATE INDEX "document_notes_document_id_at_idx" ON "document_notes" ("document_id", "at");

-- Lists under a name: filters, order and layout. One's own, or everybody's.
CREATE TABLE "saved_views" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "owner_id" TEXT NOT NULL,
  "owner_name" TEXT,
  "name" TEXT NOT NULL,
  "is_shared" BOOLEAN NOT NULL,
  "list" JSONB NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "saved_views_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "saved_views_owner_id_idx" ON "saved_views" ("owner_id");
CREATE INDEX "saved_views_is_shared_idx" ON "saved_views" ("is_shared") WHERE "is_shared";

-- How a person likes the library: the view that opens first, columns, density.
CREATE TABLE "library_settings" (
  "owner_id" TEXT NOT NULL,
  "default_view_id" UUID,
  "columns" TEXT[] NOT NULL,
  "is_dense" BOOLEAN NOT NULL,
  CONSTRAINT "library_settings_pkey" PRIMARY KEY ("owner_id"),
  CONSTRAINT "library_settings_default_view_id_fkey" FOREIGN KEY ("default_view_id") REFERENCES "saved_views" ("id") ON DELETE SET NULL
);

-- What a text looks like: texts that share most of their words in their order share most of these numbers. A band is a
-- few of them together; documents with a band in common are compared.
CREATE TABLE "document_sketches" (
  "document_id" UUID NOT NULL,
  "numbers" INTEGER[] NOT NULL,
  "bands" INTEGER[] NOT NULL,
  CONSTRAINT "document_sketches_pkey" PRIMARY KEY ("document_id"),
  CONSTRAINT "document_sketches_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON DELETE CASCADE
);
CREATE INDEX "document_sketches_bands_idx" ON "document_sketches" USING GIN ("bands");
