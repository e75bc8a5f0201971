/** What PostgreSQL does for a question: the plan of each statement that the service sends for it. */
import { Pool, TypeOverrides, type QueryResultRow } from 'pg';
import { z } from 'zod';
import type { Prisma } from '#platform/database.ts';
import { readSettings, type Read } from '#platform/reads.ts';

/** A node of a plan that was run. `rows` counts what it gave, in all its loops. */
export type PlanNode = { type: string; table: string | null; rows: number; removed: number };
export type Explained = {
  sql: string;
  values: readonly unknown[];
  ms: number;
  nodes: PlanNode[];
  plan: unknown;
};

type Node = {
  'Node Type': string;
  'Relation Name'?: string | undefined;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number | undefined;
  'Rows Removed by Index Recheck'?: number | undefined;
  Plans?: Node[] | undefined;
};
const node: z.ZodType<Node> = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Actual Rows': z.number(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().optional(),
  'Rows Removed by Index Recheck': z.number().optional(),
  get Plans() {
    return z.array(node).optional();
  },
});
const answer = z.tuple([z.object({ Plan: node, 'Execution Time': z.number() })]);

export type Explaining = {
  read: Read;
  /** What was asked since the last time. */
  taken: () => Explained[];
  close: () => Promise<void>;
};

/** Reads as the service does, and asks for the plan of each statement. */
export function explaining(url: string): Explaining {
  const parsers = new TypeOverrides();
  parsers.setTypeParser(20, BigInt);
  const options = readSettings(60_000).map(([name, value]) => `-c ${name}=${value}`);
  const pool = new Pool({ connectionString: url, max: 2, types: parsers, options: options.join(' ') });
  // A database that is dropped ends connections that are still closing.
  pool.on('error', () => {});
  let all: Explained[] = [];
  return {
    async read<Row extends QueryResultRow>(sql: Prisma.Sql): Promise<Row[]> {
      const { rows } = await pool.query<Row>(sql.text, sql.values);
      const explained = await pool.query<{ 'QUERY PLAN': unknown }>(
        `EXPLAIN (ANALYZE, TIMING OFF, BUFFERS, SETTINGS, FORMAT JSON) ${sql.text}`,
        sql.values,
      );
      const plan = explained.rows[0]?.['QUERY PLAN'];
      const [{ Plan: top, 'Execution Time': ms }] = answer.parse(plan);
      all.push({ sql: sql.text, values: sql.values, ms, nodes: nodesOf(top), plan });
      return rows;
    },
    taken() {
      const taken = all;
      all = [];
      return taken;
    },
    close: () => pool.end(),
  };
}

function nodesOf(one: Node): PlanNode[] {
  const loops = one['Actual Loops'];
  if (loops === 0) return [];
  const removed = (one['Rows Removed by Filter'] ?? 0) + (one['Rows Removed by Index Recheck'] ?? 0);
  return [
    {
      type: one['Node Type'],
      table: one['Relation Name'] ?? null,
      rows: one['Actual Rows'] * loops,
      removed: removed * loops,
    },
    ...(one.Plans ?? []).flatMap(nodesOf),
  ];
}
