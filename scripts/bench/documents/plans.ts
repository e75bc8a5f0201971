/**
 * What PostgreSQL says that a question costs: the execution times of exactly the statements that the service
 * sends.
 */
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { readCursor } from '../../../doc-service/src/documents/cursor.rules.ts';
import { readListRequest } from '../../../doc-service/src/documents/list-query.rules.ts';
import { facetsOf, listDocuments } from '../../../doc-service/src/documents/list.store.ts';
import { openDatabase, Prisma } from '../../../doc-service/src/platform/database.ts';
import { searchRoom } from '../../../doc-service/src/search/search.room.ts';
import { explaining, type Explained } from '../../../doc-service/src/testing/explained.ts';

const viewer = {
  userId: '11111111-1111-4111-8111-111111111111',
  isEditor: false,
  isSuperuser: false,
  groups: [],
};

export type Plans = {
  /** @param query of the address of the list, as the service reads it */
  of: (query: string) => Promise<Explained[]>;
  close: () => Promise<void>;
};

export function plansIn(url: string): Plans {
  const database = openDatabase({ url, log: createLogger('bench', 'error') });
  const asking = explaining(url);
  const room = searchRoom({
    prisma: database.prisma,
    now: Date.now,
    fields: { keys: async () => [], condition: () => Prisma.sql`true` },
  });
  return {
    async of(query) {
      asking.taken();
      const parameters = new URLSearchParams(query);
      const wanted = readListRequest(
        Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)])),
      );
      const search = await room.prepare(asking.read, wanted.q);
      const sort = wanted.sort ?? (search ? 'relevance' : '-created_at');
      const { page: _page, cursor: written, hasFacets, ...asked } = { ...wanted, sort };
      const cursor = written === null ? null : readCursor(asked, sort, written);
      const { rows } = await listDocuments(asking.read, viewer, { ...wanted, sort, cursor, search });
      await search?.snippets(rows.map(({ id }) => id));
      if (hasFacets) await facetsOf(asking.read, viewer, { filter: wanted, search });
      return asking.taken();
    },
    async close() {
      await asking.close();
      await database.close();
    },
  };
}
