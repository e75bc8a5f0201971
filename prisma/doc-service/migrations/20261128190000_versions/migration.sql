-- A document is what a person means by it; what its bytes were is a version.
CREATE TABLE "document_versions" (
  "document_id" UUID NOT NULL,
  "number" INTEGER NOT NULL,
  "sha256" TEXT NOT NULL,
  "size_bytes" BIGINT NOT NULL,
  "pages" INTEGER,
  -- Where these bytes were found: a path below the watched folder, or the name of an upload.
  "place" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "document_versions_pkey" PRIMARY KEY ("document_id", "number"),
  CONSTRAINT "document_versions_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "document_versions" ("document_id", "number", "sha256", "size_bytes", "pages", "place", "created_at")
  SELECT "id", 1, "sha256", "size_bytes", "pages", "filename", "created_at" FROM "documents" WHERE "sha256" IS NOT NULL;
ALTER TABLE "documents" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
-- What a person has set stays; the folder only proposes.
ALTER TABLE "documents" ADD COLUMN "title_set" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "documents" ADD COLUMN "category_set" BOOLEAN NOT NULL DEFAULT false;
-- A file that is filled in place and given its old time back changes nothing else. Zero: not noted yet.
ALTER TABLE "intake_files" ADD COLUMN "ctime_ns" BIGINT NOT NULL DEFAULT 0;
