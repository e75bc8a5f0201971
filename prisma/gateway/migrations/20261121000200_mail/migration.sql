CREATE TABLE "outgoing_letters" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "sealed" BYTEA NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "last_error" TEXT,

    CONSTRAINT "outgoing_letters_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "outgoing_letters_next_at_idx" ON "outgoing_letters"("next_at");
