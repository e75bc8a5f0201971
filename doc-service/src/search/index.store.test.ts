import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { createIndexer } from './index.store.ts';
import { openDatabase, type Database } from '#platform/database.ts';

let fresh: TestDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await freshDatabase('doc-service');
  database = openDatabase({ url: fresh.url, log: createLogger('test', 'silent') });
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

test('I11: what is renamed while it is indexed is indexed once more', async () => {
  const { prisma } = database;
  const { id, seq } = await prisma.document.create({
    data: {
      title: 'Before',
      filename: 'a.pdf',
      sha256: 'a'.repeat(64),
      sizeBytes: 1,
      source: 'watch',
      isShared: true,
      status: 'read',
    },
  });
  await prisma.documentChunk.create({
    data: { documentId: id, seq, chunk: 0, firstPage: 1, text: 'text', isPart: false },
  });
  // A trigger renames it where the indexer notes the names that it read: as late as another request could.
  await prisma.$executeRaw`
    CREATE FUNCTION rename_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.names IS DISTINCT FROM OLD.names AND OLD.title = 'Before' THEN NEW.title := 'After'; NEW.revision := OLD.revision + 1; END IF;
      RETURN NEW; END $$`;
  await prisma.$executeRaw`CREATE TRIGGER rename_once BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION rename_once()`;
  const index = createIndexer(prisma);
  const status = async () => (await prisma.document.findUniqueOrThrow({ where: { id } })).status;
  await index([id]);
  expect(await status()).toBe('read');
  await index([id]);
  expect(await status()).toBe('searchable');
  const found = await prisma.$queryRaw<unknown[]>`SELECT 1 FROM documents WHERE names @@ 'after'::tsquery`;
  expect(found.length).toBe(1);
});
