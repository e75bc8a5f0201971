/** From the query of a request to a search in logs, or the reason why it cannot be one. */
import { filterOperators, logFilter, type LogFilter } from '@berth/plugin-kit/contract/capabilities/logs.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';

export type RangeReading = { ok: true; from: string; to: string } | { ok: false; detail: string };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** @param asked milliseconds since the epoch; the last hour where nothing is said */
export function readRange(
  asked: { from: number | undefined; to: number | undefined },
  { now, maxDays }: { now: number; maxDays: number },
): RangeReading {
  const to = asked.to ?? now;
  const from = asked.from ?? to - hourMs;
  if (from >= to) return { ok: false, detail: '`from` must lie before `to`.' };
  if (to - from > maxDays * dayMs)
    return {
      ok: false,
      detail: say`A search spans at most ${maxDays} days (BERTH_LOG_SEARCH_MAX_DAYS); this one spans ${Math.ceil((to - from) / dayMs)}.`,
    };
  return { ok: true, from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** Each as `field:operator:value`; the value may hold colons. */
export function readFilters(texts: readonly string[]): { filters: LogFilter[]; errors: FieldError[] } {
  const filters: LogFilter[] = [];
  const errors: FieldError[] = [];
  for (const [index, text] of texts.entries()) {
    const [, field, op, value] = /^([^:]*):([^:]*):(.*)$/s.exec(text) ?? [];
    const read = logFilter.safeParse({ field, op, value });
    if (read.success) filters.push(read.data);
    else
      errors.push({
        pointer: `/filter/${index}`,
        detail: say`field:operator:value, with one of ${filterOperators.join(', ')}`,
      });
  }
  return { filters, errors };
}
