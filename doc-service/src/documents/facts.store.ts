/** What people say of documents: changed in one place, one by one or many at once, with its history. */
import { caseKey } from '#platform/case-key.ts';
import { Prisma, type PrismaClient } from '#platform/database.ts';
import type { Editor, Viewer } from './documents.types.ts';
import { soughtBy, type FieldValues } from './fields.rules.ts';
import { changed, eventsOf, type Change, type FactEvent, type FactKind, type Facts } from './edit.rules.ts';
import { mayEdit, mayPutInto, visibleTo } from './visibility.ts';

export type BulkOutcome =
  | { ok: true; changed: number; skipped: number; undoId: string | null }
  | { ok: false; reason: 'none-editable' | 'too-many-tags' | 'not-into' };
export type UndoOutcome =
  | { ok: true; changed: number; skipped: number }
  | { ok: false; reason: 'unknown' | 'done' };
export type EditOutcome =
  | { ok: true }
  | { ok: false; reason: 'gone' | 'not-editable' | 'not-into' | 'stale' };
/** Which facts of which document changed. */
export type Edited = { id: string; kinds: FactKind[] };
/** What others do in the same transaction. */
export type FactsListener = {
  edited: (tx: Prisma.TransactionClient, edited: readonly Edited[]) => Promise<void>;
  undone: (tx: Prisma.TransactionClient, undoId: string, ids: readonly string[]) => Promise<void>;
};
export type ChangeEach = {
  /** @returns the change of each; what has none stays as it is. When it throws, nothing happened. */
  changesOf: (
    tx: Prisma.TransactionClient,
    facts: ReadonlyMap<string, Facts>,
  ) => Promise<ReadonlyMap<string, Change>>;
  /** @param undoId null when nothing changed */
  after: (tx: Prisma.TransactionClient, undoId: string | null) => Promise<void>;
};

export type FactsStore = ReturnType<typeof createFactsStore>;

type LockedRow = {
  id: string;
  title: string;
  type: string | null;
  tags: string[];
  category: string | null;
  title_set: boolean;
  category_set: boolean;
  fields: FieldValues;
  filename_set: boolean;
  correspondent: string | null;
  date: string | null;
  filename: string;
  is_trashed: boolean;
  revision: number;
  may_edit: boolean;
};
/** Takes back what was done in the transaction. */
class NotInto extends Error {}
type Written = { row: LockedRow; after: Facts; events: FactEvent[] };
type Undoable = Chosen & { id: string; revision: number; facts: Facts };
/** Which facts a person chose. */
type Chosen = { title_set: boolean; category_set: boolean; filename_set: boolean };

/** One change touches no more documents than this. */
export const maxBulk = 10_000;
const bulkTimeoutMs = 30_000;
const undoneForDays = 7;

