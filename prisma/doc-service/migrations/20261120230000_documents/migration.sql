CREATE TABLE "documents" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "sha256" TEXT,
  "size_bytes" BIGINT NOT NULL,
  "title" TEXT NOT NULL,
  "filename" TEXT NOT NULL,
  "category" TEXT,
  "status" TEXT NOT NULL DEFAULT 'seen',
  "source" TEXT NOT NULL,
  "is_shared" BOOLEAN NOT NULL,
  "pages" INTEGER,
  "error_reason" TEXT,
  "error_detail" TEXT,
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "superseded_by" UUID,
  "hidden_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "documents_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "documents_status_known" CHECK ("status" IN ('seen', 'kept', 'read', 'searchable', 'stuck')),
  CONSTRAINT "documents_kept_has_content" CHECK ("sha256" IS NOT NULL OR "status" IN ('seen', 'stuck'))
);
CREATE UNIQUE INDEX "documents_sha256_key" ON "documents"("sha256");
CREATE INDEX "documents_status_next_attempt_at_idx" ON "documents"("status", "next_attempt_at");
CREATE INDEX "documents_created_at_id_idx" ON "documents"("created_at" DESC, "id");
CREATE INDEX "documents_category_idx" ON "documents"("category");
CREATE INDEX "documents_filename_lower_idx" ON "documents"(lower("filename"));

CREATE TABLE "document_texts" (
  "document_id" UUID NOT NULL,
  "text" TEXT NOT NULL,
  "words" tsvector,
  CONSTRAINT "document_texts_pkey" PRIMARY KEY ("document_id"),
  CONSTRAINT "document_texts_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "document_texts_words_idx" ON "document_texts" USING GIN ("words");

CREATE TABLE "uploads" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "document_id" UUID NOT NULL,
  "owner_id" TEXT NOT NULL,
  "filename" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "uploads_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "uploads_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "uploads_document_id_owner_id_filename_key" ON "uploads"("document_id", "owner_id", "filename");
CREATE INDEX "uploads_owner_id_idx" ON "uploads"("owner_id");

CREATE TABLE "document_events" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "document_id" UUID NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "kind" TEXT NOT NULL,
  "place" TEXT NOT NULL,
  "other_id" UUID,
  CONSTRAINT "document_events_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "document_events_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "document_events_document_id_at_idx" ON "document_events"("document_id", "at");

CREATE TABLE "intake_files" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "root" TEXT NOT NULL,
  "path" BYTEA NOT NULL,
  -- A path may be longer than an index entry can be: its hash is what is unique.
  "path_key" BYTEA NOT NULL GENERATED ALWAYS AS (sha256("path")) STORED,
  "display_path" TEXT NOT NULL,
  "size_bytes" BIGINT NOT NULL,
  "mtime_ns" BIGINT NOT NULL,
  "inode" TEXT NOT NULL,
  "state" TEXT NOT NULL DEFAULT 'seen',
  "error_reason" TEXT,
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "document_id" UUID,
  "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "kept_at" TIMESTAMPTZ(3),
  "missing_since" TIMESTAMPTZ(3),
  CONSTRAINT "intake_files_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "intake_files_state_known" CHECK ("state" IN ('seen', 'kept', 'stuck')),
  CONSTRAINT "intake_files_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents"("id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "intake_files_root_path_key_key" ON "intake_files"("root", "path_key");
CREATE INDEX "intake_files_state_next_attempt_at_idx" ON "intake_files"("state", "next_attempt_at");
CREATE INDEX "intake_files_document_id_idx" ON "intake_files"("document_id");

CREATE TABLE "service_settings" (
  "id" INTEGER NOT NULL DEFAULT 1,
  "value" JSONB NOT NULL,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "service_settings_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "service_settings_one_row" CHECK ("id" = 1)
);
