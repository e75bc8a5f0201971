/** An archive of 12,000 documents, written straight into the database: enough that a common word is one. */
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startService, type Item, type TestService } from '../testing/service.ts';

let service: TestService;
let database: Client;
const size = 12_000;

beforeAll(async () => {
  service = await startService();
  database = new Client({ connectionString: service.databaseUrl });
  await database.connect();
  await database.query(`
    INSERT INTO documents (sha256, size_bytes, title, filename, status, source, is_shared, tags, tag_keys, type, type_key, created_at, names)
      SELECT 'sha' || n, n, 'Letter ' || n, n || '.pdf', 'searchable', 'watch', true, ARRAY['Tag' || n % 3], ARRAY['tag' || n % 3],
        'Letter', 'letter', timestamptz '2020-01-01' + n * interval '1 minute',
        CASE WHEN n = 7 THEN 'common:1A' WHEN n % 10 = 0 THEN 'titled:1A' ELSE '' END::tsvector
          || array_to_tsvector(ARRAY['#' || (n >> 12), '##' || (n >> 16)])
      FROM generate_series(1, ${size}) n ORDER BY n`);
  await database.query(`
    INSERT INTO document_chunks (document_id, seq, chunk, first_page, text, is_part, words)
      SELECT id, seq, 0, 1, 'common text', false, names || 'common:1C text:2C'::tsvector
        || CASE WHEN seq % 4000 = 5 THEN 'rare:3C' WHEN seq % 3 = 0 THEN 'third:3C' WHEN seq < 4000 THEN 'old:3C' ELSE '' END::tsvector
      FROM documents`);
});
afterAll(async () => {
  await database.end();
  await service.close();
});

const find = (query: string): ReturnType<TestService['json']> => service.json(`/documents?${query}`);
const titles = (items: readonly Item[]): string[] => items.map(({ title }) => title);

test('I2: of a common word the newest are ranked and no more than 2,000 counted; one in a title is found first', async () => {
  const found = await find('q=common%20&page_size=5');
  expect(found).toMatchObject({ total: 2_000, is_total_exact: false, ranked_newest: 2_000 });
  const [first, ...others] = titles(found.items);
  expect(first).toBe('Letter 7');
  for (const title of others) expect(Number(title.replace('Letter ', ''))).toBeGreaterThan(8_000);
  expect(titles((await find('q=third%20&sort=-created_at&page=2&page_size=3')).items)).toEqual([
    'Letter 11991',
    'Letter 11988',
    'Letter 11985',
  ]);
});

test('I2: rare words, and those of old documents alone, are all found and counted', async () => {
  expect(await find('q=rare%20')).toMatchObject({ total: 3, is_total_exact: true, ranked_newest: null });
  expect(await find('q=old%20&page_size=1')).toMatchObject({
    total: 2_000,
    is_total_exact: false,
    ranked_newest: 2_000,
  });
  expect((await find('q=old%20&sort=created_at&page_size=1')).items[0]?.title).toBe('Letter 1');
  expect(await find('q=titled%20&page_size=1')).toMatchObject({ total: 1_200, is_total_exact: true });
  expect(await find('q=%22common%20text%22&page_size=1')).toMatchObject({
    total: 500,
    is_total_exact: false,
  });
  expect((await find('q=common%20&facets=true')).facets.tags.map(({ value }) => value).toSorted()).toEqual([
    'Tag0',
    'Tag1',
    'Tag2',
  ]);
});

test('I11: facets say over how many of the newest they are counted', async () => {
  for (const [query, ofNewest] of [
    ['', 2_000],
    ['q=common%20', 2_000],
    ['q=%22common%20text%22', 500],
    ['q=rare%20', null],
  ] as const)
    expect(await find(`${query}&facets=true&page_size=1`)).toMatchObject({ facets_of_newest: ofNewest });
});

test.each(['-created_at', 'created_at', 'title', '-title', 'size_bytes', '-size_bytes'])(
  'I1: by cursors every page of the order %s follows the one before',
  async (sort) => {
    const whole = await find(`sort=${sort}&page_size=9`);
    const walked: Item[] = [];
    let cursor: string | null = '';
    for (let page = 0; page < 3 && cursor !== null; page++) {
      const answer: Awaited<ReturnType<typeof find>> = await find(
        `sort=${sort}&page_size=3&cursor=${cursor}`,
      );
      walked.push(...answer.items);
      cursor = answer.next_cursor;
    }
    expect(titles(walked)).toEqual(titles(whole.items));
  },
);

test('I1: a cursor ends with the list, and one of another list or of nobody is 422 at its place', async () => {
  expect((await find('q=rare%20&sort=title')).next_cursor).toBeNull();
  const { next_cursor: cursor } = await find('page_size=3');
  for (const query of [
    `page_size=3&tag=x&cursor=${cursor}`,
    `page_size=3&sort=title&cursor=${cursor}`,
    'cursor=e30',
  ]) {
    const refused = await service.ask(`/documents?${query}`);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ errors: [{ pointer: '/cursor' }] });
  }
});

