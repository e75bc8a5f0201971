/** `berth doctor`: what keeps the product from starting here, and what will soon; each finding says what to do. */
import { constants, existsSync } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command, CommandContext } from '@berth/plugin-kit/base/command.ts';
import { Client } from 'pg';
import { freeBytes } from '../../scripts/start/disk.ts';
import { readOptions } from '../../scripts/start/options.ts';
import { root } from '../../scripts/start/paths.ts';
import { isPortFree } from '../../scripts/start/ports.ts';
import { databasesOf, type Databases, type Server } from './databases.ts';

type Finding = { level: 'ok' | 'warning' | 'wrong'; text: string };

export const doctor: Command = {
  name: 'doctor',
  summary:
    'what keeps Berth from starting on this machine: folders, disk, keys, databases, port; changes nothing',
  run: async (_, context) => {
    const findings = await findingsOf(context);
    for (const { level, text } of findings) context.tell(`${level.padEnd(7)}  ${text}`);
    const wrong = findings.filter(({ level }) => level === 'wrong').length;
    context.tell(wrong === 0 ? 'Nothing keeps Berth from starting.' : `${wrong} to mend.`);
    return wrong === 0 ? 0 : 1;
  },
};

async function findingsOf({ env, data }: CommandContext): Promise<Finding[]> {
  const options = readOptions([], env);
  if (!existsSync(data))
    return [
      { level: 'ok', text: `${data} is not there yet: the first start makes it.` },
      await portFinding(options.port, options.host, env),
    ];
  const databases = databasesOf(env, data);
  try {
    return [
      await folderFinding(data),
      await diskFinding(data, options.minFreeMb),
      await keysFinding(join(data, 'keys')),
      await databaseFinding('gateway', databases),
      await databaseFinding('doc-service', databases),
      await portFinding(options.port, options.host, env),
    ];
  } finally {
    await databases.close();
  }
}

async function folderFinding(data: string): Promise<Finding> {
  const isWritable = await access(data, constants.W_OK).then(
    () => true,
    () => false,
  );
  return isWritable
    ? { level: 'ok', text: `${data} can be written.` }
    : {
        level: 'wrong',
        text: `${data} cannot be written: give it to this user, or choose another in BERTH_DATA.`,
      };
}

async function diskFinding(data: string, minFreeMb: number): Promise<Finding> {
  const freeMb = Math.floor((await freeBytes(data)) / 1024 / 1024);
  if (freeMb < minFreeMb)
    return {
      level: 'wrong',
      text: `${freeMb} MB are free where ${minFreeMb} MB are wanted (BERTH_MIN_FREE_MB).`,
    };
  return freeMb < 4 * minFreeMb
    ? { level: 'warning', text: `${freeMb} MB are free: the disk will soon be full.` }
    : { level: 'ok', text: `${freeMb} MB are free.` };
}

async function keysFinding(folder: string): Promise<Finding> {
  const names = await readdir(folder).catch((): string[] => []);
  const missing = ['access-', 'assertion-', 'secret'].filter(
    (part) => !names.some((name) => name.startsWith(part)),
  );
  return missing.length === 0
    ? { level: 'ok', text: `The keys are in ${folder}.` }
    : {
        level: 'warning',
        text: `${folder} lacks keys: the next start makes them, and sessions of lost keys end.`,
      };
}

async function databaseFinding(server: Server, databases: Databases): Promise<Finding> {
  let client: Client;
  try {
    client = new Client({ connectionString: await databases.urlOf(server), connectionTimeoutMillis: 10_000 });
    client.on('error', () => {}); // Told by the query below.
    await client.connect();
  } catch (error) {
    return { level: 'wrong', text: `The database of ${server} cannot be used: ${reasonOf(error)}.` };
  }
  try {
    const applied = await appliedMigrations(client);
    const known = await readdir(join(root, 'prisma', server, 'migrations'), { withFileTypes: true });
    const names = known.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const newer = applied.filter((name) => !names.includes(name));
    if (newer.length > 0)
      return {
        level: 'wrong',
        text: `The database of ${server} was used by a newer Berth (${newer.join(', ')}).`,
      };
    return {
      level: 'ok',
      text: `The database of ${server} answers; ${names.length - applied.length} migrations wait.`,
    };
  } catch (error) {
    return { level: 'wrong', text: `The database of ${server} cannot be read: ${reasonOf(error)}.` };
  } finally {
    await client.end().catch(() => {});
  }
}

async function appliedMigrations(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ table: string | null }>(
    `SELECT to_regclass('_prisma_migrations')::text AS table`,
  );
  if (rows[0]?.table == null) return [];
  const applied = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL',
  );
  return applied.rows.map(({ name }) => name);
}

async function portFinding(port: number, host: string, env: CommandContext['env']): Promise<Finding> {
  if (port === 0 || (await isPortFree(port, host).catch(() => false)))
    return { level: 'ok', text: `Port ${port} is free.` };
  const isBerth = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) }).then(
    async (answer) => answer.ok && (await answer.text()).includes('status'),
    () => false,
  );
  return isBerth
    ? { level: 'ok', text: `Berth answers on port ${port} already.` }
    : {
        level: 'wrong',
        text: `Port ${port} is taken: stop that program, or choose another (BERTH_PORT=${env['BERTH_PORT'] ?? port}).`,
      };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
