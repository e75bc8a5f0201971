/** An export becomes the same archive in an empty place: all of it, or nothing. */
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, type ClientBase } from 'pg';
import { z } from 'zod';
import type { Originals } from './archive.types.ts';
import { contentsOf, format } from './export.ts';
import { quotedName, tablesOf, type Table } from './tables.store.ts';

export type Imported = { documents: number; originals: number };
/** A place that is not empty, or an export that is not whole: said in a sentence. */
export class ImportRefusal extends Error {}

const about = z.object({
  format: z.literal(format),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
});
const recordFile = /^\d{3}-(.+)-\d{6}\.jsonl$/;
const rowsAtOnce = 500;
/** Columns of earlier versions that are no more: what they held is left out. */
const gone: ReadonlySet<string> = new Set(['suggestion_runs.tokens']);
/** Columns that exports of earlier versions lack, and what they are made of for a row `made`. */
const lacking: Readonly<Record<string, { column: string; from: string }>> = {
  document_chunks: { column: 'seq', from: '(SELECT d.seq FROM documents d WHERE d.id = made.document_id)' },
};

/** @throws ImportRefusal */
export async function importArchive(
  databaseUrl: string,
  { folder, originals }: { folder: string; originals: Originals },
): Promise<Imported> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const wanted = await checked(client, folder);
    const kept = await keepOriginals(folder, originals);
    await client.query('BEGIN');
    await client.query('LOCK TABLE documents');
    await refuseFull(client);
    for (const { name } of wanted.toReversed()) await client.query(`DELETE FROM ${quotedName(name)}`);
    for (const file of (await readdir(join(folder, 'records'))).toSorted())
      await insertRecords(client, wanted, join(folder, 'records', file), recordFile.exec(file)?.[1] ?? '');
    await countOn(client, wanted);
    await refuseMissing(client, folder, originals);
    const { rows } = await client.query<{ count: bigint }>('SELECT count(*) AS count FROM documents');
    await client.query('COMMIT');
    return { documents: Number(rows[0]?.count ?? 0), originals: kept };
  } finally {
    await client.end();
  }
}

async function checked(client: ClientBase, folder: string): Promise<Table[]> {
  const read = about.safeParse(await jsonIn(join(folder, 'archive.json')));
  if (!read.success) throw new ImportRefusal(`${folder} holds no export of this service.`);
  await refuseFull(client);
  const here = new Map((await tablesOf(client)).map(({ name, columns }) => [name, columns]));
  const tables = read.data.tables.map(({ name, columns }) => ({
    name,
    columns: columns.filter((column) => !gone.has(`${name}.${column}`)),
  }));
  const strange = tables.flatMap(({ name, columns }) =>
    columns.filter((column) => !here.get(name)?.includes(column)).map((column) => `${name}.${column}`),
  );
  if (strange.length > 0)
    throw new ImportRefusal(
      `The export was made by a newer version: ${strange.slice(0, 3).join(', ')} is not known here.`,
    );
  return tables;
}

async function refuseFull(client: ClientBase): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM documents LIMIT 1');
  if (rowCount !== 0)
    throw new ImportRefusal('There are documents here already: an import needs an empty place.');
}

/** Each is hashed while it is kept: what does not fit its name is refused. */
async function keepOriginals(folder: string, originals: Originals): Promise<number> {
  const files = await readdir(join(folder, 'originals')).catch(() => []);
  for (const file of files) {
    const kept = await originals.keep(createReadStream(join(folder, 'originals', file)));
    if (!kept.ok || `${kept.sha256}.pdf` !== file)
      throw new ImportRefusal(
        `originals/${file} is damaged (${kept.ok ? 'its hash is another' : kept.reason}).`,
      );
  }
  return files.length;
}

async function insertRecords(
  client: ClientBase,
  tables: readonly Table[],
  path: string,
  name: string,
): Promise<void> {
  const table = tables.find((one) => one.name === name);
  if (!table) throw new ImportRefusal(`${path} is of no table that the export tells of.`);
  const made = lacking[name];
  const isLacking = made !== undefined && !table.columns.includes(made.column);
  const list = table.columns.map(quotedName).join(', ');
  const [names, values] = isLacking ? [`${list}, ${made.column}`, `${list}, ${made.from}`] : [list, list];
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  for (let from = 0; from < lines.length; from += rowsAtOnce)
    await client.query(
      `INSERT INTO ${quotedName(name)} (${names}) SELECT ${values} FROM unnest($1::text[]) AS line,
         jsonb_populate_record(NULL::${quotedName(name)}, line::jsonb) AS made`,
      [lines.slice(from, from + rowsAtOnce)],
    );
}

/** Numbers that the database counts go on behind those that came. */
async function countOn(client: ClientBase, tables: readonly Table[]): Promise<void> {
  for (const { name, columns } of tables) {
    for (const column of columns) {
      const { rows } = await client.query<{ sequence: string | null }>(
        'SELECT pg_get_serial_sequence($1, $2) AS sequence',
        [quotedName(name), column],
      );
      const sequence = rows[0]?.sequence;
      if (sequence)
        await client.query(
          `SELECT setval($1, (SELECT coalesce(max(${quotedName(column)}), 0) + 1 FROM ${quotedName(name)}), false)`,
          [sequence],
        );
    }
  }
}

/** What was missing when the export was made may be missing here too. */
async function refuseMissing(client: ClientBase, folder: string, originals: Originals): Promise<void> {
  const told = z.array(z.string()).safeParse(await jsonIn(join(folder, 'missing.json')));
  if (!told.success) throw new ImportRefusal('The export is not whole: its end is missing.');
  for (const sha256 of await contentsOf(client)) {
    const state = await originals.check(sha256, true);
    if (!state.ok && !told.data.includes(sha256))
      throw new ImportRefusal(`The export is not whole: originals/${sha256}.pdf is missing.`);
  }
}

async function jsonIn(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