export function createFactsStore(prisma: PrismaClient, listener: FactsListener) {
  return {
    /** @param ifCurrent whether the revision is the one that the caller knows */
    async edit(
      editor: Editor,
      id: string,
      change: Change,
      ifCurrent: (revision: number) => boolean,
    ): Promise<EditOutcome> {
      return prisma.$transaction(async (tx) => {
        const [row] = await lock(tx, editor, [id]);
        if (!row) return { ok: false, reason: 'gone' };
        if (!row.may_edit) return { ok: false, reason: 'not-editable' };
        if (!ifCurrent(row.revision)) return { ok: false, reason: 'stale' };
        if (await isClosed(tx, editor, row.category, change.category))
          return { ok: false, reason: 'not-into' };
        const after = changed(factsOf(row), change);
        if (after)
          await write(
            tx,
            editor,
            differing([row], () => after),
            listener,
          );
        return { ok: true };
      });
    },

    /** What the caller may not change is left out; where that is everything, nothing happens. */
    async bulk(editor: Editor, ids: readonly string[], change: Change): Promise<BulkOutcome> {
      return inOneTransaction(async (tx) => {
        const rows = await lock(tx, editor, ids);
        const editable = rows.filter((row) => row.may_edit);
        if (editable.length === 0 && rows.length > 0) return { ok: false, reason: 'none-editable' };
        if (await isClosed(tx, editor, undefined, change.category)) return { ok: false, reason: 'not-into' };
        const afters = new Map(editable.map((row) => [row.id, changed(factsOf(row), change)]));
        if ([...afters.values()].includes(null)) return { ok: false, reason: 'too-many-tags' };
        const written = differing(editable, (row) => afters.get(row.id) ?? factsOf(row));
        await write(tx, editor, written, listener);
        const skipped = ids.length - editable.length;
        return { ok: true, changed: written.length, skipped, undoId: await noteUndo(tx, editor, written) };
      });
    },

    /**
     * A change of its own for each. What the caller may not change is left out; where that is everything,
     * nothing happens.
     */
    async changeEach(
      editor: Editor,
      ids: readonly string[],
      { changesOf, after }: ChangeEach,
    ): Promise<BulkOutcome> {
      return inOneTransaction<BulkOutcome>(async (tx) => {
        const rows = await lock(tx, editor, ids);
        const editable = rows.filter((row) => row.may_edit);
        if (editable.length === 0 && rows.length > 0) return { ok: false, reason: 'none-editable' };
        const changes = await changesOf(tx, new Map(editable.map((row) => [row.id, factsOf(row)])));
        const to = [...changes.values()].flatMap(({ category }) => category ?? []);
        const open = await openOf(tx, editor, to);
        if (to.some((one) => !open.has(one))) throw new NotInto();
        const written = differing(
          editable,
          (row) => changed(factsOf(row), changes.get(row.id) ?? {}) ?? factsOf(row),
        );
        await write(tx, editor, written, listener);
        const undoId = await noteUndo(tx, editor, written);
        await after(tx, undoId);
        return { ok: true, changed: written.length, skipped: ids.length - editable.length, undoId };
      }).catch((error: unknown) => {
        if (error instanceof NotInto) return { ok: false, reason: 'not-into' };
        throw error;
      });
    },

    /** Whether the editor may put documents into this category. */
    mayPutInto: async (editor: Editor, category: string): Promise<boolean> =>
      (await openOf(prisma, editor, [category])).has(category),

    /** Once, and by who made the change. What somebody changed since stays as they left it. */
    async undo(editor: Editor, undoId: string): Promise<UndoOutcome> {
      return inOneTransaction(async (tx) => {
        const found = await tx.$queryRaw<{ before: Undoable[]; undone_at: Date | null }[]>`
          SELECT before, undone_at FROM bulk_changes
          WHERE id = ${undoId}::uuid AND owner_id = ${editor.userId} FOR UPDATE`;
        if (!found[0]) return { ok: false, reason: 'unknown' };
        if (found[0].undone_at) return { ok: false, reason: 'done' };
        const before = new Map(found[0].before.map((one) => [one.id, one]));
        const rows = await lock(tx, editor, [...before.keys()]);
        const open = await openOf(
          tx,
          editor,
          [...before.values()].flatMap(({ facts }) => facts.category ?? []),
        );
        const mayGoBack = ({ id, category }: LockedRow): boolean => {
          const to = before.get(id)?.facts.category ?? null;
          return to === category || to === null || open.has(to);
        };
        const same = rows.filter(
          (row) => row.may_edit && before.get(row.id)?.revision === row.revision && mayGoBack(row),
        );
        // What an older version of this service noted lacks the facts that it did not know.
        const written = differing(same, (row) => ({ ...factsOf(row), ...before.get(row.id)?.facts }));
        await write(tx, editor, written, listener);
        const ids = written.map(({ row }) => row.id);
        await listener.undone(tx, undoId, ids);
        await restoreChosen(tx, found[0].before, ids);
        await tx.$executeRaw`UPDATE bulk_changes SET undone_at = now() WHERE id = ${undoId}::uuid`;
        return { ok: true, changed: written.length, skipped: before.size - written.length };
      });
    },
  };

  function inOneTransaction<Outcome>(
    work: (tx: Prisma.TransactionClient) => Promise<Outcome>,
  ): Promise<Outcome> {
    return prisma.$transaction(work, { timeout: bulkTimeoutMs });
  }
}

