/**
 * `npm run bench -- documents [--size 1000000] [--unique 100000] [--keep folder] [--plans]`: an archive of
 * any size, asked through the API of the real service, counts included. The archive is written straight into
 * PostgreSQL: what is measured is asking, not taking in. Beside the time stands what PostgreSQL says that the
 * statements alone took; `--plans` lists them.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { applyMigrations } from '@berth/plugin-kit/base/migrations.ts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Client } from 'pg';
import { z } from 'zod';
import { startApp } from '../../doc-service/src/app.ts';
import { startPostgres } from '../start/postgres.ts';
import { buildArchive, planted, plantedPhrase } from './documents/archive.ts';
import { plansIn } from './documents/plans.ts';

const { values: options } = parseArgs({
  options: {
    size: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '40' },
    /** A folder in which the archive stays for the next run. */
    keep: { type: 'string' },
    /** So many are written word by word; the rest are the same texts under other names and days. */
    unique: { type: 'string', default: '100000' },
    plans: { type: 'boolean', default: false },
  },
});
const size = Number(options.size);
const rounds = Number(options.rounds);
const answer = z.object({ total: z.number().optional(), next_cursor: z.string().nullable().optional() });

const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'berth-bench-documents-'));
const places = { copy: join(folder, 'copy'), watch: join(folder, 'watch'), vault: join(folder, 'vault') };
mkdirSync(places.watch, { recursive: true });
mkdirSync(places.copy, { recursive: true });
for (const path of [folder, places.copy]) chmodSync(path, 0o755);
const postgres = await startPostgres(join(folder, 'postgres'));
const databaseUrl = await postgres.database(`documents_${size}`);
await fill();
const keys = await generateKeyPair('EdDSA');
const app = await startApp({
  config: {
    port: 0,
    host: '127.0.0.1',
    databaseUrl,
    watchFolder: places.watch,
    vaultFolder: places.vault,
    gatewayUrl: 'http://127.0.0.1:1',
    internalUrl: undefined,
    logLevel: 'error',
  },
  log: createLogger('bench', 'error'),
  jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'bench', alg: 'EdDSA' }] },
});
const assertion = await new SignJWT({ groups: [], name: 'Bench' })
  .setProtectedHeader({ alg: 'EdDSA', kid: 'bench' })
  .setIssuer('berth')
  .setAudience('doc-service')
  .setSubject('11111111-1111-4111-8111-111111111111')
  .setIssuedAt()
  .setExpirationTime('60m')
  .sign(keys.privateKey);

const plans = plansIn(databaseUrl);
const rows = [];
let missed = 0;
for (const { name, wantedMs, query } of await questions()) {
  const took: number[] = [];
  let total: number | undefined;
  for (let round = 0; round < rounds + 3; round++) {
    const before = performance.now();
    ({ total } = await ask(query));
    // The first ones find nothing in any cache.
    if (round >= 3) took.push(performance.now() - before);
  }
  took.sort((one, other) => one - other);
  const explained = query.startsWith('?') ? await plans.of(query) : [];
  if (options.plans)
    for (const { ms, sql } of explained)
      console.log(`${name}: ${ms.toFixed(1)} ms  ${sql.replaceAll(/\s+/g, ' ').slice(0, 140)}`);
  const p95 = took[Math.floor(took.length * 0.95)] ?? Number.NaN;
  if (p95 > wantedMs) missed++;
  rows.push({
    question: name,
    found: total,
    'p50 ms': round1(took[Math.floor(took.length / 2)] ?? Number.NaN),
    'p95 ms': round1(p95),
    'wanted ms': wantedMs,
    'statements alone ms': round1(explained.reduce((sum, { ms }) => sum + ms, 0)),
    outcome: p95 > wantedMs ? 'MISSED' : 'reached',
  });
}
console.log(`\n${size} documents; load ${(loadavg()[0] ?? 0).toFixed(1)}`);
console.table(rows);
await plans.close();
await app.stop();
await postgres.stop();
if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
process.exitCode = missed === 0 ? 0 : 1;

async function fill(): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await applyMigrations(client, join(import.meta.dirname, '../../prisma/doc-service/migrations'));
  const { rowCount } = await client.query('SELECT FROM documents LIMIT 1');
  if (rowCount === 0)
    await buildArchive(client, {
      size,
      mostUnique: Number(options.unique),
      folder: places.copy,
      say: (line) => console.log(line),
    });
  // An archive at rest is measured, not one that makes a million proposals meanwhile.
  await client.query(`
    INSERT INTO suggestion_runs (document_id, version, state) SELECT id, version, 'done' FROM documents
    ON CONFLICT DO NOTHING`);
  await client.query('ANALYZE suggestion_runs');
  await client.end();
}

async function ask(query: string): Promise<z.infer<typeof answer>> {
  const response = await fetch(new URL(`/documents${query}`, app.serving.url), {
    headers: { 'x-berth-assertion': assertion },
  });
  if (!response.ok) throw new Error(`${query}: ${response.status} ${await response.text()}`);
  return answer.parse(await response.json());
}

async function questions(): Promise<{ name: string; wantedMs: number; query: string }[]> {
  const q = (words: string, more = ''): string => `?q=${encodeURIComponent(words)}${more}`;
  return [
    { name: 'list, newest', wantedMs: 10, query: '?page_size=50' },
    { name: 'list, by title', wantedMs: 10, query: '?page_size=50&sort=title' },
    { name: 'list, far down by cursor', wantedMs: 10, query: `?page_size=50&cursor=${await farDown()}` },
    { name: 'a word in 3 documents', wantedMs: 50, query: q(`${planted.inThree} `) },
    { name: 'a word in 20 %', wantedMs: 50, query: q(`${planted.inTwenty} `) },
    { name: 'a word in 90 %', wantedMs: 50, query: q(`${planted.inNinety} `) },
    {
      name: 'a word in 20 %, newest first',
      wantedMs: 50,
      query: q(`${planted.inTwenty} `, '&sort=-created_at'),
    },
    { name: 'two common words', wantedMs: 50, query: q('Rechnung Vertrag ') },
    { name: 'two letters', wantedMs: 50, query: q('re') },
    { name: 'a phrase', wantedMs: 80, query: q(`"${plantedPhrase}"`) },
    { name: 'a phrase of common words', wantedMs: 80, query: q('"der die"') },
    { name: 'facets of all', wantedMs: 50, query: '?page_size=1&facets=true' },
    {
      name: 'facets of a word in 20 %',
      wantedMs: 50,
      query: q(`${planted.inTwenty} `, '&page_size=1&facets=true&sort=-created_at'),
    },
    { name: 'suggestions for two letters', wantedMs: 50, query: '/suggest?q=re' },
    { name: 'suggestions for a word', wantedMs: 50, query: '/suggest?q=rechnu' },
  ];
}

/** The cursor of page 10,000, or of the middle of a smaller archive, walked to by large steps. */
async function farDown(): Promise<string> {
  const documents = Math.min(500_000, Math.floor(size / 2));
  const page = Math.floor(documents / 50);
  for (let attempt = 1; ; attempt++) {
    try {
      return (await ask(`?page_size=50&page=${page}`)).next_cursor ?? '';
    } catch (error) {
      // Half a million rows that no cache knows take longer than a read may; each try warms the cache.
      if (attempt === 10) throw error;
    }
  }
}

function round1(value: number): number {
  return Number(value.toFixed(1));
}
