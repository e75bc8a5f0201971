-- What each question to a model used and cost. It stays when its document goes.
CREATE TABLE "model_questions" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "document_id" UUID,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "model" TEXT,
  -- answered, or the kind of the fault.
  "state" TEXT NOT NULL,
  "tokens" INTEGER NOT NULL DEFAULT 0,
  -- Null: the connection had no price.
  "cost" DOUBLE PRECISION,
  "currency" TEXT,
  CONSTRAINT "model_questions_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "model_questions_tokens_possible" CHECK ("tokens" >= 0 AND "cost" >= 0),
  CONSTRAINT "model_questions_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "documents"("id")
    ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE INDEX "model_questions_document_id_idx" ON "model_questions"("document_id");
CREATE INDEX "model_questions_at_idx" ON "model_questions"("at");
-- What was counted by document before.
INSERT INTO "model_questions" ("document_id", "at", "state", "tokens")
  SELECT "document_id", coalesce("asked_at", "made_at"), 'answered', "tokens" FROM "suggestion_runs" WHERE "tokens" > 0;
ALTER TABLE "suggestion_runs" DROP COLUMN "tokens";
