/** The plugins as data: for whoever is signed in, and for admins. */
import type * as wire from '@berth/plugin-kit/contract/wire/plugins.ts';
import { createHash } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Identify, Principal } from '#identity/access/principal.ts';
import { readJson } from '#platform/request-body.ts';
import { inWords, jsonInWords, spokenTo } from '#platform/words/spoken.ts';
import type { CatalogueEvents } from './catalogue-events.ts';
import { servicesOf } from './catalogue.rules.ts';
import {
  decide,
  frameTokenFor,
  listForAdmins,
  manifestFor,
  refresh,
  setEnabled,
  type CatalogueNeeds,
} from './catalogue.usecases.ts';
import { itemIn } from '../registry/manifest-words.ts';
import type { OwnList } from './own-lists.ts';

type Needs = CatalogueNeeds & {
  principalOf: (c: Context) => Principal;
  identify: Identify;
  ownList: (who: Principal) => OwnList;
  events: CatalogueEvents;
};

const decision = z.strictObject({ digest: z.string().max(100) });
const pluginList = z.looseObject({
  items: z.array(z.looseObject({ id: z.string(), name: z.string(), detail: z.string().nullable() })),
});
const enabledPatch = z.strictObject({ enabled: z.boolean() });

const noStore = { 'cache-control': 'no-store' };

export function catalogueRoutes(routes: Hono, needs: Needs): void {
  const { principalOf, snapshot, identify, ownList, events } = needs;

  routes.get('/api/plugins', (c) => {
    const list = ownList(principalOf(c));
    const { language, say } = spokenTo(c);
    if (language === 'en') return withEtag(c, () => new Uint8Array(list.bytes), list.tag);
    // Their names come with their translations: the page says them.
    const told = (): string => {
      const { items, ...rest } = pluginList.parse(JSON.parse(list.bytes.toString()));
      const spoken = items.map((item) => ({ ...itemIn(item, snapshot(), language), name: item.name }));
      return inWords({ ...rest, items: spoken }, say);
    };
    return withEtag(c, told, `${list.tag}-${language}`);
  });
  routes.get('/api/plugins/events', (c) => {
    const rawHeaders = [...c.req.raw.headers].flat();
    const body = events.open(
      principalOf(c),
      () => identify(rawHeaders),
      c.req.header('last-event-id') ?? null,
    );
    // Proxies that gather answers would hold events back.
    return c.body(body, 200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
  });
  routes.get('/api/plugins/:id/manifest', (c) => {
    const text = JSON.stringify(manifestFor(principalOf(c), c.req.param('id'), needs));
    return withEtag(c, () => text, createHash('sha256').update(text).digest('base64url').slice(0, 27));
  });
  routes.post('/api/plugins/:id/frame-token', async (c) => {
    const { token, expiresAt } = await frameTokenFor(principalOf(c), c.req.param('id'), needs);
    const told: wire.FrameToken = { token, expires_at: new Date(expiresAt).toISOString() };
    return c.json(told, 200, {
      'cache-control': 'no-store',
    });
  });
  const itemsIn = <Item extends Parameters<typeof itemIn>[0]>(c: Context, items: readonly Item[]): Item[] =>
    items.map((item) => itemIn(item, snapshot(), spokenTo(c).language));
  const answer = (c: Context, item: wire.AdminPlugin): Response =>
    jsonInWords(c, itemIn(item, snapshot(), spokenTo(c).language));

  routes.get('/api/services', (c) => {
    const { items } = servicesOf(snapshot(), principalOf(c));
    return jsonInWords(c, { items: itemsIn(c, items) }, { headers: noStore });
  });

  routes.get('/api/admin/plugins', (c) => {
    const list = listForAdmins(needs, c.req.query('waiting') === 'true');
    const told = { ...list, items: itemsIn(c, list.items) };
    return jsonInWords(c, told, { headers: noStore, more: ['source_problems'] });
  });
  routes.post('/api/admin/plugins/:id/refresh', async (c) =>
    answer(c, await refresh(c.req.param('id'), needs)),
  );
  routes.post('/api/admin/plugins/:id/approve', async (c) => {
    const { digest } = await readJson(c, decision);
    const decided = { outcome: 'approved', digest } as const;
    return answer(c, await decide(principalOf(c), c.req.param('id'), decided, needs));
  });
  routes.post('/api/admin/plugins/:id/reject', async (c) => {
    const { digest } = await readJson(c, decision);
    const decided = { outcome: 'refused', digest } as const;
    return answer(c, await decide(principalOf(c), c.req.param('id'), decided, needs));
  });
  routes.patch('/api/admin/plugins/:id', async (c) => {
    const { enabled } = await readJson(c, enabledPatch);
    c.set('auditNote', { details: { enabled } });
    return answer(c, await setEnabled(c.req.param('id'), enabled, needs));
  });
}

/** Answers differ from caller to caller: only their own browser may keep one, and asks each time. */
function withEtag(c: Context, body: () => string | Uint8Array<ArrayBuffer>, tag: string): Response {
  const etag = `"${tag}"`;
  const headers = {
    etag,
    'cache-control': 'private, no-cache',
    vary: 'cookie, authorization, accept-language',
  };
  if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
  return c.body(body(), 200, { ...headers, 'content-type': 'application/json' });
}
