#!/bin/bash
# Run once by the postgres image, on an empty volume: a database each, an owner each, and no way from one to the other.
set -eu

psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  -v berth="$BERTH_DB_PASSWORD" -v documents="$BERTH_DOCUMENTS_DB_PASSWORD" <<'SQL'
CREATE ROLE berth LOGIN PASSWORD :'berth';
CREATE ROLE berth_documents LOGIN PASSWORD :'documents';
CREATE DATABASE berth OWNER berth;
CREATE DATABASE berth_documents OWNER berth_documents;
REVOKE CONNECT, TEMPORARY ON DATABASE postgres, berth, berth_documents FROM PUBLIC;
SQL
