-- The last good copy of each signed catalogue of known containers.
CREATE TABLE "catalogue_copies" (
    "source" TEXT NOT NULL,
    "serial" INTEGER NOT NULL,
    "document" TEXT NOT NULL,
    "fetched_at" TIMESTAMPTZ NOT NULL,

    CONSTRAINT "catalogue_copies_pkey" PRIMARY KEY ("source")
);