/**
 * In a fixed order, so that two people changing the same documents wait for each other instead of locking
 * up.
 */
function lock(tx: Prisma.TransactionClient, viewer: Viewer, ids: readonly string[]): Promise<LockedRow[]> {
  return tx.$queryRaw<LockedRow[]>`
    SELECT d.id::text, d.title, d.type, d.tags, d.category, d.title_set, d.category_set,
      d.filename_set, d.correspondent,
      to_char(d.document_date, 'YYYY-MM-DD') AS date, d.filename, d.trashed_at IS NOT NULL AS is_trashed,
      d.revision, ${mayEdit(viewer)} AS may_edit, coalesce((SELECT jsonb_object_agg(df.field_id, df.value)
        FROM document_fields df WHERE df.document_id = d.id), '{}') AS fields
    FROM documents d WHERE d.id = ANY(${[...ids]}::uuid[]) AND ${visibleTo(viewer)}
    ORDER BY d.id FOR UPDATE OF d`;
}

/** Which facts a person chose is taken back with them. */
async function restoreChosen(
  tx: Prisma.TransactionClient,
  before: readonly Undoable[],
  ids: readonly string[],
): Promise<void> {
  await tx.$executeRaw`
    UPDATE documents d SET category_set = one.category_set, title_set = coalesce(one.title_set, d.title_set),
      filename_set = coalesce(one.filename_set, d.filename_set)
    FROM jsonb_to_recordset(${JSON.stringify(before)}::jsonb)
      AS one(id uuid, category_set boolean, title_set boolean, filename_set boolean)
    WHERE d.id = one.id AND d.id = ANY(${[...ids]}::uuid[])`;
}

/** Whether it would go into a category that the editor may put nothing into. */
async function isClosed(
  tx: Prisma.TransactionClient,
  editor: Editor,
  from: string | null | undefined,
  to: string | null | undefined,
): Promise<boolean> {
  if (to === undefined || to === null || to === from) return false;
  return !(await openOf(tx, editor, [to])).has(to);
}

/** Those of the categories that the editor may put documents into. */
async function openOf(
  tx: Prisma.TransactionClient,
  editor: Editor,
  categories: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ path: string }[]>`
    SELECT DISTINCT path FROM unnest(${[...categories]}::text[]) AS one(path)
    WHERE ${mayPutInto(editor, Prisma.sql`one.path`)}`;
  return new Set(rows.map(({ path }) => path));
}

function factsOf({ is_trashed: isTrashed, ...row }: LockedRow): Facts {
  const { title, type, tags, category, correspondent, date, filename, fields } = row;
  return { title, type, tags, category, correspondent, date, filename, fields, isTrashed };
}

function differing(rows: readonly LockedRow[], afterOf: (row: LockedRow) => Facts): Written[] {
  return rows.flatMap((row) => {
    const after = afterOf(row);
    const events = eventsOf(factsOf(row), after);
    return events.length > 0 ? [{ row, after, events }] : [];
  });
}

/**
 * A document that is found is indexed anew under what is said of it now. What a person set stays: the folder
 * only proposes.
 */
