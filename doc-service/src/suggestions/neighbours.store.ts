/** Which documents of the archive are like one, by the words that they share. */
import type { Prisma, PrismaClient } from '#platform/database.ts';
import type { Neighbour, Subject } from './suggestions.types.ts';
import { isSender, rarest, similarityOf, termsOf, weighted } from './terms.rules.ts';

export type NeighboursStore = ReturnType<typeof createNeighboursStore>;

type FoundRow = {
  id: string;
  size: number;
  weight: number;
  shared: string[];
  category: string | null;
  rejected_folder: string | null;
  type: string | null;
  tags: string[];
  correspondent: string | null;
};

/** Documents that are compared with one. */
const maxCompared = 3_000;
const maxFound = 60;

/** @param isOpenTo whose words may be told to all who see `d`, a condition over `documents n` and `documents d` */
export function createNeighboursStore(prisma: PrismaClient, isOpenTo: Prisma.Sql) {
  return {
    /** Notes the words of a document, so that others find it. */
    async sign({ id, text }: Pick<Subject, 'id' | 'text'>): Promise<string[]> {
      const terms = termsOf(text);
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('suggestion_terms', 0))`;
        const [before] = await tx.$queryRaw<{ terms: string[] }[]>`
          SELECT terms FROM suggestion_signatures WHERE document_id = ${id}::uuid`;
        const old = new Set(before?.terms ?? []);
        const now = new Set(terms);
        const gone = [...old].filter((term) => !now.has(term));
        const come = terms.filter((term) => !old.has(term));
        if (before && gone.length + come.length === 0) return;
        await tx.$executeRaw`UPDATE suggestion_terms SET documents = documents - 1 WHERE term = ANY(${gone})`;
        await tx.$executeRaw`
          INSERT INTO suggestion_terms (term, documents) SELECT term, 1 FROM unnest(${come.toSorted()}::text[]) AS one(term)
          ON CONFLICT (term) DO UPDATE SET documents = suggestion_terms.documents + 1`;
        await tx.$executeRaw`
          INSERT INTO suggestion_signatures (document_id, terms) VALUES (${id}::uuid, ${terms})
          ON CONFLICT (document_id) DO UPDATE SET terms = EXCLUDED.terms`;
      });
      return terms;
    },

    async nearest(id: string, terms: readonly string[]): Promise<Neighbour[]> {
      const [known, [counted]] = await Promise.all([
        prisma.$queryRaw<{ term: string; documents: number }[]>`
          SELECT term, documents FROM suggestion_terms WHERE term = ANY(${[...terms]}) AND documents > 1`,
        prisma.$queryRaw<{ documents: bigint }[]>`
          SELECT greatest(reltuples, (SELECT count(*) FROM (SELECT FROM suggestion_signatures LIMIT 2000) AS few))::bigint AS documents
          FROM pg_class WHERE oid = 'suggestion_signatures'::regclass`,
      ]);
      // The subject itself is among them.
      const documentsWith = new Map(known.map(({ term, documents }) => [term, documents - 1]));
      const all = weighted(terms, documentsWith, Number(counted?.documents ?? 1));
      const picked = rarest(all, documentsWith, maxCompared);
      if (picked.length === 0) return [];
      const rows = await prisma.$queryRaw<FoundRow[]>`
        WITH wanted AS (SELECT * FROM unnest(${all.map(({ term }) => term)}::text[], ${all.map(({ weight }) => weight)}::real[]) AS one(term, weight)),
        compared AS MATERIALIZED (
          SELECT document_id, terms FROM suggestion_signatures
          WHERE terms && ${picked} AND document_id <> ${id}::uuid LIMIT ${maxCompared}),
        scored AS (
          SELECT c.document_id, cardinality(c.terms) AS size, sum(w.weight) AS weight, array_agg(w.term) AS shared
          FROM compared c CROSS JOIN LATERAL unnest(c.terms) AS one(term) JOIN wanted w USING (term)
          GROUP BY c.document_id, c.terms)
        SELECT n.id::text, s.size, s.weight, s.shared, n.category, n.type, n.tags, n.correspondent,
          (SELECT g.value #>> '{}' FROM suggestions g
           WHERE g.document_id = n.id AND g.field = 'folder' AND g.state = 'rejected') AS rejected_folder
        FROM scored s JOIN documents n ON n.id = s.document_id JOIN documents d ON d.id = ${id}::uuid
        WHERE n.superseded_by IS NULL AND n.trashed_at IS NULL AND n.hidden_at IS NULL AND ${isOpenTo}
        ORDER BY s.weight DESC, n.id LIMIT ${maxFound}`;
      return rows.map(({ size, weight, shared, rejected_folder: rejectedFolder, ...row }) => ({
        ...row,
        rejectedFolder,
        similarity: similarityOf(all, weight, shared.length, size),
        hasSameSender: shared.some(isSender),
      }));
    },
  };
}
