ALTER TABLE "sessions" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'browser' CHECK ("kind" IN ('browser', 'program'));

CREATE TABLE "spent_refresh_tokens" (
    "token_hash" BYTEA NOT NULL,
    "session_id" UUID NOT NULL,
    "spent_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "spent_refresh_tokens_pkey" PRIMARY KEY ("token_hash")
);

CREATE INDEX "spent_refresh_tokens_session_id_idx" ON "spent_refresh_tokens"("session_id");

ALTER TABLE "spent_refresh_tokens" ADD CONSTRAINT "spent_refresh_tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
