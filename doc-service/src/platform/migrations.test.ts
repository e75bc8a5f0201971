/** What an update finds: an archive that holds something, made by the version before. */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyMigrations } from '@berth/plugin-kit/base/migrations.ts';
import { freshDatabase } from '@berth/testing/database.ts';
import { Client } from 'pg';
import { expect, test } from 'vitest';

const all = fileURLToPath(new URL('../../../prisma/doc-service/migrations', import.meta.url));
const firstNew = '20261129080000_search_bounded';

test('I2: an update gives each chunk the place of its document, and keeps what models used', async () => {
  const fresh = await freshDatabase(null);
  const earlier = await mkdtemp(join(tmpdir(), 'berth-migrations-'));
  const client = new Client({ connectionString: fresh.url });
  await client.connect();
  try {
    for (const name of await readdir(all))
      if (name < firstNew) await cp(join(all, name), join(earlier, name), { recursive: true });
    await applyMigrations(client, earlier);
    await client.query(`
      INSERT INTO documents (sha256, size_bytes, title, filename, status, source, is_shared)
        SELECT 'sha' || n, n, 'Letter ' || n, n || '.pdf', 'searchable', 'watch', true
        FROM generate_series(1, 3) n;
      INSERT INTO document_chunks (document_id, chunk, first_page, text, is_part, words)
        SELECT id, chunk, 1, 'harbour', true, CASE chunk WHEN 0 THEN 'harbour:1C'::tsvector END
        FROM documents, generate_series(0, 1) chunk;
      INSERT INTO suggestion_runs (document_id, version, state, tokens, asked_at)
        SELECT id, 1, 'done', 100 * (size_bytes - 1), CASE size_bytes WHEN 2 THEN timestamptz '2026-11-01' END
        FROM documents`);
    const applied = await applyMigrations(client, all);
    expect(applied[0]).toBe(firstNew);
    const chunks = await client.query(`
      SELECT count(*)::integer AS count, bool_and(c.seq = d.seq) AS "isInPlace",
        (count(*) FILTER (WHERE c.words @@ 'harbour'))::integer AS found
      FROM document_chunks c JOIN documents d ON d.id = c.document_id`);
    expect(chunks.rows).toEqual([{ count: 6, isInPlace: true, found: 3 }]);
    const asked = await client.query(`
      SELECT d.title, q.tokens, q.state, q.at = '2026-11-01' AS "isThen"
      FROM model_questions q JOIN documents d ON d.id = q.document_id ORDER BY d.title`);
    expect(asked.rows).toEqual([
      { title: 'Letter 2', tokens: 100, state: 'answered', isThen: true },
      { title: 'Letter 3', tokens: 200, state: 'answered', isThen: false },
    ]);
  } finally {
    await client.end();
    await fresh.drop();
    await rm(earlier, { recursive: true, force: true });
  }
});
