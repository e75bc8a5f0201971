/**
 * What a question of a large archive may look at: the plans of exactly the statements that the service sends,
 * over 30,000 documents. No clock is looked at, the rows are counted.
 */
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { openDatabase, Prisma, type Database } from '#platform/database.ts';
import { readListRequest } from '../documents/list-query.rules.ts';
import { facetsOf, listDocuments } from '../documents/list.store.ts';
import { explaining, type Explained, type Explaining } from '../testing/explained.ts';
import { searchRoom, type SearchRoom } from './search.room.ts';

const size = 30_000;
const viewer = { userId: 'someone', isEditor: false, isSuperuser: false, groups: ['staff'] };
const tables = ['documents', 'document_chunks', 'search_words'];
let fresh: TestDatabase;
let database: Database;
let room: SearchRoom;
let asking: Explaining;

beforeAll(async () => {
  fresh = await freshDatabase('doc-service');
  const client = new Client({ connectionString: fresh.url });
  await client.connect();
  await client.query(`
    INSERT INTO documents (sha256, size_bytes, title, filename, category, status, source, is_shared, tags, tag_keys, type, type_key,
        created_at, names)
      SELECT 'sha' || n, n, 'Letter ' || n, n || '.pdf', 'mail', 'searchable', 'watch', true, ARRAY['Tag' || n % 3],
        ARRAY['tag' || n % 3], 'Letter', 'letter', timestamptz '2020-01-01' + n * interval '1 minute',
        'letter:1A'::tsvector || array_to_tsvector(ARRAY['#' || (n >> 12), '##' || (n >> 16)])
      FROM generate_series(1, ${size}) n ORDER BY n;
    INSERT INTO document_chunks (document_id, seq, chunk, first_page, text, is_part, words)
      SELECT id, seq, 0, 1, 'ninety word', false, names || 'word:9C'::tsvector
        || CASE WHEN seq % 10 > 0 THEN 'ninety:2C' ELSE '' END::tsvector
        || CASE WHEN seq % 5 = 0 THEN 'twenty:3C reading:4C' ELSE '' END::tsvector
        || CASE WHEN seq % 2 = 0 THEN 'one:5C after:6C other:7C' ELSE 'other:5C one:6C' END::tsvector
        || CASE WHEN seq % 10000 = 5 THEN 'rare:8C' ELSE '' END::tsvector
      FROM documents;
    INSERT INTO search_words (word, seen) SELECT 'x' || n, 1 FROM generate_series(1, 20000) n;
    INSERT INTO search_words (word, seen) VALUES ('reading', ${size / 5}), ('rest', 3), ('word', ${size});
    INSERT INTO search_languages VALUES ('english'), ('german')`);
  await client.query('VACUUM (ANALYZE)');
  await client.end();
  database = openDatabase({ url: fresh.url, log: createLogger('test', 'silent') });
  const fields = { keys: async () => [], condition: () => Prisma.sql`true` };
  room = searchRoom({ prisma: database.prisma, now: Date.now, fields });
  asking = explaining(fresh.url);
});
afterAll(async () => {
  await asking.close();
  await database.close();
  await fresh.drop();
});

async function ask(given: Readonly<Record<string, string[]>>) {
  asking.taken();
  const wanted = readListRequest(given);
  const search = await room.prepare(asking.read, wanted.q);
  const sort = wanted.sort ?? (search ? 'relevance' : '-created_at');
  const list = { ...wanted, sort, cursor: null, search };
  const { rows, total } = await listDocuments(asking.read, viewer, list);
  await search?.snippets(rows.map(({ id }) => id));
  if (wanted.hasFacets) await facetsOf(asking.read, viewer, { filter: wanted, search });
  return { rows: rows.length, total, all: asking.taken() };
}

/** Rows of the large tables that were read for it, also those that were read in vain. */
function looked(all: readonly Explained[]): number {
  const nodes = all.flatMap(({ nodes: every }) => every);
  return nodes
    .filter(({ table }) => table !== null && tables.includes(table))
    .reduce((sum, { rows, removed }) => sum + rows + removed, 0);
}

test.each<[string, Record<string, string[]>, { total: number; most: number }]>([
  ['the newest page of the list', {}, { total: 10_000, most: 10_200 }],
  ['the list by title', { sort: ['title'] }, { total: 10_000, most: 10_200 }],
  ['a word in three documents', { q: ['rare '] }, { total: 3, most: 100 }],
  ['a word in 20 %', { q: ['twenty '] }, { total: 2_000, most: 20_000 }],
  ['a word in 90 %', { q: ['ninety '] }, { total: 2_000, most: 30_000 }],
  ['a word in 20 % by title', { q: ['twenty '], sort: ['title'] }, { total: 2_000, most: 30_000 }],
  ['a word in 90 % by size', { q: ['ninety '], sort: ['-size_bytes'] }, { total: 2_000, most: 30_000 }],
  ['a word in 20 %, newest first', { q: ['twenty '], sort: ['-created_at'] }, { total: 2_000, most: 20_000 }],
  ['a word in 90 %, oldest first', { q: ['ninety '], sort: ['created_at'] }, { total: 2_000, most: 30_000 }],
  ['a phrase by title', { q: ['"one after other"'], sort: ['title'] }, { total: 500, most: 15_000 }],
  ['two letters', { q: ['re'] }, { total: 2_000, most: 20_000 }],
  ['a phrase', { q: ['"one after other"'] }, { total: 500, most: 15_000 }],
  ['facets', { facets: ['true'], page_size: ['1'] }, { total: 10_000, most: 12_200 }],
])('I2: %s looks at a bounded part of the archive alone', async (_, given, { total, most }) => {
  const answer = await ask(given);
  expect(answer.total).toBe(total);
  const scans = answer.all.filter(({ nodes }) =>
    nodes.some(({ type, table }) => type === 'Seq Scan' && table !== null && tables.includes(table)),
  );
  expect(scans.map(({ sql }) => sql)).toEqual([]);
  expect(looked(answer.all)).toBeLessThan(most);
});
