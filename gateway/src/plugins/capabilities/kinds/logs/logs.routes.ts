/** The kind `logs`: searched by words, range and filters, page by page; followed as Server-Sent Events. */
import { logsProtocol as protocol } from '@berth/plugin-kit/contract/capabilities/logs.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { LogItems, LogSchema } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { moment } from '#platform/paged-query.ts';
import { readQuery } from '#platform/request-body.ts';
import { outOfProtocol } from '../../ask.usecases.ts';
import { noStore, workspacePath, type KindNeeds } from '../kind.ts';
import { readFilters, readRange } from './log-query.rules.ts';
import type { Tails } from './tails.ts';

type Needs = KindNeeds & { maxDays: number; tails: Tails };

const words = z.string().max(1000).default('');
const searchQuery = z.object({
  query: words,
  from: moment.optional(),
  to: moment.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(2048).optional(),
});
const tailQuery = z.object({ query: words });
const maxFilters = 20;

export function logsRoutes({ resolve, asks, askingOf, now, maxDays, tails }: Needs): Hono {
  return new Hono()
    .get(`${workspacePath}/logs`, async (c) => {
      const { query, limit, cursor = null, ...asked } = readQuery(c, searchQuery);
      const filters = filtersOf(c);
      const range = readRange({ from: asked.from, to: asked.to }, { now: now(), maxDays });
      if (!range.ok) throw new Problem('bad-request', { detail: range.detail });
      const { from, to: until } = range;
      const to = await resolve('logs', 'logs:read', askingOf(c));
      const input = { query, filters, from, to: until, limit, cursor };
      const answer = await asks.ask(to, 'search', input, protocol.search.answer);
      if (answer.items.length > limit) throw outOfProtocol(to, '/items: more than were asked for');
      const found: LogItems = { ...to.sourced, ...answer, from, to: until };
      return c.json(found, 200, noStore);
    })
    .get(`${workspacePath}/logs/schema`, async (c) => {
      const to = await resolve('logs', 'logs:read', askingOf(c));
      const answer: LogSchema = {
        ...to.sourced,
        ...(await asks.ask(to, 'schema', {}, protocol.schema.answer)),
      };
      return c.json(answer, 200, noStore);
    })
    .get(`${workspacePath}/logs/tail`, async (c) => {
      const { query } = readQuery(c, tailQuery);
      const asking = askingOf(c);
      const body = await tails.open(asking, { query, filters: filtersOf(c) }, [...c.req.raw.headers].flat());
      // Proxies that gather answers would hold events back.
      return c.body(body, 200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
    });
}

function filtersOf(c: Context) {
  const texts = c.req.queries('filter') ?? [];
  if (texts.length > maxFilters)
    throw new Problem('bad-request', { detail: say`At most ${maxFilters} filters.` });
  const { filters, errors } = readFilters(texts);
  if (errors.length > 0) throw new Problem('invalid', { errors });
  return filters;
}
