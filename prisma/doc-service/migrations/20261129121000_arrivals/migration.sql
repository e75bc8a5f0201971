-- How many files came by a way on a day, in UTC; and the latest that were refused, for the person who sent them.
CREATE TABLE "arrival_days" (
  "day" DATE NOT NULL,
  "way" TEXT NOT NULL,
  "taken" INTEGER NOT NULL DEFAULT 0,
  "refused" INTEGER NOT NULL DEFAULT 0,
  "last_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "arrival_days_pkey" PRIMARY KEY ("day", "way")
);
CREATE TABLE "arrival_refusals" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "owner_id" TEXT,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "way" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  CONSTRAINT "arrival_refusals_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "arrival_refusals_owner_id_at_idx" ON "arrival_refusals"("owner_id", "at");
-- What the watched folder brought is counted by it.
CREATE INDEX "intake_files_kept_at_idx" ON "intake_files"("kept_at");
