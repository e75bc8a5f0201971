/** Proposals as people see them and decide about them. */
import { Prisma, type PrismaClient } from '#platform/database.ts';
import { dropFilledSql, learnSql, refreshSql } from './making.store.ts';
import {
  fields,
  type Field,
  type ProviderState,
  type SuggestionRow,
  type Value,
} from './suggestions.types.ts';
import { usedSql, type UsedRow } from './usage.store.ts';

export type SuggestionsStore = ReturnType<typeof createSuggestionsStore>;
export type RunRow = {
  state: string;
  provider: ProviderState;
  detail: string | null;
  made_at: Date;
  used: UsedRow[];
};
export type InboxRow = {
  id: string;
  title: string;
  filename: string;
  category: string | null;
  type: string | null;
  tags: string[];
  correspondent: string | null;
  date: string | null;
  pages: number | null;
  best: number;
  folder: string;
  /** What the model needed for it so far. */
  used: UsedRow[];
};
export type InboxQuery = {
  /** At or below it; null for all. */
  folder: string | null;
  minConfidence: number;
  sort: 'confidence' | 'folder';
  after: { key: string; id: string } | null;
  most: number;
};
/** What the documents' room decides: conditions over `documents d`. */
export type MayDecide = {
  visible: Prisma.Sql;
  editable: Prisma.Sql;
  /** Fields about which this person may not decide: they are not shown. */
  hidden?: readonly Field[];
};
/** Of which facts a proposal is not of use any more, by the names of the documents' room. */
const fieldOfKind: Readonly<Record<string, Field>> = {
  title: 'title',
  type: 'type',
  tags: 'tags',
  category: 'folder',
  correspondent: 'correspondent',
  date: 'date',
  filename: 'file_name',
};
const countedAtMost = 1_000;
const maxFolders = 100;

const columns = Prisma.sql`s.document_id::text, s.field, s.value, s.is_new, s.reason, s.confidence, s.method, s.page, s.state,
  s.made_at, s.decided_at`;

export function createSuggestionsStore(prisma: PrismaClient) {
  return { ...waitingProposals(prisma), ...decisions(prisma) };
}

