/**
 * What may be told of one document on the page of another: by the condition that every such question asks.
 */
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { freshDatabase } from '@berth/testing/database.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, Prisma } from '../platform/database.ts';
import { isOpenToReaders } from './visibility.ts';

let fresh: Awaited<ReturnType<typeof freshDatabase>>;
let database: ReturnType<typeof openDatabase>;

type Made = { category?: string; uploadedBy?: string[]; sharedWith?: string[] };
const ids: Record<string, string> = {};
async function make(name: string, { category, uploadedBy, sharedWith = [] }: Made): Promise<void> {
  const { id } = await database.prisma.document.create({
    data: {
      sha256: name,
      sizeBytes: 1,
      title: name,
      filename: `${name}.pdf`,
      source: uploadedBy ? 'upload' : 'watch',
      isShared: uploadedBy === undefined,
      category: category ?? null,
      sharedReaders: sharedWith,
      uploads: { create: (uploadedBy ?? []).map((ownerId) => ({ ownerId, filename: name })) },
    },
  });
  ids[name] = id;
}

beforeAll(async () => {
  fresh = await freshDatabase('doc-service');
  database = openDatabase({ url: fresh.url, log: createLogger('test', 'silent') });
  await database.migrate();
  await make('open', {});
  await make('other', { category: 'letters' });
  await make('board', { category: 'board' });
  await make('minutes', { category: 'board/minutes' });
  await make('told', { category: 'board', sharedWith: ['press'] });
  await make('closed', { category: 'vault' });
  await make('mine', { uploadedBy: ['ada'] });
  await make('also-mine', { uploadedBy: ['ada'] });
  await make('mine-and-bens', { uploadedBy: ['ada', 'ben'] });
  await make('bens', { uploadedBy: ['ben'] });
  await make('mine-for-friends', { uploadedBy: ['ada'], sharedWith: ['friends'] });
  for (const [path, everyone] of [
    ['board', false],
    ['vault', false],
    ['letters', true],
  ] as const)
    await database.prisma.category.create({
      data: { path, isMade: true, rights: { create: { everyone, readers: ['board'], editors: [] } } },
    });
});
afterAll(async () => {
  await database?.close();
  await fresh?.drop();
});

test.each([
  // Shown on, told of, may be told.
  ['open', 'other', true],
  ['open', 'board', false],
  ['other', 'closed', false],
  ['board', 'minutes', true],
  ['minutes', 'board', true],
  ['closed', 'board', false],
  ['told', 'board', false],
  ['board', 'open', true],
  ['mine', 'open', true],
  ['mine', 'board', false],
  ['mine', 'also-mine', true],
  ['bens', 'mine', false],
  ['open', 'mine', false],
  ['mine-and-bens', 'mine', false],
  ['mine', 'mine-and-bens', true],
  ['mine-for-friends', 'mine', false],
])('I12 J6: all who see “%s” may be told of “%s”: %s', async (shown, told, isOpen) => {
  const [row] = await database.prisma.$queryRaw<{ open: boolean }[]>(Prisma.sql`
    SELECT ${isOpenToReaders} AS open FROM documents d, documents n
    WHERE d.id = ${ids[shown]}::uuid AND n.id = ${ids[told]}::uuid`);
  expect(row?.open).toBe(isOpen);
});
