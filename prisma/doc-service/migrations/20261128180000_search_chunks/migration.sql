-- Parts of words and typing errors are found by trigrams. A trusted extension: whoever may create tables may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- What is read and searched of a document, in chunks of pages: every page of a long one is found, and a hit knows its page.
CREATE TABLE "document_chunks" (
  "document_id" UUID NOT NULL,
  "chunk" INTEGER NOT NULL,
  "first_page" INTEGER NOT NULL,
  "text" TEXT NOT NULL,
  -- Whether the document has others.
  "is_part" BOOLEAN NOT NULL,
  "words" tsvector,
  CONSTRAINT "document_chunks_pkey" PRIMARY KEY ("document_id", "chunk"),
  CONSTRAINT "document_chunks_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "document_chunks_words_idx" ON "document_chunks" USING GIN ("words");
CREATE INDEX "document_chunks_words_parts_idx" ON "document_chunks" USING GIN ("words") WHERE "is_part";

-- Titles, file names and folders: a small index of their own, asked first.
ALTER TABLE "documents" ADD COLUMN "names" tsvector;
ALTER TABLE "documents" ADD COLUMN "language" TEXT;
-- What the file says of the whole, and how many of its pages were read.
ALTER TABLE "documents" ADD COLUMN "about" TEXT;
ALTER TABLE "documents" ADD COLUMN "read_pages" INTEGER;
CREATE INDEX "documents_names_idx" ON "documents" USING GIN ("names");

-- Every word that some document holds, folded: what a part of a word or a typing error is compared with.
CREATE TABLE "search_words" (
  "word" TEXT NOT NULL,
  CONSTRAINT "search_words_pkey" PRIMARY KEY ("word")
);
CREATE INDEX "search_words_trigrams_idx" ON "search_words" USING GIN ("word" gin_trgm_ops);
CREATE INDEX "search_words_beginnings_idx" ON "search_words" ("word" text_pattern_ops);
-- Whose stems a query must know.
CREATE TABLE "search_languages" (
  "language" TEXT NOT NULL,
  CONSTRAINT "search_languages_pkey" PRIMARY KEY ("language")
);

-- Everything is read once more: form fields, notes and metadata are read now too.
UPDATE "documents" SET "status" = 'kept', "attempts" = 0, "next_attempt_at" = 'epoch' WHERE "status" IN ('read', 'searchable');
DROP TABLE "document_texts";
