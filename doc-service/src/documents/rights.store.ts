/** Rights of groups, as the database keeps them: those of a category, and whom one document is shared with. */
import { Prisma, type PrismaClient } from '#platform/database.ts';
import type { Editor, Rights, Viewer } from './documents.types.ts';
import { mayEditIn, mayReadIn, mayShare, visibleTo } from './visibility.ts';

/** @property from the category whose entry decides; null: none does */
export type CategoryRights = { own: Rights | null; effective: Rights | null; from: string | null };
export type SharingOutcome = { ok: true } | { ok: false; reason: 'gone' | 'not-theirs' };
export type RightsStore = ReturnType<typeof createRightsStore>;

export function createRightsStore(prisma: PrismaClient) {
  return {
    /** @param path of a category */
    async ofCategory(path: string): Promise<CategoryRights> {
      const [row] = await prisma.$queryRaw<(Rights & { path: string })[]>`
        SELECT c.path, r.everyone, r.readers AS read, r.editors AS edit
        FROM category_rights r JOIN categories c ON c.id = r.category_id
        WHERE ${path} = c.path OR starts_with(${path}, c.path || '/') ORDER BY length(c.path) DESC LIMIT 1`;
      if (!row) return { own: null, effective: null, from: null };
      const { path: from, ...rights } = row;
      return { own: from === path ? rights : null, effective: rights, from };
    },

    /** @param rights null takes the entry away: what is above decides again */
    async setCategory(editor: Editor, categoryId: string, rights: Rights | null): Promise<void> {
      if (rights === null) {
        await prisma.$executeRaw`DELETE FROM category_rights WHERE category_id = ${categoryId}::uuid`;
        return;
      }
      await prisma.$executeRaw`
        INSERT INTO category_rights (category_id, everyone, readers, editors, set_by)
        VALUES (${categoryId}::uuid, ${rights.everyone}, ${rights.read}, ${rights.edit}, ${editor.name})
        ON CONFLICT (category_id) DO UPDATE SET everyone = EXCLUDED.everyone, readers = EXCLUDED.readers,
          editors = EXCLUDED.editors, set_at = now(), set_by = EXCLUDED.set_by`;
    },

    /** Replaces whom a document is shared with. */
    async share(
      editor: Editor,
      id: string,
      { read, edit }: Omit<Rights, 'everyone'>,
    ): Promise<SharingOutcome> {
      return prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ may_share: boolean; read: string[]; edit: string[] }[]>`
          SELECT ${mayShare(editor)} AS may_share, d.shared_readers AS read, d.shared_editors AS edit
          FROM documents d WHERE d.id = ${id}::uuid AND ${visibleTo(editor)} FOR UPDATE OF d`;
        if (!row) return { ok: false, reason: 'gone' };
        if (!row.may_share) return { ok: false, reason: 'not-theirs' };
        const change = { from: { read: row.read, edit: row.edit }, to: { read, edit } };
        if (JSON.stringify(change.from) === JSON.stringify(change.to)) return { ok: true };
        await tx.$executeRaw`
          UPDATE documents SET shared_readers = ${read}, shared_editors = ${edit}, revision = revision + 1,
            updated_at = now() WHERE id = ${id}::uuid`;
        await tx.$executeRaw`
          INSERT INTO document_events (document_id, kind, place, by_id, by_name, change)
          VALUES (${id}::uuid, 'sharing', '', ${editor.userId}, ${editor.name}, ${JSON.stringify(change)}::jsonb)`;
        return { ok: true };
      });
    },

    /** Names of groups that have been given rights, for those who give more. */
    async groups(): Promise<string[]> {
      const rows = await prisma.$queryRaw<{ name: string }[]>`
        SELECT DISTINCT name FROM category_rights, unnest(readers || editors) AS one(name) ORDER BY name LIMIT 500`;
      return rows.map(({ name }) => name);
    },
  };
}

/** @returns whether the viewer sees the category itself */
export async function isReadable(
  db: Prisma.TransactionClient,
  viewer: Viewer,
  path: string,
): Promise<boolean> {
  return isTrue(db, mayReadIn(viewer, Prisma.sql`${path}::text`));
}

/**
 * Whether a part of the tree may become another one. Where categories below have entries of their own, only superusers
 * move it: everybody else would change what those entries say.
 */
export async function mayChangeTree(
  db: Prisma.TransactionClient,
  editor: Editor,
  ...paths: readonly string[]
): Promise<boolean> {
  if (editor.isSuperuser) return true;
  for (const path of paths) {
    if (!(await isTrue(db, mayEditIn(editor, Prisma.sql`${path}::text`)))) return false;
    const below = Prisma.sql`EXISTS (SELECT FROM category_rights r JOIN categories c ON c.id = r.category_id
      WHERE c.path = ${path} OR starts_with(c.path, ${`${path}/`}))`;
    if (paths.length > 1 && (await isTrue(db, below))) return false;
  }
  return true;
}

export type KeptRights = Rights & { path: string; set_by: string | null };

export function rightsBelow(db: Prisma.TransactionClient, path: string): Promise<KeptRights[]> {
  return db.$queryRaw<KeptRights[]>`
    SELECT c.path, r.everyone, r.readers AS read, r.editors AS edit, r.set_by
    FROM category_rights r JOIN categories c ON c.id = r.category_id
    WHERE c.path = ${path} OR starts_with(c.path, ${`${path}/`})`;
}

/** Entries at these paths, unless there is one already: the folder may bring documents to them again. */
export async function keepRights(db: Prisma.TransactionClient, kept: readonly KeptRights[]): Promise<void> {
  for (const { path, everyone, read, edit, set_by: setBy } of kept) {
    await db.$executeRaw`
      INSERT INTO categories (path, is_made) VALUES (${path}, false) ON CONFLICT (md5(path)) DO NOTHING`;
    await db.$executeRaw`
      INSERT INTO category_rights (category_id, everyone, readers, editors, set_by)
      SELECT id, ${everyone}, ${read}, ${edit}, ${setBy} FROM categories WHERE md5(path) = md5(${path})
      ON CONFLICT (category_id) DO NOTHING`;
  }
}

async function isTrue(db: Prisma.TransactionClient, condition: Prisma.Sql): Promise<boolean> {
  const [row] = await db.$queryRaw<{ is: boolean | null }[]>`SELECT ${condition} AS is`;
  return row?.is === true;
}
