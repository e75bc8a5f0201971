import { abortResponse } from '#platform/abort-response.ts';
import { moment } from '#platform/paged-query.ts';
import { readQuery } from '#platform/request-body.ts';
import { jsonInWords, spokenTo } from '#platform/words/spoken.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { problemKinds } from '@berth/plugin-kit/contract/problem.ts';
import type { Say } from '@berth/plugin-kit/contract/say.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import { csvHead, csvLine, ndjsonLine, wireOf } from './audit-export.rules.ts';
import { auditOutcomes, type AuditFilter, type AuditRow } from './audit.types.ts';
import type { AuditUseCases } from './audit.usecases.ts';

const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .transform((value) => value.normalize('NFC').trim())
    .transform((value) => (value === '' ? undefined : value))
    .optional();

const filterForm = z.object({
  q: text(200),
  action: text(200),
  actor: text(254),
  outcome: z.enum(auditOutcomes).optional(),
  from: moment.optional(),
  to: moment.optional(),
});
const pageForm = filterForm.extend({
  cursor: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const exportForm = filterForm.extend({ format: z.enum(['csv', 'ndjson']).default('csv') });
const verifyForm = z.union([
  z.object({ seq: z.coerce.number().int().min(1), hash: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.object({ seq: z.undefined().optional(), hash: z.undefined().optional() }),
]);

const exportAtOnce = 500;
const formats = {
  csv: { type: 'text/csv; charset=utf-8', head: csvHead, line: csvLine },
  ndjson: { type: 'application/x-ndjson', head: '', line: ndjsonLine },
} as const;

/** @param actions every name that a row may have, for a list to choose from */
export function auditRoutes(steps: AuditUseCases, actions: () => readonly string[], log: Logger): Hono {
  return new Hono()
    .get('/api/admin/audit', async (c) => {
      const { cursor = null, limit, ...filter } = readQuery(c, pageForm);
      const rows = await steps.page(filter, cursor, limit + 1);
      const shown = rows.slice(0, limit);
      const next = rows.length > limit ? (shown.at(-1)?.seq ?? null) : null;
      return c.json(
        {
          items: shown.map(wireOf),
          next_cursor: next === null ? null : String(next),
          actions: actions(),
          names: await steps.namesIn(shown),
          problems: problemsIn(shown, spokenTo(c).say),
        },
        200,
        { 'cache-control': 'no-store' },
      );
    })
    .get('/api/admin/audit/export', async (c) => {
      const { format, ...filter } = readQuery(c, exportForm);
      const { type, head, line } = formats[format];
      c.set('auditNote', { details: { format } });
      const lines = linesOf(steps.page, filter, head, line);
      // A database that is away is a 503 here; once the answer has begun, it can only be broken off (hazard
      // O1).
      const first = await lines.next();
      const failed = (err: unknown): never => {
        log.warn({ err }, 'an export of the audit was broken off');
        abortResponse(c);
        throw new Error('an export of the audit was broken off');
      };
      return new Response(streamOf(first, lines, failed), {
        headers: {
          'content-type': type,
          'content-disposition': `attachment; filename="audit.${format}"`,
          'cache-control': 'no-store',
        },
      });
    })
    .get('/api/admin/audit/verify', async (c) => {
      const known = readQuery(c, verifyForm);
      const verdict = await steps.verify(
        known.seq === undefined || known.hash === undefined ? null : { seq: known.seq, hash: known.hash },
      );
      const { isWhole, rows, head, fault, lost } = verdict;
      const told = { whole: isWhole, rows, head, fault, not_written: lost };
      return jsonInWords(c, told, { headers: { 'cache-control': 'no-store' } });
    });
}

/** @returns the title of each problem that the rows name by its type */
function problemsIn(rows: readonly AuditRow[], say: Say): Record<string, string> {
  const titles = new Map(Object.entries(problemKinds).map(([type, { title }]) => [type, title]));
  const named = new Set(rows.map(({ details }) => details['problem']));
  return Object.fromEntries(
    [...titles].filter(([type]) => named.has(type)).map(([type, title]) => [type, say(title)]),
  );
}

/** A part at a time: the next is read when the one before has left. */
async function* linesOf(
  page: AuditUseCases['page'],
  filter: AuditFilter,
  head: string,
  line: (row: AuditRow) => string,
): AsyncGenerator<string, void, undefined> {
  let before: number | null = null;
  for (;;) {
    const rows: AuditRow[] = await page(filter, before, exportAtOnce);
    yield (before === null ? head : '') + rows.map(line).join('');
    if (rows.length < exportAtOnce) return;
    before = rows.at(-1)?.seq ?? null;
  }
}

function streamOf(
  first: IteratorResult<string, void>,
  texts: AsyncGenerator<string, void, undefined>,
  failed: (err: unknown) => never,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let ready: IteratorResult<string, void> | null = first;
  return new ReadableStream({
    pull: async (controller) => {
      const next = ready ?? (await texts.next().catch(failed));
      ready = null;
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    cancel: async () => void (await texts.return()),
  });
}
