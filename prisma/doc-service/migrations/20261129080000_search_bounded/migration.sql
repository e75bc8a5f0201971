-- What a search costs is bound by what it looks at. A chunk knows its place in the order of the archive, and its words lie
-- beside the table: what is found is counted and put into order on a few small pages.
DROP INDEX "document_chunks_words_idx", "document_chunks_words_parts_idx";
ALTER TABLE "document_chunks" SET (toast_tuple_target = 128);
-- Reading them is most of what ranking costs.
ALTER TABLE "document_chunks" ALTER COLUMN "words" SET STORAGE EXTERNAL;
ALTER TABLE "document_chunks" ADD COLUMN "seq" BIGINT;
UPDATE "document_chunks" c SET "seq" = d."seq" FROM "documents" d WHERE d."id" = c."document_id";
ALTER TABLE "document_chunks" ALTER COLUMN "seq" SET NOT NULL;
CREATE INDEX "document_chunks_words_idx" ON "document_chunks" USING GIN ("words");
CREATE INDEX "document_chunks_words_parts_idx" ON "document_chunks" USING GIN ("words") WHERE "is_part";

-- How many documents there are is counted here, where no folder is kept to some.
CREATE INDEX "documents_open_idx" ON "documents" ("seq")
  WHERE "is_shared" AND "superseded_by" IS NULL AND "trashed_at" IS NULL AND "hidden_at" IS NULL;
