-- The newest and the oldest documents lie in these blocks: read in the index alone.
CREATE INDEX "documents_created_at_seq_idx" ON "documents" ("created_at", "seq");
