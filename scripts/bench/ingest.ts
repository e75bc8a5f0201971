/**
 * `npm run bench -- ingest [--files 15000] [--pages 2]`: so many files are moved into the watched folder of
 * the real service at once. Told are documents and pages a second until the last is found, and how long the
 * list took meanwhile beside what it took before.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { applyMigrations } from '@berth/plugin-kit/base/migrations.ts';
import { pdf } from '@berth/testing/pdf.ts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import { startApp } from '../../doc-service/src/app.ts';
import { startPostgres } from '../start/postgres.ts';

const { values: options } = parseArgs({
  options: { files: { type: 'string', default: '15000' }, pages: { type: 'string', default: '2' } },
});
const [files, pages] = [Number(options.files), Number(options.pages)];
/** Different texts; every further file is one of them with other bytes at its end. */
const texts = 200;
const first = 200;
const words = 'Rechnung Vertrag Lieferung payment harbour Versicherung letter Angebot meeting Steuer'.split(
  ' ',
);

const folder = mkdtempSync(join(tmpdir(), 'berth-bench-ingest-'));
const places = { watch: join(folder, 'watch'), vault: join(folder, 'vault'), made: join(folder, 'made') };
mkdirSync(places.watch);
const originals = await Promise.all(Array.from({ length: texts }, (_, at) => letter(at)));
const postgres = await startPostgres(join(folder, 'postgres'));
try {
  const databaseUrl = await postgres.database('ingest');
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await applyMigrations(client, join(import.meta.dirname, '../../prisma/doc-service/migrations'));
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
    .setExpirationTime('120m')
    .sign(keys.privateKey);

  /** @returns milliseconds until the newest page was there */
  const listed = async (): Promise<number> => {
    const before = performance.now();
    const response = await fetch(new URL('/documents?page_size=50', app.serving.url), {
      headers: { 'x-berth-assertion': assertion },
    });
    await response.text();
    if (!response.ok) throw new Error(`the list answered ${response.status}`);
    return performance.now() - before;
  };
  const found = async (): Promise<number> => {
    const sql = `SELECT count(*)::int AS found FROM documents WHERE status = 'searchable'`;
    return (await client.query<{ found: number }>(sql)).rows[0]?.found ?? 0;
  };
  const until = async (wanted: number): Promise<number[]> => {
    const took: number[] = [];
    for (let turn = 0; ; turn++) {
      took.push(await listed());
      if (turn % 10 === 0 && (await found()) >= wanted) return took;
      await pause(50);
    }
  };

  drop('first', 0, first);
  await until(first);
  // What follows the last document, its proposals among it, is done when the service has been silent a while.
  await pause(15_000);
  const idle: number[] = [];
  for (let turn = 0; turn < 300; turn++) idle.push(await listed());

  const began = performance.now();
  drop('all', first, files);
  const busy = await until(files);
  const seconds = (performance.now() - began) / 1000;
  const { rows } = await client.query<{ documents: number; pages: number }>(
    'SELECT count(*)::int AS documents, sum(pages)::int AS pages FROM documents',
  );
  const documents = rows[0]?.documents ?? 0;
  console.table({
    'files dropped': files,
    documents,
    'documents a second': round((files - first) / seconds),
    'pages a second': round(((files - first) * pages) / seconds),
    'list at rest, p50 ms': round(quantile(idle, 0.5)),
    'list at rest, p99 ms': round(quantile(idle, 0.99)),
    'list meanwhile, p50 ms': round(quantile(busy, 0.5)),
    'list meanwhile, p99 ms': round(quantile(busy, 0.99)),
    'load of the machine': round(loadavg()[0] ?? 0),
  });
  await app.stop();
  await client.end();
  process.exitCode = documents === files ? 0 : 1;
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

function letter(at: number): Promise<Uint8Array> {
  const line = (page: number): string =>
    Array.from({ length: 60 }, (_, word) => words[(at * 7 + page * 3 + word * (at + 1)) % words.length]).join(
      ' ',
    );
  return pdf(...Array.from({ length: pages }, (_, page) => `Letter ${at} page ${page} ${line(page)}`));
}

/** The folder appears whole, as one that a person moves in. */
function drop(name: string, from: number, to: number): void {
  mkdirSync(places.made);
  for (let at = from; at < to; at++) {
    const original = originals[at % texts];
    if (original)
      writeFileSync(join(places.made, `${at}.pdf`), Buffer.concat([original, Buffer.from(`\n%${at}`)]));
  }
  renameSync(places.made, join(places.watch, name));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
