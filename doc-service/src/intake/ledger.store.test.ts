import { randomUUID } from 'node:crypto';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import type { LedgerFile } from './kept.store.ts';
import { createLedger, type Ledger } from './ledger.store.ts';
import type { Candidate } from './settle.ts';
import { openDatabase, type Database } from '#platform/database.ts';

let fresh: TestDatabase;
let database: Database;
let ledger: Ledger;
beforeAll(async () => {
  fresh = await freshDatabase('doc-service');
  database = openDatabase({ url: fresh.url, log: createLogger('test', 'silent') });
  ledger = createLedger(database.prisma, '/watched');
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

const candidate = (name: string, mtimeNs = 1n): Candidate => ({
  path: Buffer.from(name),
  fingerprint: { sizeBytes: 10n, mtimeNs, ctimeNs: mtimeNs, inode: '7' },
});
const seen = async (...names: string[]): Promise<LedgerFile[]> => {
  await ledger.noteSeen(names.map((name) => candidate(name)));
  const files = await ledger.seenFiles(await ledger.due(1000));
  return names.map((name) => {
    const file = files.find((one) => one?.displayPath === name);
    if (!file) throw new Error(`${name} was not noted`);
    return file;
  });
};
const sha = () => (randomUUID() + randomUUID()).replaceAll('-', '');
const documentOf = ({ id }: LedgerFile) =>
  database.prisma.intakeFile.findUniqueOrThrow({ where: { id }, include: { document: true } });

test.each(['together', 'alone'])(
  'hazard D1: a file that was noted again while it was copied is copied again (kept %s)',
  async (how) => {
    const [file] = await seen(`touched-${how}.pdf`);
    if (!file) throw new Error('nothing was noted');
    await ledger.noteSeen([candidate(`touched-${how}.pdf`, 2n)]);
    const first = sha();
    if (how === 'together') await ledger.noteKeptAll([{ file, sha256: first, sizeBytes: 10 }]);
    else await ledger.noteKept(file, first, 10);
    expect(await ledger.due(1000)).toContain(file.id);
    expect((await documentOf(file)).document).toMatchObject({ sha256: first, status: 'kept' });

    const [again] = await ledger.seenFiles([file.id]);
    if (!again) throw new Error('it is not looked at again');
    const second = sha();
    await ledger.noteKeptAll([{ file: again, sha256: second, sizeBytes: 11 }]);
    expect(await ledger.due(1000)).not.toContain(file.id);
    expect((await documentOf(file)).document?.sha256).toBe(second);
    // Two versions of one document.
    const documentId = (await documentOf(file)).documentId ?? '';
    const versions = await database.prisma.documentVersion.findMany({
      where: { documentId },
      orderBy: { number: 'asc' },
    });
    expect(versions.map(({ sha256 }) => sha256)).toEqual([first, second]);
  },
);

test('hazard D2 H6: many kept at once: new ones, twins among them, and contents that were known', async () => {
  const known = sha();
  const [old] = await seen('known.pdf');
  if (!old) throw new Error('nothing was noted');
  await ledger.noteKept(old, known, 10);
  const files = await seen('new-1.pdf', 'new-2.pdf', 'twin-1.pdf', 'twin-2.pdf', 'copy-of-known.pdf');
  const [one, two, twin] = [sha(), sha(), sha()];
  const contents = [one, two, twin, twin, known];
  await ledger.noteKeptAll(
    files.map((file, index) => ({ file, sha256: contents[index] ?? '', sizeBytes: 10 })),
  );
  const rows = await Promise.all(files.map(documentOf));
  expect(rows.map(({ document }) => document?.sha256)).toEqual(contents);
  expect(rows.every(({ state }) => state === 'kept')).toBe(true);
  expect(await database.prisma.document.count({ where: { sha256: { in: contents } } })).toBe(4);
  expect(await database.prisma.document.count({ where: { sha256: null } })).toBe(0);
  expect(
    await database.prisma.documentEvent.count({
      where: { kind: 'found', documentId: rows[0]?.documentId ?? '' },
    }),
  ).toBe(1);
});