function waitingProposals(prisma: PrismaClient) {
  return {
    /** Pending ones first, the surest first. */
    of: (ids: readonly string[]): Promise<SuggestionRow[]> => prisma.$queryRaw<SuggestionRow[]>`
      SELECT ${columns} FROM suggestions s WHERE s.document_id = ANY(${[...ids]}::uuid[])
      ORDER BY s.state <> 'pending', s.confidence DESC, array_position(${[...fields]}, s.field)`,

    async run(id: string): Promise<RunRow | null> {
      const [row] = await prisma.$queryRaw<RunRow[]>`
        SELECT state, provider, detail, made_at, ${usedSql} AS used FROM suggestion_runs r
        WHERE document_id = ${id}::uuid`;
      return row ?? null;
    },

    async inbox(
      may: MayDecide,
      { folder, minConfidence, sort, after, most }: InboxQuery,
    ): Promise<InboxRow[]> {
      const order =
        sort === 'confidence' ? Prisma.sql`r.best DESC, r.document_id` : Prisma.sql`r.folder, r.document_id`;
      const conditions = [waiting(may, folder, minConfidence)];
      if (after && sort === 'confidence')
        conditions.push(
          Prisma.sql`(r.best < ${Number(after.key)}::real OR (r.best = ${Number(after.key)}::real AND r.document_id > ${after.id}::uuid))`,
        );
      if (after && sort === 'folder')
        conditions.push(Prisma.sql`(r.folder, r.document_id) > (${after.key}, ${after.id}::uuid)`);
      return prisma.$queryRaw<InboxRow[]>`
        SELECT d.id::text, d.title, d.filename, d.category, d.type, d.tags, d.correspondent,
          to_char(d.document_date, 'YYYY-MM-DD') AS date, d.pages, r.best, r.folder, ${usedSql} AS used
        FROM suggestion_runs r JOIN documents d ON d.id = r.document_id
        WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY ${order} LIMIT ${most}`;
    },

    /** @returns counted up to `countedAtMost` */
    async count(may: MayDecide, folder: string | null, minConfidence: number): Promise<number> {
      const [row] = await prisma.$queryRaw<{ count: bigint }[]>`
        SELECT count(*) FROM (SELECT FROM suggestion_runs r JOIN documents d ON d.id = r.document_id
          WHERE ${waiting(may, folder, minConfidence)} LIMIT ${countedAtMost}) AS counted`;
      return Number(row?.count ?? 0);
    },

    /** Where the waiting ones would lie, and how many of them are sure enough to be accepted together. */
    async folders(
      may: MayDecide,
      sureFrom: number,
    ): Promise<{ folder: string; count: number; sure: number }[]> {
      const rows = await prisma.$queryRaw<{ folder: string; count: bigint; sure: bigint }[]>`
        SELECT r.folder, count(*) AS count, count(*) FILTER (WHERE r.best >= ${sureFrom}::real) AS sure
        FROM suggestion_runs r JOIN documents d ON d.id = r.document_id
        WHERE ${waiting(may, null, 0)} GROUP BY r.folder ORDER BY count(*) DESC, r.folder LIMIT ${maxFolders}`;
      return rows.map(({ folder, count, sure }) => ({ folder, count: Number(count), sure: Number(sure) }));
    },

    /** Documents with a pending proposal that is this sure, so many at most. */
    async idsOf(
      may: MayDecide,
      folder: string | null,
      minConfidence: number,
      most: number,
    ): Promise<string[]> {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        SELECT d.id::text FROM suggestion_runs r JOIN documents d ON d.id = r.document_id
        WHERE ${waiting(may, folder, minConfidence)} ORDER BY d.id LIMIT ${most}`;
      return rows.map(({ id }) => id);
    },
  };
}

function decisions(prisma: PrismaClient) {
  return {
    /** @returns the pending ones of these documents, which are confirmed from now on */
    confirm: (
      tx: Prisma.TransactionClient,
      ids: readonly string[],
      { only, minConfidence, userId }: { only: readonly Field[]; minConfidence: number; userId: string },
    ): Promise<{ id: string; field: Field; value: Value }[]> => tx.$queryRaw`
      UPDATE suggestions SET state = 'confirmed', decided_at = now(), decided_by = ${userId}
      WHERE document_id = ANY(${[...ids]}::uuid[]) AND state = 'pending' AND confidence >= ${minConfidence}::real
        AND field = ANY(${[...only]})
      RETURNING document_id::text AS id, field, value`,

    /** What was confirmed now is part of this bulk change. */
    async noteUndo(
      tx: Prisma.TransactionClient,
      rows: readonly { id: string; field: Field }[],
      undoId: string | null,
    ) {
      if (undoId !== null)
        await tx.$executeRaw`
          UPDATE suggestions s SET undo_id = ${undoId}::uuid
          FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS one(id uuid, field text)
          WHERE s.document_id = one.id AND s.field = one.field`;
      await tx.$executeRaw(refreshSql([...new Set(rows.map(({ id }) => id))]));
    },

    /** @returns how many of these fields were pending */
    reject: (id: string, only: readonly Field[], userId: string): Promise<number> =>
      prisma.$transaction(async (tx) => {
        const count = await tx.$executeRaw`
          UPDATE suggestions SET state = 'rejected', decided_at = now(), decided_by = ${userId}
          WHERE document_id = ${id}::uuid AND field = ANY(${[...only]}) AND state = 'pending'`;
        if (count > 0) await tx.$executeRaw(refreshSql([id]));
        return count;
      }),

    /** Rejections are taken back. @returns how many */
    reopen: (id: string, only: readonly Field[]): Promise<number> =>
      prisma.$transaction(async (tx) => {
        const count = await tx.$executeRaw`
          UPDATE suggestions SET state = 'pending', decided_at = NULL, decided_by = NULL
          WHERE document_id = ${id}::uuid AND field = ANY(${[...only]}) AND state = 'rejected'`;
        if (count > 0) await tx.$executeRaw(refreshSql([id]));
        return count;
      }),

    /** What a person says by hand is not proposed any more, and may help with others. */
    async edited(tx: Prisma.TransactionClient, edited: readonly { id: string; kinds: readonly string[] }[]) {
      const rows = edited.flatMap(({ id, kinds }) =>
        kinds.flatMap((kind) => (fieldOfKind[kind] ? [{ id, field: fieldOfKind[kind] }] : [])),
      );
      const filled = edited.flatMap(({ id, kinds }) => (kinds.includes('field') ? [id] : []));
      if (rows.length + filled.length === 0) return;
      if (filled.length > 0) await tx.$executeRaw(dropFilledSql(filled));
      await tx.$executeRaw`
        DELETE FROM suggestions s USING jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS one(id uuid, field text)
        WHERE s.document_id = one.id AND s.field = one.field AND s.state = 'pending'`;
      await tx.$executeRaw(refreshSql(edited.map(({ id }) => id)));
      // In another folder another model may read it.
      const moved = rows.filter(({ field }) => field === 'folder').map(({ id }) => id);
      await tx.$executeRaw`
        UPDATE suggestion_runs SET asked_at = NULL, provider = 'off', detail = NULL
        WHERE provider = 'private' AND document_id = ANY(${moved}::uuid[])`;
      await tx.$executeRaw(learnSql);
    },

    /** What was confirmed waits again where the change was taken back. */
    async undone(tx: Prisma.TransactionClient, undoId: string, ids: readonly string[]) {
      await tx.$executeRaw`
        UPDATE suggestions SET state = 'pending', decided_at = NULL, decided_by = NULL, undo_id = NULL
        WHERE undo_id = ${undoId}::uuid AND document_id = ANY(${[...ids]}::uuid[])`;
      await tx.$executeRaw(refreshSql(ids));
    },
  };
}

/** A condition over `suggestion_runs r` and `documents d`. */
function waiting(
  { visible, editable, hidden = [] }: MayDecide,
  folder: string | null,
  minConfidence: number,
): Prisma.Sql {
  const inFolder =
    folder === null
      ? Prisma.sql`true`
      : Prisma.sql`(r.folder = ${folder} OR (${folder} <> '' AND starts_with(r.folder, ${`${folder}/`})))`;
  const shown =
    hidden.length === 0
      ? Prisma.sql`true`
      : Prisma.sql`EXISTS (SELECT FROM suggestions s WHERE s.document_id = r.document_id AND s.state = 'pending'
          AND s.field <> ALL(${[...hidden]}))`;
  return Prisma.sql`r.pending > 0 AND ${shown} AND r.best >= ${minConfidence}::real AND ${inFolder}
    AND d.superseded_by IS NULL AND d.trashed_at IS NULL AND ${visible} AND ${editable}`;
}
