/** Which documents an action goes through, and which folders there are to choose from. */
import type { PrismaClient } from '#platform/database.ts';

export type UpkeepStore = {
  /** Paths of categories that hold these letters, in order. */
  folders: (q: string, limit: number) => Promise<string[]>;
  count: (folder: string | null) => Promise<number>;
  /** Ids in their order. @param after the last id of the part before; `null` at first */
  documents: (folder: string | null, after: string | null, limit: number) => Promise<string[]>;
};

export function upkeepStore(prisma: PrismaClient): UpkeepStore {
  return {
    async folders(q, limit) {
      const rows = await prisma.$queryRaw<{ path: string }[]>`
        SELECT path FROM (
          SELECT path FROM categories UNION SELECT category FROM documents WHERE category IS NOT NULL
        ) AS known WHERE strpos(lower(path), lower(${q})) > 0 ORDER BY path LIMIT ${limit}`;
      return rows.map(({ path }) => path);
    },
    async count(folder) {
      const [row] = await prisma.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count FROM documents
        WHERE ${folder}::text IS NULL OR category = ${folder} OR starts_with(category, ${folder} || '/')`;
      return row?.count ?? 0;
    },
    async documents(folder, after, limit) {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        SELECT id::text FROM documents
        WHERE (${after}::uuid IS NULL OR id > ${after}::uuid)
          AND (${folder}::text IS NULL OR category = ${folder} OR starts_with(category, ${folder} || '/'))
        ORDER BY id LIMIT ${limit}`;
      return rows.map(({ id }) => id);
    },
  };
}
