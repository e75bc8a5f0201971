-- Who may see and change what lies in a category and below it, for what came from the watched folder. The entry of the nearest
-- category above decides; without one, it is everybody's to read.
CREATE TABLE "category_rights" (
  "category_id" UUID NOT NULL,
  "everyone" BOOLEAN NOT NULL,
  "readers" TEXT[] NOT NULL,
  "editors" TEXT[] NOT NULL,
  "set_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "set_by" TEXT,
  CONSTRAINT "category_rights_pkey" PRIMARY KEY ("category_id"),
  CONSTRAINT "category_rights_category_id_fkey" FOREIGN KEY ("category_id") REFERENCES "categories" ("id") ON DELETE CASCADE
);

-- Groups that one document is shared with, beside what its category says.
ALTER TABLE "documents" ADD COLUMN "shared_readers" TEXT[] NOT NULL DEFAULT '{}';
ALTER TABLE "documents" ADD COLUMN "shared_editors" TEXT[] NOT NULL DEFAULT '{}';
