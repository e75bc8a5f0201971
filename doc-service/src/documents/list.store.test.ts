/** Pages of what a search finds, for a person with rights on some of it alone. */
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, Prisma, type Database } from '#platform/database.ts';
import { readWith, type Read } from '#platform/reads.ts';
import { readListRequest } from './list-query.rules.ts';
import { listDocuments, type SearchClauses } from './list.store.ts';

const size = 8;
const viewer = { userId: 'someone', isEditor: false, isSuperuser: false, groups: [] };
let fresh: TestDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase('doc-service');
  database = openDatabase({ url: fresh.url, log: createLogger('test', 'silent') });
  await database.prisma.$executeRaw`
    INSERT INTO documents (sha256, size_bytes, title, filename, status, source, is_shared)
      SELECT 'sha' || n, n, 'Letter ' || n, n || '.pdf', 'searchable', 'watch', true
      FROM generate_series(1, ${size}::integer) n`;
});
afterAll(async () => {
  await database?.close();
  await fresh?.drop();
});

/** Three of them first, then all. */
const search: SearchClauses = {
  counted: 5,
  countsWhereFound: false,
  rankedNewest: size,
  scopesInTime: null,
  scopes: () =>
    [3, size].map((most) => {
      const match = Prisma.sql`d.size_bytes <= ${most}`;
      return {
        match,
        ranked: (visible) =>
          Prisma.sql`SELECT d.id, d.size_bytes::real AS rank, d.created_at FROM documents d
            WHERE ${visible} AND ${match}`,
      };
    }),
};

test('I2: where few of the newest hits may be seen, each page goes on behind the last', async () => {
  const titles: string[] = [];
  for (const page of ['1', '2', '3', '4', '5']) {
    const request = readListRequest({ page: [page], page_size: ['2'] });
    const list = { ...request, sort: 'relevance', cursor: null, search } as const;
    const { rows, total, isTotalExact } = await listDocuments(readWith(database.prisma), viewer, list);
    expect({ total, isTotalExact }).toEqual({ total: 5, isTotalExact: false });
    titles.push(...rows.map(({ title }) => title));
  }
  expect(titles).toEqual(Array.from({ length: size }, (_, at) => `Letter ${size - at}`));
});

test('I2: pages of a phrase that a person may see in few documents never show one twice', async () => {
  const costly = { ...search, countsWhereFound: true };
  const titles: string[] = [];
  for (const page of ['1', '2', '3']) {
    const request = readListRequest({ page: [page], page_size: ['3'] });
    const list = { ...request, sort: 'relevance', cursor: null, search: costly } as const;
    titles.push(
      ...(await listDocuments(readWith(database.prisma), viewer, list)).rows.map(({ title }) => title),
    );
  }
  expect(titles).toEqual([...new Set(titles)]);
});

test('H12 behind the end of an order of the newest hits, what was counted holds', async () => {
  const request = readListRequest({ page: ['40'], page_size: ['2'] });
  const wide = { ...search, counted: 20 };
  const list = { ...request, sort: 'relevance', cursor: null, search: wide } as const;
  const { rows, total, isTotalExact } = await listDocuments(readWith(database.prisma), viewer, list);
  expect({ rows, total, isTotalExact }).toEqual({ rows: [], total: size, isTotalExact: true });
});

const whole = { cursor: null, search: null, sort: '-created_at' } as const;

/** One statement after the other, with a change between them. */
function readWithChange(change: () => Promise<unknown>): Read {
  const read = readWith(database.prisma);
  let before: Promise<unknown> | null = null;
  return async (sql) => {
    const first = before;
    const done = first ? first.then(change).then(() => read<never>(sql)) : read<never>(sql);
    before = done;
    return done;
  };
}

test.each([
  { name: 'is freed', from: 'stuck', to: 'kept' },
  { name: 'comes', from: 'kept', to: 'stuck' },
])('H12 a total fits its page where a document $name between the two statements', async ({ from, to }) => {
  await database.prisma.document.updateMany({ where: { sizeBytes: 1 }, data: { status: from } });
  const read = readWithChange(() =>
    database.prisma.document.updateMany({ where: { sizeBytes: 1 }, data: { status: to } }),
  );
  const request = readListRequest({ status: ['stuck'] });
  const { rows, total, isTotalExact } = await listDocuments(read, viewer, { ...request, ...whole });
  expect({ total, isTotalExact }).toEqual({ total: rows.length, isTotalExact: true });
  await database.prisma.document.updateMany({ where: { sizeBytes: 1 }, data: { status: 'searchable' } });
});
