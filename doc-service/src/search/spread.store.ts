/** How many documents a query finds, as far as that must be known before it is asked. */
import { Prisma } from '#platform/database.ts';
import type { Read } from '#platform/reads.ts';
import { inBlocks, newest, startsFor } from './blocks.rules.ts';

/** Hits that are all ranked; of more, the newest ones are. */
export const rankedTexts = 2_000;
/** Titles, file names and folders that are all ranked. */
export const rankedNames = 500;
/** No more are counted. */
export const countedHits = 10_000;
/** Of words in their order, each candidate is looked at itself: fewer are ranked and counted. */
const costly = { ranked: 500, counted: 1_000 };
/** From this share of the newest documents on, a word is common without being counted. */
const commonShare = 0.05;

export type Spread = {
  ranked: number;
  counted: number;
  /** Whether more texts are found than are ranked. */
  isCommon: boolean;
  areNamesCommon: boolean;
  /**
   * What is to be asked for so many hits: the query itself, or among the newest documents alone; the next one of the
   * list when the former did not find enough.
   */
  scopes: (wanted: number) => Scope[];
};
/** @property query of `tsquery`; @property isAll whether it looks at all documents */
export type Scope = { query: string; isAll: boolean };

export async function spreadOf(read: Read, query: string): Promise<Spread> {
  const isCostly = query.includes('<->');
  const ranked = isCostly ? costly.ranked : rankedTexts;
  const counted = isCostly ? costly.counted : countedHits;
  const lastSeq = await lastSeqOf(read);
  const { fromSeq, documents } = newest(lastSeq);
  const amongNewest = `(${query}) & ${inBlocks(fromSeq, lastSeq)}`;
  const [sampled, sampledNames] = await Promise.all([
    countTexts(read, amongNewest, documents),
    countNames(read, amongNewest, documents),
  ]);
  const isSurelyCommon = sampled >= documents * commonShare && sampled > ranked / 10;
  const areNamesSurelyCommon = sampledNames >= documents * commonShare && sampledNames > rankedNames / 10;
  const [texts, names] = await Promise.all([
    isSurelyCommon ? Number.POSITIVE_INFINITY : countTexts(read, query, counted),
    areNamesSurelyCommon ? Number.POSITIVE_INFINITY : countNames(read, query, rankedNames),
  ]);
  const share = Math.max(sampled / Math.max(1, documents), Math.min(texts, counted) / Math.max(1, lastSeq));
  const all: Scope = { query, isAll: true };
  return {
    ranked,
    counted,
    isCommon: texts > ranked,
    areNamesCommon: names > rankedNames,
    scopes: (wanted) =>
      texts <= wanted
        ? [all]
        : startsFor(wanted, share, lastSeq).map((from) =>
            from === null ? all : { query: `(${query}) & ${inBlocks(from, lastSeq)}`, isAll: false },
          ),
  };
}

export async function lastSeqOf(read: Read): Promise<number> {
  const [row] = await read<{ last: bigint }>(Prisma.sql`SELECT last_value AS last FROM documents_seq_seq`);
  return Number(row?.last ?? 0);
}

/** @returns no more than one above `most` */
async function countTexts(read: Read, query: string, most: number): Promise<number> {
  const [row] = await read<{ count: bigint }>(Prisma.sql`
    SELECT count(*) AS count FROM (SELECT FROM document_chunks WHERE words @@ ${query}::tsquery LIMIT ${most + 1}) AS bounded`);
  return Number(row?.count ?? 0);
}

async function countNames(read: Read, query: string, most: number): Promise<number> {
  const [row] = await read<{ count: bigint }>(Prisma.sql`
    SELECT count(*) AS count FROM (SELECT FROM documents WHERE names @@ ${query}::tsquery LIMIT ${most + 1}) AS bounded`);
  return Number(row?.count ?? 0);
}
