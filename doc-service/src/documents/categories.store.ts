/** The tree of categories: paths that the folder proposes, and those that people made. */
import { Prisma, type PrismaClient } from '#platform/database.ts';
import { isAtOrBelow, maxDepth, movedPath } from './edit.rules.ts';
import type { Editor, Viewer } from './documents.types.ts';
import { isReadable, keepRights, mayChangeTree, rightsBelow, type KeptRights } from './rights.store.ts';
import { mayEditIn, mayReadIn, visibleTo } from './visibility.ts';

export type Category = { id: string; path: string };
export type CategoryOutcome =
  | { ok: true; category: Category }
  | { ok: false; reason: 'unknown' | 'not-allowed' | 'exists' | 'not-empty' | 'inside-itself' | 'too-deep' };
export type ListedCategory = Category & { count: number; may_edit: boolean; has_rights: boolean };

export type CategoriesStore = ReturnType<typeof createCategoriesStore>;

const moveTimeoutMs = 60_000;

export function createCategoriesStore(prisma: PrismaClient) {
  /** What the viewer does not see is not there. */
  const find = async (tx: Prisma.TransactionClient, viewer: Viewer, id: string): Promise<Category | null> => {
    const found = await tx.category.findUnique({ where: { id }, select: { id: true, path: true } });
    return found && (await isReadable(tx, viewer, found.path)) ? found : null;
  };

  return {
    find: (viewer: Viewer, id: string): Promise<Category | null> => find(prisma, viewer, id),

    /** With how many documents the viewer sees in each; an empty one is listed when a person made it. */
    async list(viewer: Viewer): Promise<ListedCategory[]> {
      const counts = Prisma.sql`
        SELECT d.category AS path, count(*) AS count FROM documents d
        WHERE d.category IS NOT NULL AND d.superseded_by IS NULL AND d.trashed_at IS NULL AND ${visibleTo(viewer)}
        GROUP BY d.category`;
      await prisma.$executeRaw`
        INSERT INTO categories (path, is_made)
        SELECT path, false FROM (${counts}) AS used
        WHERE NOT EXISTS (SELECT FROM categories c WHERE md5(c.path) = md5(used.path)) ORDER BY path
        ON CONFLICT (md5(path)) DO NOTHING`;
      const rows = await prisma.$queryRaw<(ListedCategory & { count: bigint | null })[]>`
        SELECT c.id::text, c.path, used.count, ${mayEditIn(viewer, Prisma.sql`c.path`)} AS may_edit,
          EXISTS (SELECT FROM category_rights own WHERE own.category_id = c.id) AS has_rights
        FROM categories c LEFT JOIN (${counts}) AS used ON used.path = c.path
        WHERE used.count > 0 OR ${mayReadIn(viewer, Prisma.sql`c.path`)} AND (c.is_made
          OR ${viewer.isSuperuser} AND EXISTS (SELECT FROM category_rights own WHERE own.category_id = c.id))
        ORDER BY c.path`;
      return rows.map((row) => ({ ...row, count: Number(row.count ?? 0) }));
    },

    /** Making one that is there already changes nothing but that it stays. */
    async make(editor: Editor, path: string): Promise<(Category & { isNew: boolean }) | null> {
      if (!(await mayChangeTree(prisma, editor, path))) return null;
      const [row] = await prisma.$queryRaw<(Category & { isNew: boolean })[]>`
        INSERT INTO categories (path, is_made) VALUES (${path}, true)
        ON CONFLICT (md5(path)) DO UPDATE SET is_made = true RETURNING id::text, path, xmax = 0 AS "isNew"`;
      if (!row) throw new Error('a category was not made');
      return row;
    },

    /** Moves everything in it and below it; documents keep what a person chose from then on. */
    async move(editor: Editor, id: string, to: string, isMerge: boolean): Promise<CategoryOutcome> {
      return prisma.$transaction(
        async (tx) => {
          await lockTree(tx);
          const category = await find(tx, editor, id);
          if (!category) return { ok: false, reason: 'unknown' };
          const from = category.path;
          if (!(await mayChangeTree(tx, editor, from, to))) return { ok: false, reason: 'not-allowed' };
          if (to === from) return { ok: true, category };
          if (isAtOrBelow(to, from)) return { ok: false, reason: 'inside-itself' };
          if (await isDeeper(tx, from, to)) return { ok: false, reason: 'too-deep' };
          if (!isMerge && (await isUsed(tx, to))) return { ok: false, reason: 'exists' };
          await moveDocuments(tx, editor, from, to);
          return { ok: true, category: await withRights(tx, from, to, () => moveRows(tx, category, to)) };
        },
        { timeout: moveTimeoutMs },
      );
    },

    /** @param toId where its documents go; without it only an empty one is removed */
    async remove(editor: Editor, id: string, toId: string | null): Promise<CategoryOutcome> {
      return prisma.$transaction(
        async (tx) => {
          await lockTree(tx);
          const category = await find(tx, editor, id);
          const to = toId === null ? null : await find(tx, editor, toId);
          if (!category || (toId !== null && !to)) return { ok: false, reason: 'unknown' };
          if (!(await mayChangeTree(tx, editor, category.path, to?.path ?? category.path)))
            return { ok: false, reason: 'not-allowed' };
          if (to && isAtOrBelow(to.path, category.path)) return { ok: false, reason: 'inside-itself' };
          if (!to && (await holdsDocuments(tx, category.path))) return { ok: false, reason: 'not-empty' };
          if (to && (await isDeeper(tx, category.path, to.path))) return { ok: false, reason: 'too-deep' };
          if (to) await moveDocuments(tx, editor, category.path, to.path);
          const target = to?.path ?? null;
          return {
            ok: true,
            category: await withRights(tx, category.path, target, () => removeRows(tx, category)),
          };
        },
        { timeout: moveTimeoutMs },
      );
    },
  };
}

