/** Every question to a model: what it used, and what became of it. */
import { Prisma, type PrismaClient } from '#platform/database.ts';
import type { ProviderState } from './suggestions.types.ts';
import type { UsedRow } from './usage.rules.ts';

export type { UsedRow };
export type Question = {
  documentId: string;
  model: string | null;
  state: ProviderState;
  at: Date;
  tokens: number;
  cost: number | null;
  currency: string | null;
};
export type ModelSum = UsedRow & {
  model: string | null;
  documents: number;
  questions: number;
  failed: number;
};
export type UsageStore = ReturnType<typeof createUsageStore>;

/** Over `suggestion_runs r`: what was used for its document, one object a currency. */
export const usedSql = Prisma.sql`(
  SELECT coalesce(jsonb_agg(one), '[]') FROM (
    SELECT sum(q.tokens)::integer AS tokens, sum(q.cost) AS cost, q.currency FROM model_questions q
    WHERE q.document_id = r.document_id GROUP BY q.currency ORDER BY q.currency) AS one)`;

export function createUsageStore(prisma: PrismaClient) {
  return {
    async note(question: Question): Promise<void> {
      await prisma.modelQuestion.create({ data: question });
    },

    /** By model and currency, the most used first. */
    since: (at: Date): Promise<ModelSum[]> => prisma.$queryRaw<ModelSum[]>`
      SELECT model, currency, count(DISTINCT document_id)::integer AS documents, count(*)::integer AS questions,
        (count(*) FILTER (WHERE state <> 'answered'))::integer AS failed,
        sum(tokens)::float8 AS tokens, sum(cost) AS cost
      FROM model_questions WHERE at >= ${at} GROUP BY model, currency
      ORDER BY sum(tokens) DESC, count(*) DESC, model LIMIT 100`,
  };
}
