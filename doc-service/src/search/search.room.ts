/** The search's door: conditions for what somebody typed, and the index. */
import type { Prisma, PrismaClient } from '#platform/database.ts';
import { readQuery } from './query.rules.ts';
import { createIndexer, matchSql, rankSql, snippetSql, type IndexDocuments } from './search.store.ts';

export type SearchRoom = {
  /** For a query over `documents d`; null when there is nothing to look for. */
  clauses: (typed: string) => { match: Prisma.Sql; rank: Prisma.Sql; snippet: Prisma.Sql } | null;
  /** All of them, or none. */ index: IndexDocuments;
};

export function searchRoom({ prisma }: { prisma: PrismaClient }): SearchRoom {
  return {
    clauses(typed) {
      const query = readQuery(typed);
      return query && { match: matchSql(query), rank: rankSql(query), snippet: snippetSql(query) };
    },
    index: createIndexer(prisma),
  };
}
