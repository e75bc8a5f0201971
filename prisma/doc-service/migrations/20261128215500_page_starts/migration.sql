-- Where each page of a chunk begins among its words, so that `page:3` knows which of them stand on it.
ALTER TABLE "document_chunks" ADD COLUMN "page_starts" INTEGER[];
-- Chunks from before are indexed once more.
UPDATE "documents" SET "status" = 'read', "attempts" = 0, "next_attempt_at" = 'epoch' WHERE "status" = 'searchable';