/**
 * Entries go along with what is moved, and stay where they were: what the watched folder brings to the old path later is
 * seen by no more people than before.
 */
async function withRights(
  tx: Prisma.TransactionClient,
  from: string,
  to: string | null,
  move: () => Promise<Category>,
): Promise<Category> {
  const kept = await rightsBelow(tx, from);
  const moved = await move();
  const atTarget = (one: KeptRights) => (to === null ? one : { ...one, path: movedPath(one.path, from, to) });
  await keepRights(tx, [...kept, ...kept.map(atTarget)]);
  return moved;
}

async function removeRows(tx: Prisma.TransactionClient, category: Category): Promise<Category> {
  await tx.$executeRaw`DELETE FROM categories WHERE ${atOrBelow('path', category.path)}`;
  return category;
}

/** Two people who move parts of the tree do it one after the other. */
async function lockTree(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('categories', 0))`;
}

function atOrBelow(column: 'path' | 'd.category', path: string): Prisma.Sql {
  const name = Prisma.raw(column);
  return Prisma.sql`(${name} = ${path} OR starts_with(${name}, ${`${path}/`}))`;
}

async function holdsDocuments(tx: Prisma.TransactionClient, path: string): Promise<boolean> {
  const rows = await tx.$queryRaw<
    unknown[]
  >`SELECT 1 FROM documents d WHERE ${atOrBelow('d.category', path)} LIMIT 1`;
  return rows.length > 0;
}

async function isUsed(tx: Prisma.TransactionClient, path: string): Promise<boolean> {
  const made = await tx.$queryRaw<
    unknown[]
  >`SELECT 1 FROM categories WHERE is_made AND ${atOrBelow('path', path)} LIMIT 1`;
  return made.length > 0 || (await holdsDocuments(tx, path));
}

async function isDeeper(tx: Prisma.TransactionClient, from: string, to: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ depth: number | null }[]>`
    SELECT max(array_length(string_to_array(path, '/'), 1)) AS depth FROM (
      SELECT path FROM categories WHERE ${atOrBelow('path', from)}
      UNION ALL SELECT d.category FROM documents d WHERE ${atOrBelow('d.category', from)}) AS below`;
  const depthOf = (path: string): number => path.split('/').length;
  return (row?.depth ?? depthOf(from)) - depthOf(from) + depthOf(to) > maxDepth;
}

async function moveDocuments(
  tx: Prisma.TransactionClient,
  editor: Editor,
  from: string,
  to: string,
): Promise<void> {
  await tx.$executeRaw`
    WITH moved AS (
      SELECT d.id, d.category AS before, ${to} || substr(d.category, length(${from}) + 1) AS after
      FROM documents d WHERE ${atOrBelow('d.category', from)} ORDER BY d.id FOR UPDATE
    ), events AS (
      INSERT INTO document_events (document_id, kind, place, by_id, by_name, change)
      SELECT id, 'category', '', ${editor.userId}, ${editor.name}, jsonb_build_object('from', before, 'to', after) FROM moved
    )
    UPDATE documents d SET category = moved.after, category_set = true, revision = d.revision + 1, updated_at = now(),
      status = CASE WHEN d.status = 'searchable' THEN 'read' ELSE d.status END,
      next_attempt_at = CASE WHEN d.status = 'searchable' THEN 'epoch' ELSE d.next_attempt_at END
    FROM moved WHERE d.id = moved.id`;
}

/** Rows keep their ids, unless one of that path is there already. */
async function moveRows(
  tx: Prisma.TransactionClient,
  { id, path: from }: Category,
  to: string,
): Promise<Category> {
  const rows = await tx.$queryRaw<(Category & { is_made: boolean })[]>`
    SELECT id::text, path, is_made FROM categories WHERE ${atOrBelow('path', from)} ORDER BY path`;
  let moved: Category = { id, path: to };
  for (const row of rows) {
    const path = movedPath(row.path, from, to);
    const isMade = row.is_made || row.id === id;
    const [there] = await tx.$queryRaw<Category[]>`
      UPDATE categories SET is_made = is_made OR ${isMade} WHERE md5(path) = md5(${path}) RETURNING id::text, path`;
    if (there) await tx.$executeRaw`DELETE FROM categories WHERE id = ${row.id}::uuid`;
    else
      await tx.$executeRaw`UPDATE categories SET path = ${path}, is_made = ${isMade} WHERE id = ${row.id}::uuid`;
    if (row.id === id && there) moved = there;
  }
  return moved;
}
