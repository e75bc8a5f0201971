-- AlterTable
ALTER TABLE "plugins" ADD COLUMN "icon" BYTEA,
ADD COLUMN "icon_path" TEXT;
