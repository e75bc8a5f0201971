-- Each registration by mail has its own password and its own link: the account has none until both come together.
ALTER TABLE "account_tokens" ADD COLUMN "password_hash" TEXT, ADD COLUMN "name" TEXT;

UPDATE "account_tokens" t SET "password_hash" = u."password_hash", "name" = u."name"
FROM "users" u WHERE u."id" = t."user_id" AND u."awaits_verification" AND t."purpose" = 'verify';
DELETE FROM "account_tokens" WHERE "purpose" = 'verify' AND "password_hash" IS NULL;
UPDATE "users" SET "password_hash" = NULL, "name" = NULL WHERE "awaits_verification";

ALTER TABLE "account_tokens" ADD CONSTRAINT "account_tokens_registration_check" CHECK (("purpose" = 'verify') = ("password_hash" IS NOT NULL));
