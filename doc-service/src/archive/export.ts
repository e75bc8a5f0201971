/** An export: every record as JSON lines, every original as it is, and what an import must know. */
import { Client, type ClientBase } from 'pg';
import type { Entry, Originals } from './archive.types.ts';
import { newestMigration, quotedName, tablesOf, type Table } from './tables.store.ts';

export const format = 1;
const partBytes = 1024 * 1024;
const rowsAtOnce = 500;

/** All of it as it is at one moment, whatever is changed meanwhile. Ends the connection when it is left, too. */
export async function* exportArchive(databaseUrl: string, originals: Originals): AsyncGenerator<Entry> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const tables = await tablesOf(client);
    const about = {
      format,
      made_at: new Date(await nowOf(client)).toISOString(),
      migration: await newestMigration(client),
      tables,
    };
    yield { name: 'archive.json', bytes: Buffer.from(`${JSON.stringify(about, null, 2)}\n`) };
    for (const [index, table] of tables.entries()) yield* recordsOf(client, table, index);
    yield* originalsOf(client, originals);
  } finally {
    await client.end();
  }
}

async function* recordsOf(
  client: ClientBase,
  { name, columns }: Table,
  index: number,
): AsyncGenerator<Entry> {
  const list = columns.map(quotedName).join(', ');
  await client.query(
    `DECLARE records NO SCROLL CURSOR FOR SELECT row_to_json(one)::text AS line FROM (SELECT ${list} FROM ${quotedName(name)}) AS one`,
  );
  let lines: string[] = [];
  let [size, part] = [0, 0];
  const entry = (): Entry => {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    [lines, size] = [[], 0];
    return { name: `records/${padded(index, 3)}-${name}-${padded(++part, 6)}.jsonl`, bytes };
  };
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`FETCH ${rowsAtOnce} FROM records`);
    for (const { line } of rows) {
      lines.push(line);
      size += line.length;
      if (size >= partBytes) yield entry();
    }
    if (rows.length < rowsAtOnce) break;
  }
  if (lines.length > 0) yield entry();
  await client.query('CLOSE records');
}

async function* originalsOf(client: ClientBase, originals: Originals): AsyncGenerator<Entry> {
  const missing: string[] = [];
  for (const sha256 of await contentsOf(client)) {
    const state = await originals.check(sha256, true);
    if (state.ok)
      yield {
        name: `originals/${sha256}.pdf`,
        sizeBytes: state.sizeBytes,
        read: () => originals.read(sha256),
      };
    else missing.push(sha256);
  }
  yield { name: 'missing.json', bytes: Buffer.from(`${JSON.stringify(missing)}\n`) };
}

/** Every content that some document or version of one has. */
export async function contentsOf(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ sha256: string }>(
    `SELECT sha256 FROM documents WHERE sha256 IS NOT NULL UNION SELECT sha256 FROM document_versions ORDER BY sha256`,
  );
  return rows.map(({ sha256 }) => sha256);
}

async function nowOf(client: ClientBase): Promise<Date> {
  const { rows } = await client.query<{ now: Date }>('SELECT now()');
  return rows[0]?.now ?? new Date(0);
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
