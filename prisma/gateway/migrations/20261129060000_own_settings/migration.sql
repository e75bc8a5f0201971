-- What an admin set of the gateway itself; the environment wins over it.
CREATE TABLE "gateway_settings" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "value" JSONB NOT NULL,
    "sealed" BYTEA,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "gateway_settings_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "gateway_settings_one_row" CHECK ("id" = 1)
);
