ALTER TABLE "outgoing_letters" ADD COLUMN "given_up_at" TIMESTAMPTZ(3);
