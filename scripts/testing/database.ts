/** A fresh, migrated database of its own for a test file: nobody else sees it. */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { applyMigrations } from '@berth/plugin-kit/base/migrations.ts';
import { Client } from 'pg';
import { inject } from 'vitest';

export type TestDatabase = { url: string; drop: () => Promise<void> };

/** @param service whose migrations are applied; `null` for an empty database */
export async function freshDatabase(service: 'gateway' | 'doc-service' | null): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  if (service) await migrate(url.href, service);
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function migrate(url: string, service: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await applyMigrations(
      client,
      fileURLToPath(new URL(`../../prisma/${service}/migrations`, import.meta.url)),
    );
  } finally {
    await client.end();
  }
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
