-- A person has one name: the one that others see. What they chose on their profile page counts.
UPDATE "users" u SET "name" = p."display_name"
FROM "profiles" p WHERE p."user_id" = u."id" AND p."display_name" IS NOT NULL AND p."display_name" <> '';
ALTER TABLE "profiles" DROP COLUMN "display_name", ADD COLUMN "phone" TEXT;
