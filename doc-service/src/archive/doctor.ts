/** Compares records with bytes, both ways, and mends what can be mended without a loss. */
import { Client } from 'pg';
import type { Originals } from './archive.types.ts';

export type Finding = {
  kind: 'missing' | 'damaged' | 'other-size' | 'without-text' | 'without-record';
  /** Of the content, or the id of the document for what is without text. */
  about: string;
  title: string | null;
  isMended: boolean;
};
export type DoctorOptions = {
  originals: Originals;
  /** Copies a file of the watched folder that held these bytes. @returns whether it is kept now */
  takeAgain: (path: Buffer) => Promise<boolean>;
  mayRepair: boolean;
  isQuick: boolean;
};
type Known = { sha256: string; size: string; title: string };

export async function* examine(databaseUrl: string, options: DoctorOptions): AsyncGenerator<Finding> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Known>(`
      SELECT DISTINCT ON (v.sha256) v.sha256, v.size_bytes AS size, d.title FROM document_versions v
      JOIN documents d ON d.id = v.document_id ORDER BY v.sha256`);
    for (const known of rows) yield* examineContent(client, known, options);
    yield* unread(client, options);
    const recorded = new Set(rows.map(({ sha256 }) => sha256));
    for await (const sha256 of options.originals.all())
      if (!recorded.has(sha256))
        yield { kind: 'without-record', about: sha256, title: null, isMended: false };
  } finally {
    await client.end();
  }
}

async function* examineContent(
  client: Client,
  { sha256, size, title }: Known,
  { originals, takeAgain, mayRepair, isQuick }: DoctorOptions,
): AsyncGenerator<Finding> {
  const state = await originals.check(sha256, isQuick);
  if (state.ok) {
    if (state.sizeBytes === Number(size)) return;
    if (mayRepair && !isQuick)
      await client.query('UPDATE document_versions SET size_bytes = $2 WHERE sha256 = $1', [
        sha256,
        state.sizeBytes,
      ]);
    yield { kind: 'other-size', about: sha256, title, isMended: mayRepair && !isQuick };
    return;
  }
  if (!mayRepair) {
    yield { kind: state.reason, about: sha256, title, isMended: false };
    return;
  }
  if (state.reason === 'damaged') await originals.setAside(sha256);
  const { rows } = await client.query<{ path: Buffer }>(
    `SELECT f.path FROM intake_files f JOIN documents d ON d.id = f.document_id
     WHERE d.sha256 = $1 AND f.missing_since IS NULL LIMIT 20`,
    [sha256],
  );
  for (const { path } of rows)
    if ((await originals.check(sha256, true)).ok || !(await takeAgain(path))) continue;
  yield { kind: state.reason, about: sha256, title, isMended: (await originals.check(sha256, false)).ok };
}

/** Their bytes are there: they are read once more. */
async function* unread(client: Client, { mayRepair }: DoctorOptions): AsyncGenerator<Finding> {
  const { rows } = await client.query<{ id: string; title: string }>(`
    SELECT d.id::text, d.title FROM documents d WHERE d.status = 'searchable'
    AND NOT EXISTS (SELECT FROM document_chunks c WHERE c.document_id = d.id AND c.words IS NOT NULL) ORDER BY d.id`);
  if (mayRepair && rows.length > 0)
    await client.query(
      `UPDATE documents SET status = 'kept', attempts = 0, next_attempt_at = 'epoch' WHERE id = ANY($1::uuid[])`,
      [rows.map(({ id }) => id)],
    );
  for (const { id, title } of rows) yield { kind: 'without-text', about: id, title, isMended: mayRepair };
}
