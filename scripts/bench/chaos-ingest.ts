/**
 * `npm run chaos:ingest`: the service is killed (SIGKILL) again and again while files drop into the watched
 * folder. In the
 * end each content is there exactly once, whole and found, and no source was touched.
 *
 *   npm run chaos:ingest -- [--kills 200] [--files 5000] [--seed 7] [--strace]
 *
 * `--strace` shows by its calls that the service only reads below the folder; it takes several times as long.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pdf } from '@berth/testing/pdf.ts';
import pg from 'pg';
import { startPostgres } from '../start/postgres.ts';
import { callsBelow, killTraced, traced } from './traced.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    files: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '7' },
    strace: { type: 'boolean', default: false },
  },
});
const [kills, files] = [Number(values.kills), Number(values.files)];
const program = fileURLToPath(new URL('../../doc-service/src/testing/kill-at.process.ts', import.meta.url));
/** One in twenty has the bytes of another. */
const twinEvery = 20;
/** A service that stands still for so long never comes to an end. */
const patienceMs = 120_000;
const random = randomOf(Number(values.seed));

type Dropped = { path: string; sha256: string; look: string };

const scratch = await mkdtemp(join(tmpdir(), 'berth-chaos-'));
const folders = { watch: join(scratch, 'watch'), vault: join(scratch, 'vault') };
await mkdir(folders.watch);
const postgres = await startPostgres(join(scratch, 'postgres'));
let child: ChildProcess | null = null;
const logs: string[] = [];
try {
  const databaseUrl = await postgres.database('chaos');
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const dropping = dropAll();
  let killed = 0;
  for (; killed < kills; killed++) {
    child = start(databaseUrl);
    // One in four dies while it starts, wherever that is; the others in the midst of their work.
    if (killed % 4 === 0) await pause(random() * 2000);
    else {
      await ready(child);
      await pause(random() * 3000);
    }
    await kill(child);
    if (killed % 10 === 9) console.log(`${killed + 1} kills, ${await searchable(client)} documents found`);
  }
  const dropped = await dropping;
  child = start(databaseUrl);
  const contents = new Set(dropped.map(({ sha256 }) => sha256));
  await untilStill(client, contents.size);
  await kill(child);
  child = null;
  const findings = await examine(client, dropped, contents);
  await client.end();
  const calls = values.strace ? await callsBelow(folders.watch, logs) : null;
  if (calls) {
    console.log(`${calls.reading} calls read below the folder, ${calls.changing.length} did more`);
    for (const line of calls.changing.slice(0, 20)) console.log(line);
  }
  console.log(
    `${killed} kills while ${dropped.length} files with ${contents.size} contents dropped: ` +
      Object.entries(findings)
        .map(([name, count]) => `${count} ${name}`)
        .join(', '),
  );
  const isWhole = Object.values(findings).every((count) => count === 0);
  process.exitCode = isWhole && (calls?.changing.length ?? 0) === 0 ? 0 : 1;
} finally {
  if (child) await kill(child);
  await postgres.stop();
  await rm(scratch, { recursive: true, force: true });
}

function start(databaseUrl: string): ChildProcess {
  const env = {
    PORT: '0',
    DOC_DATABASE_URL: databaseUrl,
    BERTH_WATCH_DIR: folders.watch,
    BERTH_VAULT_DIR: folders.vault,
    BERTH_GATEWAY_URL: 'http://127.0.0.1:1',
  };
  if (!values.strace) return fork(program, ['never'], { env, execArgv: [], silent: true });
  const log = join(scratch, `calls-${logs.length}`);
  logs.push(log);
  return traced(program, ['never'], env, log);
}

/** It says where it listens, or has ended. */
function ready(one: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    one.once('message', () => resolve());
    one.once('exit', () => resolve());
  });
}

async function kill(one: ChildProcess): Promise<void> {
  if (one.exitCode !== null || one.signalCode !== null) return;
  const gone = new Promise((resolve) => one.once('exit', resolve));
  if (values.strace) killTraced(one);
  else one.kill('SIGKILL');
  await gone;
}

