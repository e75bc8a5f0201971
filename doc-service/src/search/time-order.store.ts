/**
 * A search in the order of time. Documents that were imported bear the days of the archive that they come
 * from, so their place among the others says nothing of their age: the index of the days says in which
 * blocks the newest or the oldest lie, and hits are looked for in these alone.
 */
import { Prisma } from '#platform/database.ts';
import type { Read } from '#platform/reads.ts';
import { inSmallBlocks, smallBlockBits } from './blocks.rules.ts';

/** @property behind the day at which the page before ended; null: the first page */
export type InTime = { wanted: number; isOldestFirst: boolean; behind: string | null };

/**
 * @property blocks of `tsquery`: documents that are looked at; null: all
 * @property condition over `documents d`: none that meets it lies outside the blocks; null: there is none
 */
export type TimeScope = { blocks: string | null; condition: Prisma.Sql | null };

/** More documents than the estimate says, since hits do not lie evenly. */
const margin = 1.5;
/** A block is larger: fewer save nothing. */
const leastLooked = 1_000;
const wider = 8;

/** @param share of all documents that are hits, about; @param documents there are, about */
export async function* scopesInTime(
  read: Read,
  { wanted, isOldestFirst, behind }: InTime,
  { share, documents }: { share: number; documents: number },
): AsyncIterable<TimeScope> {
  const first = Math.max(leastLooked, Math.ceil((wanted / share) * margin));
  for (let looked = first; looked < documents; looked *= wider) {
    const [span] = await read<{ count: bigint; edge: string | null; blocks: bigint[] | null }>(
      isOldestFirst ? oldestSql(looked, behind) : newestSql(looked, behind),
    );
    const { edge = null, blocks = null } = span ?? {};
    if (edge === null || blocks === null || Number(span?.count ?? 0) < looked) break;
    // Of those with the very time of the last one, some may lie elsewhere: they belong to the next scope.
    const condition = isOldestFirst
      ? Prisma.sql`d.created_at < ${edge}::timestamptz`
      : Prisma.sql`d.created_at > ${edge}::timestamptz`;
    yield { blocks: inSmallBlocks(blocks.map(Number)), condition };
  }
  yield { blocks: null, condition: null };
}

function newestSql(looked: number, behind: string | null): Prisma.Sql {
  const from = behind === null ? Prisma.empty : Prisma.sql`WHERE created_at <= ${behind}::timestamptz`;
  return Prisma.sql`
    SELECT count(*) AS count, min(created_at)::text AS edge, ${blocksSql} AS blocks
    FROM (SELECT created_at, seq FROM documents ${from} ORDER BY created_at DESC LIMIT ${looked}) AS looked`;
}

function oldestSql(looked: number, behind: string | null): Prisma.Sql {
  const from = behind === null ? Prisma.empty : Prisma.sql`WHERE created_at >= ${behind}::timestamptz`;
  return Prisma.sql`
    SELECT count(*) AS count, max(created_at)::text AS edge, ${blocksSql} AS blocks
    FROM (SELECT created_at, seq FROM documents ${from} ORDER BY created_at LIMIT ${looked}) AS looked`;
}

const blocksSql = Prisma.sql`array_agg(DISTINCT seq >> ${Prisma.raw(String(smallBlockBits))})`;