test('D22: a search of somebody who leaves is cancelled in the database; nobody else waits for it', async () => {
  const waiting = async (): Promise<number> =>
    (
      await database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%tsquery%'`,
      )
    ).rowCount ?? 0;
  // Inside of a transaction the activity stays what it was when it was first asked for.
  const locking = new Client({ connectionString: service.databaseUrl });
  await locking.connect();
  await locking.query('BEGIN; LOCK TABLE document_chunks');
  const leaving = new AbortController();
  const asked = Promise.allSettled(
    Array.from({ length: 8 }, () => service.ask('/documents?q=common', { signal: leaving.signal })),
  );
  await vi.waitFor(async () => expect(await waiting()).toBeGreaterThan(0));
  expect((await service.ask('/documents/status')).status).toBe(200);
  leaving.abort();
  await asked;
  await vi.waitFor(async () => expect(await waiting()).toBe(0));
  await locking.end();
  expect((await find('q=rare%20')).total).toBe(3);
});

test('I17: after an import of older and newer documents the order of time is theirs, not that of their coming', async () => {
  const day = `CASE WHEN n % 2 = 0 THEN timestamptz '2010-01-01' ELSE timestamptz '2019-12-31' END`;
  await database.query(`
    INSERT INTO documents (sha256, size_bytes, title, filename, status, source, is_shared, created_at, names)
      SELECT 'moved' || n, 1, 'Moved ' || n, n || '.pdf', 'searchable', 'import', true, ${day} + n * interval '1 second',
        array_to_tsvector(ARRAY['#' || ((n + 12000) >> 12), '##0'])
      FROM generate_series(1, 4000) n ORDER BY n;
    INSERT INTO document_chunks (document_id, seq, chunk, first_page, text, is_part, words)
      SELECT id, seq, 0, 1, 'common text', false, names || 'common:1C'::tsvector FROM documents WHERE sha256 LIKE 'moved%'`);
  const newest = await find('q=common%20&sort=-created_at&page_size=3');
  expect(titles(newest.items)).toEqual(['Letter 12000', 'Letter 11999', 'Letter 11998']);
  const oldest = await find('q=common%20&sort=created_at&page_size=3');
  expect(titles(oldest.items)).toEqual(['Moved 2', 'Moved 4', 'Moved 6']);
  const behind = await find(`q=common%20&sort=created_at&page_size=3&cursor=${oldest.next_cursor}`);
  expect(titles(behind.items)).toEqual(['Moved 8', 'Moved 10', 'Moved 12']);
  await database.query(`DELETE FROM documents WHERE sha256 LIKE 'moved%'`);
});

test('I2: in the order of titles and sizes the newest of many hits stand, and the answer says how many', async () => {
  for (const sort of ['title', 'size_bytes']) {
    const found = await find(`q=common%20&sort=${sort}&page_size=5`);
    expect(found.ranked_newest).toBe(2_000);
    for (const title of titles(found.items)) expect(Number(title.slice(7))).toBeGreaterThan(10_000);
  }
  expect((await find('q=common%20&sort=created_at&page_size=5')).ranked_newest).toBeNull();
});

test('I2: two letters find what a person may see, though many more words of hidden documents begin so', async () => {
  await database.query(`
    INSERT INTO documents (sha256, size_bytes, title, filename, status, source, is_shared, names)
      SELECT 'zeta' || n, 1, 'Zeta ' || n, n || '.pdf', 'searchable', 'upload', n = 9, ''::tsvector FROM generate_series(1, 9) n;
    INSERT INTO document_chunks (document_id, seq, chunk, first_page, text, is_part, words)
      SELECT id, seq, 0, 1, 'zeta', false, CASE WHEN is_shared THEN 'zebra:1C' ELSE 'zeta:1C' END::tsvector
      FROM documents WHERE sha256 LIKE 'zeta%';
    INSERT INTO search_words (word, seen) VALUES ('zeta', 5000), ('zebra', 1)`);
  const found = await find('q=ze');
  expect(titles(found.items)).toEqual(['Zeta 9']);
  expect(found.similar).toEqual([]);
  // Found by a word beyond the first few, the document shows its page, too.
  const inside: unknown = await (await service.ask(`/documents/${found.items[0]?.id}/hits?q=ze`)).json();
  expect(inside).toMatchObject({ pages: [{ page: 1, count: 1 }] });
});

test('I1: a change of all hits means those that the list shows, also where two letters find more than it counts', async () => {
  await database.query(`
    INSERT INTO documents (sha256, size_bytes, title, filename, status, source, is_shared, names)
      VALUES ('thimble', 1, 'Thimble', 'thimble.pdf', 'searchable', 'watch', true, ''::tsvector);
    INSERT INTO document_chunks (document_id, seq, chunk, first_page, text, is_part, words)
      SELECT id, seq, 0, 1, 'thimble', false, 'thimble:1C'::tsvector FROM documents WHERE sha256 = 'thimble';
    INSERT INTO search_words (word, seen) VALUES ('third', 4000), ('thimble', 1)`);
  expect(await find('q=th&page_size=1')).toMatchObject({ total: 2_000, is_total_exact: false });
  const changed = await service.json('/documents/bulk', {
    groups: ['doc-service-admin'],
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // Of this type are all that hold the frequent word.
    body: JSON.stringify({ all_of: { q: 'th' }, change: { type: 'Letter' } }),
  });
  expect(changed.changed).toBe(0);
});
