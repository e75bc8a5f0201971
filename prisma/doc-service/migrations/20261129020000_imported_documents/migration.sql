-- Which document of another archive became which one here: what was imported once is not imported again.
CREATE TABLE "imported_documents" (
  "source" TEXT NOT NULL,
  "source_id" TEXT NOT NULL,
  "document_id" UUID NOT NULL REFERENCES "documents" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "sha256" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("source", "source_id", "sha256")
);
CREATE INDEX "imported_documents_document_id_idx" ON "imported_documents" ("document_id");
