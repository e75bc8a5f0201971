/** Lists under a name, and how a person likes the library, as the database keeps them. */
import { retryOnUniqueViolation } from '@berth/plugin-kit/base/retry-on-unique-violation.ts';
import type { Prisma, PrismaClient } from '#platform/database.ts';
import type { Editor, Viewer } from './documents.types.ts';
import type { LibrarySettings, ViewChange, ViewList } from './views.rules.ts';

export type View = {
  id: string;
  name: string;
  is_shared: boolean;
  is_own: boolean;
  by: string | null;
  list: Prisma.JsonValue;
};
export type ViewOutcome =
  | { ok: true; view: View }
  | { ok: false; reason: 'gone' | 'not-theirs' | 'too-many' };
export type ViewsStore = ReturnType<typeof createViewsStore>;

export const maxViews = 100;
const defaults: LibrarySettings = { default_view_id: null, columns: null, is_dense: false };

export function createViewsStore(prisma: PrismaClient) {
  const reachable = ({ userId }: Viewer): Prisma.SavedViewWhereInput => ({
    OR: [{ ownerId: userId }, { isShared: true }],
  });

  return {
    /** One's own and everybody's, by name. */
    async list(viewer: Viewer): Promise<View[]> {
      const rows = await prisma.savedView.findMany({
        where: reachable(viewer),
        orderBy: [{ name: 'asc' }, { id: 'asc' }],
        take: maxViews * 5,
      });
      return rows.map((row) => viewOf(row, viewer));
    },

    async make(editor: Editor, name: string, list: ViewList, isShared: boolean): Promise<ViewOutcome> {
      if ((await prisma.savedView.count({ where: { ownerId: editor.userId } })) >= maxViews)
        return { ok: false, reason: 'too-many' };
      const owner = { ownerId: editor.userId, ownerName: editor.name };
      const row = await prisma.savedView.create({ data: { ...owner, name, list, isShared } });
      return { ok: true, view: viewOf(row, editor) };
    },

    /** One's own; superusers also everybody's. */
    async change(editor: Editor, id: string, { name, list, shared }: ViewChange): Promise<ViewOutcome> {
      const found = await changeable(editor, id);
      if (!found.ok) return found;
      const data = {
        ...(name === undefined ? {} : { name }),
        ...(list === undefined ? {} : { list }),
        ...(shared === undefined ? {} : { isShared: shared }),
      };
      return { ok: true, view: viewOf(await prisma.savedView.update({ where: { id }, data }), editor) };
    },

    async remove(editor: Editor, id: string): Promise<ViewOutcome> {
      const found = await changeable(editor, id);
      if (found.ok) await prisma.savedView.deleteMany({ where: { id } });
      return found;
    },

    async settings({ userId }: Viewer): Promise<LibrarySettings> {
      const row = await prisma.librarySettings.findUnique({ where: { ownerId: userId } });
      if (!row) return defaults;
      const columns = row.columns.length === 0 ? null : row.columns;
      return { default_view_id: row.defaultViewId, columns, is_dense: row.isDense };
    },

    /** @returns false when there is no such view for them */
    async saveSettings(viewer: Viewer, settings: LibrarySettings): Promise<boolean> {
      const { default_view_id: defaultViewId, columns, is_dense: isDense } = settings;
      const isThere =
        defaultViewId === null ||
        (await prisma.savedView.count({ where: { id: defaultViewId, ...reachable(viewer) } })) > 0;
      if (!isThere) return false;
      const data = { defaultViewId, columns: columns ?? [], isDense };
      await retryOnUniqueViolation(() =>
        prisma.librarySettings.upsert({
          where: { ownerId: viewer.userId },
          create: { ownerId: viewer.userId, ...data },
          update: data,
        }),
      );
      return true;
    },
  };

  async function changeable(editor: Editor, id: string): Promise<ViewOutcome> {
    const row = await prisma.savedView.findFirst({ where: { id, ...reachable(editor) } });
    if (!row) return { ok: false, reason: 'gone' };
    const isTheirs = row.isShared ? editor.isSuperuser : row.ownerId === editor.userId;
    return isTheirs ? { ok: true, view: viewOf(row, editor) } : { ok: false, reason: 'not-theirs' };
  }
}

type Row = {
  id: string;
  ownerId: string;
  ownerName: string | null;
  name: string;
  isShared: boolean;
  list: Prisma.JsonValue;
};

function viewOf({ id, ownerId, ownerName, name, isShared, list }: Row, { userId }: Viewer): View {
  return { id, name, is_shared: isShared, is_own: ownerId === userId, by: ownerName, list };
}
