/**
 * Which words of the vocabulary may be named to a person: those that stand in a document which that person
 * sees.
 */
import { Prisma } from '#platform/database.ts';
import type { Read } from '#platform/reads.ts';
import type { Viewer } from './documents.types.ts';
import { visibleTo } from './visibility.ts';

/** @property query of `tsquery`, for documents that hold the word */
export type Evidence = { word: string; query: string };

/**
 * So many documents that hold a word are looked at. When the person sees none of them, the word is not
 * named.
 */
const mostLookedAt = 2_000;

/** @returns in the same order */
export async function seenWords(
  read: Read,
  viewer: Viewer,
  evidence: readonly Evidence[],
): Promise<string[]> {
  if (evidence.length === 0) return [];
  const [words, queries] = [evidence.map(({ word }) => word), evidence.map(({ query }) => query)];
  const shown = Prisma.sql`${visibleTo(viewer)} AND d.superseded_by IS NULL AND d.trashed_at IS NULL`;
  const rows = await read<{ word: string }>(Prisma.sql`
    SELECT one.word FROM unnest(${words}::text[], ${queries}::text[]) WITH ORDINALITY AS one(word, query, place)
    WHERE EXISTS (
      SELECT FROM (SELECT c.document_id FROM document_chunks c
        WHERE c.words @@ one.query::tsquery LIMIT ${mostLookedAt}) AS held
      JOIN documents d ON d.id = held.document_id WHERE ${shown})
    OR EXISTS (
      SELECT FROM (SELECT n.id FROM documents n
        WHERE n.names @@ one.query::tsquery LIMIT ${mostLookedAt}) AS named
      JOIN documents d ON d.id = named.id WHERE ${shown})
    ORDER BY one.place`);
  return rows.map(({ word }) => word);
}
