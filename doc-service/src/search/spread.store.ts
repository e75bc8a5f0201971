/** How many documents a query finds, as far as that must be known before it is asked. */
import { Prisma } from '#platform/database.ts';
import type { Read } from '#platform/reads.ts';
import { inBlocks, newest } from './blocks.rules.ts';
import { scopesInTime, type InTime, type TimeScope } from './time-order.store.ts';

/** Hits that are all ranked; of more, the newest ones are. */
export const rankedTexts = 2_000;
/** Titles, file names and folders that are all ranked. */
export const rankedNames = 500;
/** No more are counted: counting ten thousand costs three times what ranking these does. */
export const countedHits = rankedTexts;
/** Of words in their order, each candidate is looked at itself: fewer are ranked and counted. */
const costly = { ranked: 500, counted: 500, sampled: 300, candidates: 4_000 };
/** Estimated to be so many times what is ranked, texts are common without being counted. */
const surelyCommon = 4;
/** An estimate from fewer of the newest documents says nothing. */
const leastSampled = 40;
/** More candidates than the estimate says, since hits do not lie evenly. */
const margin = 1.3;
const wider = 8;

/**
 * @property query of `tsquery`, which the index alone decides
 * @property inOrder the same with the order of the words, where they have one: each document is looked at
 * itself
 */
export type Asked = { query: string; inOrder: string | null };
export type Spread = {
  ranked: number;
  counted: number;
  /** Whether more texts are found than are ranked. */
  isCommon: boolean;
  areNamesCommon: boolean;
  /**
   * What is to be asked for so many hits: all documents, or the newest alone; the next one of the list when
   * the former did not find enough.
   */
  scopes: (wanted: number) => Scope[];
  /** What is to be asked for the newest or the oldest: a wider one when the former did not give enough. */
  scopesInTime: (read: Read, wanted: InTime) => AsyncIterable<TimeScope>;
};
/**
 * @property blocks of `tsquery`: documents that are looked at; null: all
 * @property newest of the candidates in them, so many are looked at; null: all
 */
export type Scope = { blocks: string | null; newest: number | null };

const everywhere: Scope = { blocks: null, newest: null };

export async function spreadOf(read: Read, { query, inOrder }: Asked): Promise<Spread> {
  const { ranked, counted } = inOrder === null ? { ranked: rankedTexts, counted: countedHits } : costly;
  const lastSeq = await lastSeqOf(read);
  const { fromSeq, documents } = newest(lastSeq);
  const blocks = inBlocks(fromSeq, lastSeq);
  const sample = await sampleOf(read, { query: among(query, blocks), inOrder });
  const whole = lastSeq / Math.max(1, documents);
  const areNamesSurelyCommon = isSurely(sample.names, whole, rankedNames);
  const isSurelyCommon =
    inOrder === null
      ? isSurely(sample.texts, whole, ranked)
      : isSurely(sample.texts, whole, costly.candidates / surelyCommon);
  const [texts, names] = await Promise.all([
    isSurelyCommon ? Number.POSITIVE_INFINITY : countTexts(read, inOrder ?? query, counted),
    areNamesSurelyCommon ? Number.POSITIVE_INFINITY : countNames(read, inOrder ?? query, rankedNames),
  ]);
  const sampledShare = sample.texts / Math.max(1, documents);
  const share =
    texts === Number.POSITIVE_INFINITY
      ? sampledShare
      : Math.max(sampledShare, Math.min(texts, counted) / Math.max(1, lastSeq));
  return {
    ranked,
    counted,
    isCommon: texts > ranked,
    areNamesCommon: names > rankedNames,
    scopes: (wanted) =>
      texts <= Math.min(wanted, counted)
        ? [everywhere]
        : newestScopes(wanted, { share, kept: sample.kept, lastSeq }),
    scopesInTime: (reading, wanted) =>
      scopesInTime(reading, wanted, { share: share * sample.kept, documents: lastSeq }),
  };
}

/** A query of `tsquery` in these blocks alone. */
export function among(query: string, blocks: string | null): string {
  return blocks === null ? query : `(${query}) & ${blocks}`;
}

export async function lastSeqOf(read: Read): Promise<number> {
  const [row] = await read<{ last: bigint }>(Prisma.sql`SELECT last_value AS last FROM documents_seq_seq`);
  return Number(row?.last ?? 0);
}

/** @param whole how many times the sample all documents are */
function isSurely(sampled: number, whole: number, most: number): boolean {
  return sampled >= leastSampled && sampled * whole > most * surelyCommon;
}

/**
 * Blocks cost as much as the documents in them, and none as much as all candidates: what is less is taken.
 * @param share of the documents that are candidates; @param kept the share of these that are hits
 */
function newestScopes(
  wanted: number,
  { share, kept, lastSeq }: { share: number; kept: number; lastSeq: number },
): Scope[] {
  const scopes: Scope[] = [];
  const all = share * lastSeq;
  const first = Math.min(Math.max(wanted, costly.candidates), Math.ceil((wanted / kept) * margin));
  for (let candidates = first; candidates < all; candidates *= wider) {
    const documents = Math.ceil((candidates / share) * margin);
    const blocks = documents < Math.min(all, lastSeq) ? inBlocks(lastSeq - documents, lastSeq) : null;
    scopes.push({ blocks, newest: candidates });
  }
  return [...scopes, everywhere];
}

type Sample = { texts: number; names: number; kept: number };

/** `kept`: the share of the candidates that hold the words in their order, too. */
async function sampleOf(read: Read, { query, inOrder }: Asked): Promise<Sample> {
  const looked = Prisma.sql`SELECT c.words FROM document_chunks c WHERE c.words @@ ${query}::tsquery
    ORDER BY c.seq DESC LIMIT ${costly.sampled}`;
  const kept =
    inOrder === null
      ? Prisma.sql`1::float8`
      : Prisma.sql`(SELECT greatest(1, count(*) FILTER (WHERE words @@ ${inOrder}::tsquery))::float8
          / greatest(1, count(*)) FROM (${looked}) AS looked)`;
  const [row] = await read<{ texts: bigint; names: bigint; kept: number }>(Prisma.sql`
    SELECT (SELECT count(*) FROM document_chunks WHERE words @@ ${query}::tsquery) AS texts,
      (SELECT count(*) FROM documents WHERE names @@ ${query}::tsquery) AS names, ${kept} AS kept`);
  return { texts: Number(row?.texts ?? 0), names: Number(row?.names ?? 0), kept: row?.kept ?? 1 };
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
