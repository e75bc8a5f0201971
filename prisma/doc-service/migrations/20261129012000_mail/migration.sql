-- Which messages were looked at, and what became of each: a message is taken once.
CREATE TABLE "mail_messages" (
  -- Server, user and mailbox: a hash, for names may be long.
  "mailbox_key" TEXT NOT NULL,
  "uid_validity" TEXT NOT NULL,
  "uid" BIGINT NOT NULL,
  -- taken | ignored | failed
  "state" TEXT NOT NULL,
  "documents" INTEGER NOT NULL DEFAULT 0,
  -- What of it was not taken, and why.
  "detail" TEXT,
  "attempts" INTEGER NOT NULL DEFAULT 1,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "mail_messages_pkey" PRIMARY KEY ("mailbox_key", "uid_validity", "uid"),
  CONSTRAINT "mail_messages_state_known" CHECK ("state" IN ('taken', 'ignored', 'failed'))
);
