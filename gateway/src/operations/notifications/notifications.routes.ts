/** What a person was told, over HTTP: read, marked, cleared, and what they wish to be told. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { Principal } from '#identity/access/principal.ts';
import { moment } from '#platform/paged-query.ts';
import { readJson, readQuery } from '#platform/request-body.ts';
import { jsonInWords } from '#platform/words/spoken.ts';
import type { Choices, Notification, NotificationsStore, Place } from './notifications.types.ts';

type Needs = {
  store: NotificationsStore;
  hasMail: boolean;
  principalOf: (c: Context) => Principal;
  now: () => number;
};

const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(30),
  cursor: z.string().max(100).optional(),
});
const readBody = z.strictObject({ ids: z.array(z.uuid()).max(100).optional() });
const hint = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be the name of a hint');
const choicesBody = z.strictObject({
  by_mail: z.boolean().optional(),
  dismissed: z.array(hint).max(20).optional(),
});

export function notificationsRoutes({ store, hasMail, principalOf, now }: Needs): Hono {
  const wireChoices = ({ byMail, dismissed }: Choices) => ({ has_mail: hasMail, by_mail: byMail, dismissed });
  return new Hono()
    .get('/api/notifications', async (c) => {
      const { userId } = principalOf(c);
      const { limit, cursor } = readQuery(c, listQuery);
      const [found, unread, choices] = await Promise.all([
        store.page(userId, placeOf(cursor), limit + 1),
        store.unread(userId),
        store.choices(userId),
      ]);
      const shown = found.slice(0, limit);
      const isWhole = cursor === undefined && found.length <= limit;
      const last = found.length > limit ? shown.at(-1) : undefined;
      const list = {
        items: shown.map(wireOf),
        // Read by another tab between the two statements: what is shown counts.
        unread: isWhole ? found.filter(({ isRead }) => !isRead).length : unread,
        choices: wireChoices(choices),
        next_cursor: last ? `${last.createdAt.toISOString()}_${last.id}` : null,
      };
      return jsonInWords(c, list, { headers: { 'cache-control': 'no-store' }, more: ['title'] });
    })
    .post('/api/notifications/read', async (c) => {
      const { ids } = await readJson(c, readBody);
      await store.markRead(principalOf(c).userId, ids ?? null, new Date(now()));
      return c.body(null, 204);
    })
    .delete('/api/notifications', async (c) => {
      await store.clear(principalOf(c).userId);
      return c.body(null, 204);
    })
    .patch('/api/notifications/choices', async (c) => {
      const { by_mail: byMail, dismissed } = await readJson(c, choicesBody);
      const change = {
        ...(byMail === undefined ? {} : { byMail }),
        ...(dismissed === undefined ? {} : { dismissed: [...new Set(dismissed)] }),
      };
      return c.json(wireChoices(await store.choose(principalOf(c).userId, change)));
    });
}

function wireOf({ id, kind, title, detail, link, createdAt, isRead }: Notification) {
  return { id, kind, title, detail, link, at: createdAt.toISOString(), is_read: isRead };
}

/** @throws Problem 400 */
function placeOf(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [time = '', id = ''] = cursor.split('_');
  const place = z.tuple([moment, z.uuid()]).safeParse([time, id]);
  if (!place.success) throw new Problem('bad-request', { detail: '`cursor` is not one that was given.' });
  return { createdAt: new Date(place.data[0]), id: place.data[1] };
}