async function write(
  tx: Prisma.TransactionClient,
  { userId, name }: Editor,
  written: readonly Written[],
  listener: FactsListener,
): Promise<void> {
  if (written.length === 0) return;
  const rows = written.map(({ row, after, events }) => ({
    id: row.id,
    ...after,
    type_key: after.type === null ? null : caseKey(after.type),
    tag_keys: after.tags.map(caseKey),
    correspondent_key: after.correspondent === null ? null : caseKey(after.correspondent),
    is_trashed: after.isTrashed,
    is_renamed: events.some(({ kind }) => kind !== 'trashed' && kind !== 'restored'),
  }));
  await tx.$executeRaw`
    UPDATE documents d SET title = one.title, type = one.type, type_key = one.type_key, tags = one.tags, tag_keys = one.tag_keys,
      title_set = d.title_set OR d.title <> one.title,
      category_set = d.category_set OR d.category IS DISTINCT FROM one.category,
      category = one.category,
      correspondent = one.correspondent, correspondent_key = one.correspondent_key, document_date = one.date,
      filename_set = d.filename_set OR d.filename <> one.filename, filename = one.filename,
      trashed_at = CASE WHEN one.is_trashed THEN coalesce(d.trashed_at, now()) END,
      status = CASE WHEN one.is_renamed AND d.status = 'searchable' THEN 'read' ELSE d.status END,
      next_attempt_at = CASE WHEN one.is_renamed AND d.status = 'searchable' THEN 'epoch' ELSE d.next_attempt_at END,
      revision = d.revision + 1, updated_at = now()
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS one(
      id uuid, title text, type text, type_key text, tags text[], tag_keys text[], category text,
      correspondent text, correspondent_key text, date date, filename text, is_trashed boolean, is_renamed boolean)
    WHERE d.id = one.id`;
  await writeFields(tx, written);
  const events = written.flatMap(({ row, events: all }) =>
    all.map(({ kind, from, to, field }) => ({ id: row.id, kind, change: { from, to, field } })),
  );
  await tx.$executeRaw`
    INSERT INTO document_events (document_id, kind, place, by_id, by_name, change)
    SELECT id, kind, '', ${userId}, ${name}, change || coalesce((
      SELECT jsonb_build_object('field', cf.name) FROM custom_fields cf WHERE cf.id::text = change ->> 'field'), '{}')
    FROM jsonb_to_recordset(${JSON.stringify(events)}::jsonb) AS one(id uuid, kind text, change jsonb)`;
  await listener.edited(
    tx,
    written.map(({ row, events: all }) => ({ id: row.id, kinds: all.map(({ kind }) => kind) })),
  );
}

/** All fields of the documents that have another value in one. */
async function writeFields(tx: Prisma.TransactionClient, written: readonly Written[]): Promise<void> {
  const changed = written.filter(({ events }) => events.some(({ kind }) => kind === 'field'));
  if (changed.length === 0) return;
  const values = changed.flatMap(({ row, after }) =>
    Object.entries(after.fields).flatMap(([field, value]) =>
      value === null ? [] : [{ id: row.id, field, value, ...soughtBy(value) }],
    ),
  );
  await tx.$executeRaw`
    DELETE FROM document_fields WHERE document_id = ANY(${changed.map(({ row }) => row.id)}::uuid[])`;
  await tx.$executeRaw`
    INSERT INTO document_fields (document_id, field_id, value, value_key, number, day)
    SELECT one.id, cf.id, one.value, one.value_key, one.number::numeric, one.day::date
    FROM jsonb_to_recordset(${JSON.stringify(values)}::jsonb)
      AS one(id uuid, field uuid, value jsonb, value_key text, number text, day text)
    JOIN custom_fields cf ON cf.id = one.field`;
}

async function noteUndo(
  tx: Prisma.TransactionClient,
  { userId }: Editor,
  written: readonly Written[],
): Promise<string | null> {
  if (written.length === 0) return null;
  await tx.$executeRaw`DELETE FROM bulk_changes WHERE at < now() - make_interval(days => ${undoneForDays})`;
  const before: Undoable[] = written.map(({ row }) => ({
    id: row.id,
    revision: row.revision + 1,
    facts: factsOf(row),
    title_set: row.title_set,
    category_set: row.category_set,
    filename_set: row.filename_set,
  }));
  const [made] = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO bulk_changes (owner_id, before) VALUES (${userId}, ${JSON.stringify(before)}::jsonb) RETURNING id::text`;
  return made?.id ?? null;
}
