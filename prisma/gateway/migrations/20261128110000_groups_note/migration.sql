-- Why a provider did not say somebody's groups at their last sign-in. Null: it did.
ALTER TABLE "external_identities" ADD COLUMN "groups_note" TEXT;
