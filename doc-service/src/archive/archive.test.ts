/** A whole archive there and back, and what is not as it should be. */
import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandRefusal, type Command } from '@berth/plugin-kit/base/command.ts';
import { pdf } from '@berth/testing/pdf.ts';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands } from '../cli/commands.ts';
import { startService, until, type TestService } from '../testing/service.ts';

let first: TestService;
let second: TestService;
beforeAll(async () => {
  [first, second] = [await startService(), await startService({ quietMs: 60_000 })];
  await first.drop('letters/a.pdf', await pdf('Apples and pears'));
  await first.drop('b.pdf', await pdf('Bananas'));
  await searchable(2);
  const { items } = await first.json('/documents?q=apples');
  const patch = async (field: string, body: unknown): Promise<void> => {
    const answer = await first.ask(`/documents/${items[0]?.id}/${field}`, {
      method: 'PATCH',
      groups: ['doc-service-admin'],
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${field}: ${answer.status}`);
  };
  await patch('title', { title: 'Fruit “quoted” \\ back' });
  await patch('tags', { tags: ['To Pay', 'ß'] });
  await searchable(2);
});
afterAll(async () => {
  await first.close();
  await second.close();
});

const searchable = (count: number) =>
  until(
    () => first.json('/documents/status'),
    ({ counts }) => counts['searchable'] === count,
  );

/** Runs a command as `berth` does. */
async function berth(service: TestService, name: string, ...args: string[]) {
  const command = commands.find((one): one is Command => one.name === name);
  const lines: string[] = [];
  const { watch, vault } = service.folders;
  const code = await command?.run(args, {
    env: { BERTH_VAULT_DIR: vault, BERTH_WATCH_DIR: watch },
    data: '',
    tell: (line) => lines.push(line),
    databaseUrl: async () => service.databaseUrl,
  });
  return { code: code ?? 0, lines };
}

/** What the archive proposes by itself is made anew in the background, at any moment: not part of the comparison. */
const madeAnew = /^suggestion(?:s|_runs|_terms|_signatures)$/;

/** Every row of every table. */
async function rowsIn(service: TestService): Promise<Record<string, string[]>> {
  const client = new Client({ connectionString: service.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> '_prisma_migrations'`,
  );
  const all: Record<string, string[]> = {};
  for (const { name } of rows.filter((table) => !madeAnew.test(table.name)))
    all[name] = (await client.query<{ line: string }>(`SELECT t::text AS line FROM ${name} t`)).rows
      .map(({ line }) => line)
      .toSorted();
  await client.end();
  return all;
}

test('I13: an export becomes the same archive in an empty place, every record and every byte', async () => {
  const tar = await first.ask('/documents/export', { superuser: true });
  expect(tar.headers.get('content-type')).toBe('application/x-tar');
  const folder = join(second.folders.vault, '..', 'unpacked');
  await mkdir(folder);
  await writeFile(`${folder}.tar`, new Uint8Array(await tar.arrayBuffer()));
  execFileSync('tar', ['xf', `${folder}.tar`, '-C', folder]);
  expect((await berth(second, 'documents import', folder)).lines).toEqual([
    '2 documents and 2 originals are here now.',
  ]);
  expect(await rowsIn(second)).toEqual(await rowsIn(first));
  await second.restart();
  const { items } = await second.json('/documents?q=apples');
  expect(items).toMatchObject([
    { title: 'Fruit “quoted” \\ back', tags: ['To Pay', 'ß'], category: 'letters' },
  ]);
  const bytes = async (service: TestService) =>
    (await service.ask(`/documents/${items[0]?.id}/download`)).arrayBuffer();
  expect(await bytes(second)).toEqual(await bytes(first));
  expect((await berth(second, 'documents doctor')).lines).toEqual(['Records, bytes and hashes agree.']);
  // A place that is not empty is left as it is.
  await expect(berth(second, 'documents import', folder)).rejects.toThrow(CommandRefusal);
  expect(await rowsIn(second)).toEqual(await rowsIn(first));
});

test('I13: an export of an earlier version is taken, without what is gone by now', async () => {
  const folder = join(first.folders.vault, '..', 'earlier');
  expect((await berth(first, 'documents export', folder)).code).toBe(0);
  const about = join(folder, 'archive.json');
  const told: { tables: { name: string; columns: string[] }[] } = JSON.parse(await readFile(about, 'utf8'));
  for (const { name, columns } of told.tables) {
    if (name === 'document_chunks') columns.splice(columns.indexOf('seq'), 1);
    if (name === 'suggestion_runs') columns.push('tokens');
  }
  await writeFile(about, JSON.stringify(told));
  const records = join(folder, 'records');
  for (const file of await readdir(records)) {
    if (!/-(?:document_chunks|suggestion_runs)-/.test(file)) continue;
    const lines = (await readFile(join(records, file), 'utf8')).trimEnd().split('\n');
    const earlier = lines.map((line) => {
      const { seq: _seq, ...row }: Record<string, unknown> = JSON.parse(line);
      return JSON.stringify(file.includes('suggestion_runs') ? { ...row, tokens: 7 } : row);
    });
    await writeFile(join(records, file), `${earlier.join('\n')}\n`);
  }
  const empty = await startService({ quietMs: 60_000 });
  try {
    expect((await berth(empty, 'documents import', folder)).lines).toEqual([
      '2 documents and 2 originals are here now.',
    ]);
    expect((await rowsIn(empty))['document_chunks']).toEqual((await rowsIn(first))['document_chunks']);
  } finally {
    await empty.close();
  }
});

test('I13: what others own is exported by superusers alone', async () => {
  expect((await first.ask('/documents/export', { groups: ['doc-service-admin'] })).status).toBe(403);
});

test('I13: an export that is not whole changes nothing', async () => {
  const folder = join(first.folders.vault, '..', 'exported');
  expect((await berth(first, 'documents export', folder)).code).toBe(0);
  const { items } = await first.json('/documents');
  await rm(join(folder, 'originals', `${items[0]?.sha256}.pdf`));
  const empty = await startService({ quietMs: 60_000 });
  await expect(berth(empty, 'documents import', folder)).rejects.toThrow(/is missing/);
  expect((await rowsIn(empty))['documents']).toEqual([]);
  await appendFile(join(folder, 'originals', `${items[1]?.sha256}.pdf`), 'x');
  await expect(berth(empty, 'documents import', folder)).rejects.toThrow(/damaged/);
  await empty.close();
});

test('I13: the doctor finds what is missing or damaged, and takes it from the folder again', async () => {
  const { items } = await first.json('/documents');
  const pathOf = (sha256 = '') => join(first.folders.vault, 'objects', sha256.slice(0, 2), sha256);
  const [damaged, missing] = [pathOf(items[0]?.sha256), pathOf(items[1]?.sha256)];
  await chmod(damaged, 0o600);
  await truncate(damaged, 20);
  await rm(missing);
  const found = await berth(first, 'documents doctor');
  expect(found.code).toBe(1);
  expect(found.lines.join('\n')).toMatch(
    /its original is damaged[^]*its original is not in the vault|not in the vault[^]*damaged/,
  );
  const mended = await berth(first, 'documents doctor', '--repair');
  expect(mended).toMatchObject({ code: 0, lines: expect.arrayContaining(['2 mended, 0 left.']) });
  expect((await berth(first, 'documents doctor')).lines).toEqual(['Records, bytes and hashes agree.']);
});
