-- What people, or a confirmed proposal, say of a document beside title, type, tags and folder.
ALTER TABLE "documents" ADD COLUMN IF NOT EXISTS "correspondent" TEXT;
ALTER TABLE "documents" ADD COLUMN IF NOT EXISTS "correspondent_key" TEXT;
ALTER TABLE "documents" ADD COLUMN IF NOT EXISTS "document_date" DATE;
-- A person chose the name of the record; the file in the watched folder keeps its own.
ALTER TABLE "documents" ADD COLUMN "filename_set" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX IF NOT EXISTS "documents_correspondent_key_idx" ON "documents" ("correspondent_key") WHERE "correspondent_key" IS NOT NULL;

-- One row a document and field: what is proposed, and what a person decided.
CREATE TABLE "suggestions" (
  "document_id" UUID NOT NULL,
  "field" TEXT NOT NULL,
  -- A text; for tags a list of texts.
  "value" JSONB NOT NULL,
  -- The archive does not hold this folder, type or correspondent yet.
  "is_new" BOOLEAN NOT NULL DEFAULT false,
  "reason" TEXT NOT NULL,
  "confidence" REAL NOT NULL,
  -- Where it comes from: neighbours | rules | provider | e-invoice.
  "method" TEXT NOT NULL,
  "page" INTEGER,
  "state" TEXT NOT NULL DEFAULT 'pending',
  "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "decided_at" TIMESTAMPTZ(3),
  "decided_by" TEXT,
  -- The bulk change that a confirmation was part of.
  "undo_id" UUID,
  CONSTRAINT "suggestions_pkey" PRIMARY KEY ("document_id", "field"),
  CONSTRAINT "suggestions_field_known" CHECK ("field" IN ('title', 'type', 'correspondent', 'date', 'tags', 'folder', 'file_name')),
  CONSTRAINT "suggestions_state_known" CHECK ("state" IN ('pending', 'confirmed', 'rejected')),
  CONSTRAINT "suggestions_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "suggestions_undo_id_idx" ON "suggestions" ("undo_id") WHERE "undo_id" IS NOT NULL;

-- How making them went, and what the inbox is ordered by.
CREATE TABLE "suggestion_runs" (
  "document_id" UUID NOT NULL,
  -- The version of the document that was looked at.
  "version" INTEGER NOT NULL,
  -- done | failed
  "state" TEXT NOT NULL,
  -- What became of asking a provider, and the words for it.
  "provider" TEXT NOT NULL DEFAULT 'off',
  "detail" TEXT,
  "attempts" INTEGER NOT NULL DEFAULT 0,
  -- When it is looked at again; null for when its content changes.
  "again_at" TIMESTAMPTZ(3),
  "tokens" INTEGER NOT NULL DEFAULT 0,
  -- When a provider gave its last word on this version; null while it is to be asked.
  "asked_at" TIMESTAMPTZ(3),
  "asked_times" INTEGER NOT NULL DEFAULT 0,
  "ask_again_at" TIMESTAMPTZ(3),
  "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  -- Of the pending ones: how many, the best confidence, and the folder that the document would lie in.
  "pending" INTEGER NOT NULL DEFAULT 0,
  "best" REAL NOT NULL DEFAULT 0,
  "folder" TEXT NOT NULL DEFAULT '',
  CONSTRAINT "suggestion_runs_pkey" PRIMARY KEY ("document_id"),
  CONSTRAINT "suggestion_runs_state_known" CHECK ("state" IN ('done', 'failed')),
  CONSTRAINT "suggestion_runs_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "suggestion_runs_best_idx" ON "suggestion_runs" ("best" DESC, "document_id") WHERE "pending" > 0;
CREATE INDEX "suggestion_runs_again_at_idx" ON "suggestion_runs" ("again_at") WHERE "again_at" IS NOT NULL;
CREATE INDEX "suggestion_runs_asked_at_idx" ON "suggestion_runs" ("asked_at") WHERE "asked_at" IS NOT NULL;
CREATE INDEX "suggestion_runs_to_ask_idx" ON "suggestion_runs" ("made_at" DESC) WHERE "asked_at" IS NULL;

-- The words of a document by which others like it are found, and in how many documents each word stands.
CREATE TABLE "suggestion_signatures" (
  "document_id" UUID NOT NULL,
  "terms" TEXT[] NOT NULL,
  CONSTRAINT "suggestion_signatures_pkey" PRIMARY KEY ("document_id"),
  CONSTRAINT "suggestion_signatures_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "suggestion_signatures_terms_idx" ON "suggestion_signatures" USING GIN ("terms");
CREATE TABLE "suggestion_terms" (
  "term" TEXT NOT NULL,
  "documents" INTEGER NOT NULL,
  CONSTRAINT "suggestion_terms_pkey" PRIMARY KEY ("term")
);

-- Whether the text of a folder may be sent to a model: none, local or any. Holds for what lies below, too.
CREATE TABLE "folder_privacy" (
  "path" TEXT NOT NULL,
  "level" TEXT NOT NULL,
  CONSTRAINT "folder_privacy_level_known" CHECK ("level" IN ('none', 'local', 'any'))
);
CREATE UNIQUE INDEX "folder_privacy_path_key" ON "folder_privacy" (md5("path"));
