-- Pages that show something and print no letter, read from their picture. By content, so that versions and doubles share it.
CREATE TABLE "ocr_pages" (
  "sha256" TEXT NOT NULL,
  "page" INTEGER NOT NULL,
  "state" TEXT NOT NULL DEFAULT 'waiting',
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "detail" TEXT,
  "width" DOUBLE PRECISION,
  "height" DOUBLE PRECISION,
  "words" JSONB,
  "text" TEXT,
  "confidence" DOUBLE PRECISION,
  "is_used" BOOLEAN NOT NULL DEFAULT false,
  "languages" TEXT[] NOT NULL DEFAULT '{}',
  "read_at" TIMESTAMPTZ(3),
  CONSTRAINT "ocr_pages_pkey" PRIMARY KEY ("sha256", "page")
);
CREATE INDEX "ocr_pages_state_next_attempt_at_idx" ON "ocr_pages" ("state", "next_attempt_at");

-- The invoice that is attached to a PDF as XML; or what is wrong with it.
CREATE TABLE "invoices" (
  "sha256" TEXT NOT NULL,
  "file" TEXT NOT NULL,
  "value" JSONB,
  "detail" TEXT,
  CONSTRAINT "invoices_pkey" PRIMARY KEY ("sha256")
);

-- What has a page without text, or an attached file, is read once more: it may be a scan or an invoice.
UPDATE "documents" d SET "status" = 'kept', "next_attempt_at" = 'epoch', "attempts" = 0
WHERE d."status" IN ('read', 'searchable') AND d."sha256" IS NOT NULL AND (
  d."about" ~* '\.xml\M'
  OR EXISTS (
    SELECT FROM "document_chunks" c, string_to_table(c."text", E'\f') AS page
    WHERE c."document_id" = d."id" AND page !~ '[[:alnum:]]'));
