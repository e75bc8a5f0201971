-- When the text of a document was last sent to a model: so many a day are.
ALTER TABLE "suggestion_runs" ADD COLUMN "sent_at" TIMESTAMPTZ(3);
CREATE INDEX "suggestion_runs_sent_at_idx" ON "suggestion_runs" ("sent_at") WHERE "sent_at" IS NOT NULL;
DROP INDEX "suggestion_runs_asked_at_idx";
