-- Services of others that the gateway calls for containers, which of them each container was given, and what was used.
CREATE TABLE "connections" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "options" JSONB NOT NULL,
    "secret" BYTEA,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,

    CONSTRAINT "connections_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "connections_name_key" ON "connections"("name");

CREATE TABLE "connection_bindings" (
    "plugin_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,

    CONSTRAINT "connection_bindings_pkey" PRIMARY KEY ("plugin_id","name")
);
CREATE INDEX "connection_bindings_connection_id_idx" ON "connection_bindings"("connection_id");
ALTER TABLE "connection_bindings" ADD CONSTRAINT "connection_bindings_connection_id_fkey"
    FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "connection_uses" (
    "id" BIGSERIAL NOT NULL,
    "connection_id" UUID NOT NULL,
    "connection_name" TEXT NOT NULL,
    "plugin_id" TEXT NOT NULL,
    "model" TEXT,
    "input_tokens" INTEGER NOT NULL DEFAULT 0,
    "output_tokens" INTEGER NOT NULL DEFAULT 0,
    "cost" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "currency" TEXT NOT NULL,
    "took_ms" INTEGER NOT NULL,
    "outcome" TEXT NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,

    CONSTRAINT "connection_uses_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "connection_uses_connection_id_at_idx" ON "connection_uses"("connection_id", "at");
CREATE INDEX "connection_uses_at_idx" ON "connection_uses"("at");
