/** What proposals are made from, and where they are kept. */
import { Prisma, type PrismaClient } from '#platform/database.ts';
import { caseKey } from '#platform/case-key.ts';
import type { Vocabulary } from './archive.rules.ts';
import { ownFieldSpecs, type ArchiveField } from './own-fields.rules.ts';
import type { Field, Method, Proposal, Subject } from './suggestions.types.ts';

export type MakingStore = ReturnType<typeof createMakingStore>;

type SubjectRow = {
  id: string;
  version: number;
  title: string;
  filename: string;
  category: string | null;
  type: string | null;
  tags: string[];
  correspondent: string | null;
  date: string | null;
  title_set: boolean;
  category_set: boolean;
  filename_set: boolean;
  language: string | null;
  about: string | null;
  text: string | null;
  filled: string[];
  decided: Field[];
};
type Made = {
  id: string;
  version: number;
  proposals: readonly Proposal[];
  /** Whose older proposals these take the place of. */
  methods: readonly Method[];
};

const textCharacters = 20_000;
const maxAttempts = 3;
const maxNames = 20_000;

export function createMakingStore(prisma: PrismaClient) {
  return {
    /** Documents that are found and were not looked at since they changed, oldest first. */
    async due(most: number): Promise<string[]> {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        (SELECT d.id::text FROM documents d LEFT JOIN suggestion_runs r ON r.document_id = d.id
         WHERE d.status = 'searchable' AND d.superseded_by IS NULL AND d.trashed_at IS NULL
           AND (r.document_id IS NULL OR (r.version < d.version AND r.again_at IS NULL))
         LIMIT ${most})
        UNION
        (SELECT document_id::text FROM suggestion_runs WHERE again_at <= now() LIMIT ${most})`;
      return rows.map(({ id }) => id);
    },

    async subject(id: string): Promise<Subject | null> {
      const [row] = await prisma.$queryRaw<SubjectRow[]>`
        SELECT d.id::text, d.version, d.title, d.filename, d.category, d.type, d.tags, d.correspondent,
          to_char(d.document_date, 'YYYY-MM-DD') AS date, d.title_set, d.category_set, d.filename_set, d.language, d.about,
          left(c.text, ${textCharacters}) AS text,
          ARRAY(SELECT cf.key FROM document_fields df JOIN custom_fields cf ON cf.id = df.field_id WHERE df.document_id = d.id) AS filled,
          ARRAY(SELECT s.field FROM suggestions s WHERE s.document_id = d.id AND s.state <> 'pending') AS decided
        FROM documents d LEFT JOIN document_chunks c ON c.document_id = d.id AND c.chunk = 0
        WHERE d.id = ${id}::uuid AND d.superseded_by IS NULL AND d.trashed_at IS NULL`;
      if (!row) return null;
      const {
        title_set: titleSet,
        category_set: categorySet,
        filename_set: filenameSet,
        about,
        text,
        ...rest
      } = row;
      return { ...rest, titleSet, categorySet, filenameSet, about: about ?? '', text: text ?? '' };
    },

    async vocabulary(): Promise<
      Vocabulary & { folders: string[]; types: string[]; ownFields: ArchiveField[] }
    > {
      const rows = await prisma.$queryRaw<{ kind: string; value: string }[]>`
        (SELECT 'folder' AS kind, category AS value FROM documents
         WHERE category IS NOT NULL AND superseded_by IS NULL AND trashed_at IS NULL
         GROUP BY category ORDER BY count(*) DESC LIMIT ${maxNames})
        UNION ALL (SELECT 'folder', path FROM categories WHERE is_made LIMIT ${maxNames})
        UNION ALL (SELECT 'type', min(type) FROM documents WHERE type IS NOT NULL GROUP BY type_key LIMIT ${maxNames})
        UNION ALL (SELECT 'correspondent', min(correspondent) FROM documents
                   WHERE correspondent IS NOT NULL GROUP BY correspondent_key LIMIT ${maxNames})`;
      const ownFields = await prisma.$queryRaw<ArchiveField[]>`SELECT id::text, key, kind FROM custom_fields`;
      const of = (kind: string): string[] => rows.flatMap((row) => (row.kind === kind ? [row.value] : []));
      const folders = new Set(of('folder'));
      const types = new Map(of('type').map((name) => [caseKey(name), name]));
      const correspondents = new Map(of('correspondent').map((name) => [caseKey(name), name]));
      return {
        folders: [...folders],
        types: [...types.values()],
        ownFields,
        hasFolder: (path) => folders.has(path),
        type: (name) => types.get(caseKey(name)) ?? null,
        correspondent: (name) => correspondents.get(caseKey(name)) ?? null,
      };
    },

    /** What a person decided stays; of what is pending the better one stays. */
    async note({ id, version, proposals, methods }: Made): Promise<void> {
      const rows = proposals.map(({ isNew, ...one }) => ({ ...one, is_new: isNew }));
      const named = proposals.map(({ field }) => field);
      await prisma.$transaction([
        // A decision of a person about this document comes before or after, not between.
        prisma.$executeRaw`SELECT FROM documents WHERE id = ${id}::uuid FOR UPDATE`,
        prisma.$executeRaw`
          DELETE FROM suggestions WHERE document_id = ${id}::uuid AND state = 'pending'
            AND method = ANY(${[...methods]}) AND field <> ALL(${named})`,
        prisma.$executeRaw`
          INSERT INTO suggestions AS kept (document_id, field, value, is_new, reason, confidence, method, page)
          SELECT ${id}::uuid, field, value, is_new, reason, confidence, method, page
          FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            AS one(field text, value jsonb, is_new boolean, reason text, confidence real, method text, page integer)
          ON CONFLICT (document_id, field) DO UPDATE SET value = EXCLUDED.value, is_new = EXCLUDED.is_new,
            reason = EXCLUDED.reason, confidence = EXCLUDED.confidence, method = EXCLUDED.method, page = EXCLUDED.page,
            made_at = now()
          WHERE kept.state = 'pending' AND (kept.method = ANY(${[...methods]}) OR kept.confidence < EXCLUDED.confidence)`,
        // A person's own word that came meanwhile is not proposed over.
        prisma.$executeRaw`
          DELETE FROM suggestions s USING documents d WHERE d.id = s.document_id AND s.document_id = ${id}::uuid AND s.state = 'pending'
            AND ((s.field = 'title' AND d.title_set) OR (s.field = 'folder' AND d.category_set)
              OR (s.field = 'file_name' AND d.filename_set) OR (s.field = 'type' AND d.type IS NOT NULL)
              OR (s.field = 'correspondent' AND d.correspondent IS NOT NULL)
              OR (s.field = 'date' AND d.document_date IS NOT NULL) OR (s.field = 'tags' AND cardinality(d.tags) > 0))`,
        prisma.$executeRaw(dropFilledSql([id])),
        prisma.$executeRaw`
          INSERT INTO suggestion_runs AS run (document_id, version, state) VALUES (${id}::uuid, ${version}, 'done')
          ON CONFLICT (document_id) DO UPDATE SET state = 'done', version = EXCLUDED.version, attempts = 0, again_at = NULL, made_at = now(),
            asked_at = CASE WHEN run.version = EXCLUDED.version THEN run.asked_at END,
            asked_times = CASE WHEN run.version = EXCLUDED.version THEN run.asked_times ELSE 0 END,
            detail = CASE WHEN run.version = EXCLUDED.version AND run.provider <> 'off' THEN run.detail END`,
        refresh([id]),
      ]);
    },

    /** More is filed: those without a folder are looked at again. */
    learn: (): Promise<number> => prisma.$executeRaw(learnSql),

    /** Tried again some minutes later, a few times; the document stays as usable as it was. */
    async noteFailure(id: string): Promise<void> {
      await prisma.$executeRaw`
        INSERT INTO suggestion_runs AS run (document_id, version, state, attempts, again_at)
        SELECT id, version, 'failed', 1, now() + interval '1 minute' FROM documents WHERE id = ${id}::uuid
        ON CONFLICT (document_id) DO UPDATE SET state = 'failed', version = EXCLUDED.version, attempts = run.attempts + 1,
          again_at = CASE WHEN run.attempts + 1 < ${maxAttempts} THEN now() + make_interval(mins => 5 * run.attempts + 1) END`;
    },
  };

  function refresh(ids: readonly string[]) {
    return prisma.$executeRaw(refreshSql(ids));
  }
}

/**
 * What is said of one document may help with so many others that lie in no folder, and for which none is
 * proposed.
 */
const learnedBy = 300;
export const learnSql = Prisma.sql`
  UPDATE suggestion_runs SET again_at = now() + interval '15 seconds' WHERE document_id IN (
    SELECT r.document_id FROM suggestion_runs r JOIN documents d ON d.id = r.document_id
    WHERE r.again_at IS NULL AND NOT d.category_set AND d.category IS NULL AND NOT EXISTS (
      SELECT FROM suggestions s WHERE s.document_id = r.document_id AND s.field = 'folder')
    ORDER BY r.made_at DESC LIMIT ${learnedBy} FOR UPDATE OF r SKIP LOCKED)`;

/** A field of the archive's own that has a value is not proposed over. */
export function dropFilledSql(ids: readonly string[]): Prisma.Sql {
  const keys = Object.entries(ownFieldSpecs).flatMap(([field, spec]) =>
    spec.keys.map((key) => ({ field, key })),
  );
  return Prisma.sql`
    DELETE FROM suggestions s USING document_fields df JOIN custom_fields cf ON cf.id = df.field_id,
      jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS own(field text, key text)
    WHERE s.document_id = ANY(${[...ids]}::uuid[]) AND s.state = 'pending'
      AND df.document_id = s.document_id AND own.field = s.field AND cf.key = own.key`;
}

/** What the inbox is ordered by, after anything of it changed. */
export function refreshSql(ids: readonly string[]): Prisma.Sql {
  return Prisma.sql`
    UPDATE suggestion_runs r SET pending = p.pending, best = p.best, folder = coalesce(p.folder, d.category, '')
    FROM documents d CROSS JOIN LATERAL (
      SELECT count(*)::integer AS pending, coalesce(max(s.confidence), 0)::real AS best,
        max(s.value #>> '{}') FILTER (WHERE s.field = 'folder') AS folder
      FROM suggestions s WHERE s.document_id = d.id AND s.state = 'pending') AS p
    WHERE d.id = r.document_id AND r.document_id = ANY(${[...ids]}::uuid[])`;
}
