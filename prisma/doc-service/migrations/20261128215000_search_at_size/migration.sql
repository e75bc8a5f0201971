-- The order in which documents came. A search for a common word looks at the newest documents alone: each block of
-- them is a lexeme among the document's own, so that the index itself leaves the others out.
CREATE SEQUENCE "documents_seq_seq" AS BIGINT;
ALTER TABLE "documents" ADD COLUMN "seq" BIGINT;
UPDATE "documents" d SET "seq" = o.place
  FROM (SELECT "id", row_number() OVER (ORDER BY "created_at", "id" DESC) AS place FROM "documents") o WHERE o."id" = d."id";
SELECT setval('documents_seq_seq', (SELECT coalesce(max("seq"), 0) + 1 FROM "documents"), false);
ALTER TABLE "documents" ALTER COLUMN "seq" SET DEFAULT nextval('documents_seq_seq');
ALTER TABLE "documents" ALTER COLUMN "seq" SET NOT NULL;
ALTER SEQUENCE "documents_seq_seq" OWNED BY "documents"."seq";
CREATE UNIQUE INDEX "documents_seq_key" ON "documents" ("seq");
UPDATE "documents" SET "names" = "names" || array_to_tsvector(ARRAY['#' || ("seq" >> 12), '##' || ("seq" >> 16)])
  WHERE "names" IS NOT NULL;
UPDATE "document_chunks" c SET "words" = c."words" || array_to_tsvector(ARRAY['#' || (d."seq" >> 12), '##' || (d."seq" >> 16)])
  FROM "documents" d WHERE d."id" = c."document_id" AND c."words" IS NOT NULL;

-- Each order of the list by an index of its own, so that a page costs the same wherever it lies.
CREATE INDEX "documents_title_lower_idx" ON "documents" (lower("title"), "id");
CREATE INDEX "documents_size_bytes_idx" ON "documents" ("size_bytes", "id");

-- In about how many documents a word was seen: what a beginning most probably goes on to.
ALTER TABLE "search_words" ADD COLUMN "seen" INTEGER NOT NULL DEFAULT 0;
CREATE INDEX "search_words_pairs_idx" ON "search_words" (left("word", 2), "seen" DESC, "word");
CREATE INDEX "search_words_triples_idx" ON "search_words" (left("word", 3), "seen" DESC, "word");
