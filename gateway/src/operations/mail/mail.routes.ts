/** The outbox for administrators: what waits, why, and "try again". */
import { moment } from '#platform/paged-query.ts';
import { readQuery } from '#platform/request-body.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import type { OutboxLetter, OutboxPlace } from './mail.types.ts';
import type { outboxUseCases } from './outbox.usecases.ts';

type Needs = { outbox: ReturnType<typeof outboxUseCases>; isConfigured: boolean; deliverSoon: () => void };

const outboxQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  cursor: z.string().max(100).optional(),
});

export function mailRoutes({ outbox, isConfigured, deliverSoon }: Needs): Hono {
  return new Hono()
    .get('/api/admin/mail', async (c) => {
      const { limit, cursor } = readQuery(c, outboxQuery);
      const [{ waiting, givenUp, oldestAt, lastError }, found] = await Promise.all([
        outbox.state(),
        outbox.page(placeOf(cursor), limit + 1),
      ]);
      const shown = found.slice(0, limit);
      const isWhole = cursor === undefined && found.length <= limit;
      const givenUpShown = shown.filter(({ state }) => state === 'given_up').length;
      const last = found.length > limit ? shown.at(-1) : undefined;
      return c.json(
        {
          configured: isConfigured,
          // Sent between the two statements: what is shown counts.
          waiting: isWhole ? shown.length - givenUpShown : waiting,
          given_up: isWhole ? givenUpShown : givenUp,
          oldest_at: oldestAt?.toISOString() ?? null,
          last_error: lastError,
          items: shown.map(wireOf),
          next_cursor: last ? `${last.createdAt.toISOString()}_${last.id}` : null,
        },
        200,
        { 'cache-control': 'no-store' },
      );
    })
    .post('/api/admin/mail/:id/retry', async (c) => {
      if (!isConfigured) throw new Problem('conflict', { detail: 'No mail server is configured.' });
      const id = z.uuid().safeParse(c.req.param('id'));
      // Meanwhile sent: there is nothing left to try.
      if (!id.success || !(await outbox.hurry(id.data)))
        throw new Problem('not-found', { detail: 'This letter is not in the outbox any more.' });
      deliverSoon();
      return c.body(null, 202);
    });
}

function wireOf({ id, to, subject, state, attempts, createdAt, nextAt, lastError }: OutboxLetter) {
  return {
    id,
    to,
    subject,
    state,
    attempts,
    created_at: createdAt.toISOString(),
    next_at: nextAt?.toISOString() ?? null,
    last_error: lastError,
  };
}

/** @throws Problem 400 */
function placeOf(cursor: string | undefined): OutboxPlace | null {
  if (cursor === undefined) return null;
  const [time = '', id = ''] = cursor.split('_');
  const place = z.tuple([moment, z.uuid()]).safeParse([time, id]);
  if (!place.success) throw new Problem('bad-request', { detail: '`cursor` is not one that was given.' });
  return { createdAt: new Date(place.data[0]), id: place.data[1] };
}
