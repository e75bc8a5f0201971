/** A fresh, migrated database of its own for a test file: a copy of the one that the set-up has migrated. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

export type TestDatabase = { url: string; drop: () => Promise<void> };

/** @param service whose migrations are applied; `null` for an empty database */
export async function freshDatabase(service: 'gateway' | 'doc-service' | null): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const template = service === null ? 'template0' : inject('databaseTemplates')[service];
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