/** As people and scanners do it: written at once, moved in, or growing piece by piece. */
async function dropAll(): Promise<Dropped[]> {
  const base = await pdf('One of many that drop while the service dies');
  const dropped: Dropped[] = [];
  for (let at = 0; at < files; at++) {
    const twin = at % twinEvery === 0 && at > 0 ? at - 1 : at;
    const bytes = Buffer.concat([base, Buffer.from(`\n%${twin}`)]);
    const path = join(folders.watch, `${at % 13}`, `${at}.pdf`);
    await mkdir(dirname(path), { recursive: true });
    if (at % 3 === 0) await writeFile(path, bytes);
    else if (at % 3 === 1) {
      await writeFile(join(scratch, 'moving'), bytes);
      await rename(join(scratch, 'moving'), path);
    } else {
      await writeFile(path, bytes.subarray(0, bytes.length / 2));
      await writeFile(path, bytes.subarray(bytes.length / 2), { flag: 'a' });
    }
    dropped.push({ path, sha256: hashOf(bytes), look: await lookOf(path) });
    // All of them within about the time of the kills.
    if (at % 10 === 0) await pause(Math.min(500, (kills * 20_000) / files));
  }
  return dropped;
}

/** Time of reading is left out: reading is what the service is for. */
async function lookOf(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs, mode } = await lstat(path, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs, mode].join(' ');
}

async function searchable(client: pg.Client): Promise<number> {
  const { rows } = await client
    .query<{ count: string }>(`SELECT count(*) FROM documents WHERE status = 'searchable'`)
    .catch(() => ({ rows: [] }));
  return Number(rows[0]?.count ?? 0);
}

async function untilStill(client: pg.Client, wanted: number): Promise<void> {
  let [last, sinceMs] = [-1, Date.now()];
  while (last < wanted && Date.now() - sinceMs < patienceMs) {
    await pause(500);
    const now = await searchable(client);
    if (now !== last) [last, sinceMs] = [now, Date.now()];
  }
  // What is found may still have a place that is not noted: one walk more.
  await pause(3000);
}

async function examine(client: pg.Client, dropped: readonly Dropped[], contents: ReadonlySet<string>) {
  const { rows } = await client.query<{ sha256: string; status: string; text: boolean }>(
    `SELECT sha256, status, EXISTS (SELECT FROM document_chunks c WHERE c.document_id = d.id) AS text
     FROM documents d WHERE superseded_by IS NULL`,
  );
  const places = await client.query<{ path: string }>(
    `SELECT display_path AS path FROM intake_files WHERE state = 'kept' AND missing_since IS NULL`,
  );
  const counts = new Map<string, number>();
  for (const { sha256 } of rows) counts.set(sha256, (counts.get(sha256) ?? 0) + 1);
  const noted = new Set(places.rows.map(({ path }) => join(folders.watch, path)));
  const looks = await Promise.all(dropped.map(({ path }) => lookOf(path).catch(() => 'gone')));
  const present = (await readdir(folders.watch, { recursive: true })).filter((name) => name.endsWith('.pdf'));
  return {
    lost: [...contents].filter((sha256) => !counts.has(sha256)).length,
    doubled: [...counts.values()].filter((count) => count > 1).length,
    partial:
      rows.filter(({ sha256, status, text }) => !contents.has(sha256) || status !== 'searchable' || !text)
        .length + (await damaged(contents)),
    'places not noted': dropped.filter(({ path }) => !noted.has(path)).length,
    'sources touched':
      dropped.filter(({ look }, at) => look !== looks[at]).length + Math.abs(present.length - dropped.length),
  };
}

/**
 * Objects of the vault under a name that is not the hash of their bytes, missing ones, and drafts that
 * stayed.
 */
async function damaged(contents: ReadonlySet<string>): Promise<number> {
  const objects = await readdir(join(folders.vault, 'objects'), { recursive: true, withFileTypes: true });
  const whole = new Set<string>();
  let wrong = 0;
  for (const { name, parentPath } of objects.filter((one) => one.isFile()))
    if (hashOf(await readFile(join(parentPath, name))) === name) whole.add(name);
    else wrong++;
  return wrong + [...contents].filter((sha256) => !whole.has(sha256)).length;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
