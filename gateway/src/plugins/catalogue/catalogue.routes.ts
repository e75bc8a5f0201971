/** The plugins as data: for whoever is signed in, and for admins. */
import { createHash } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Principal } from '#access/principal.ts';
import { readJson } from '#platform/request-body.ts';
import { catalogueOf, servicesOf } from './catalogue.rules.ts';
import { frameTokenFor, listForAdmins, manifestFor, refresh, setEnabled, type CatalogueNeeds } from './catalogue.usecases.ts';

type Needs = CatalogueNeeds & { principalOf: (c: Context) => Principal };

const enabledPatch = z.strictObject({ enabled: z.boolean() });

export function catalogueRoutes(routes: Hono, needs: Needs): void {
  const { principalOf, snapshot } = needs;

  routes.get('/api/plugins', (c) => withEtag(c, catalogueOf(snapshot(), principalOf(c))));
  routes.get('/api/plugins/:id/manifest', (c) => withEtag(c, manifestFor(principalOf(c), c.req.param('id'), needs)));
  routes.post('/api/plugins/:id/frame-token', async (c) => {
    const { token, expiresAt } = await frameTokenFor(principalOf(c), c.req.param('id'), needs);
    return c.json({ token, expires_at: new Date(expiresAt).toISOString() }, 200, { 'cache-control': 'no-store' });
  });
  routes.get('/api/services', (c) => c.json(servicesOf(snapshot()), 200, { 'cache-control': 'no-store' }));

  routes.get('/api/admin/plugins', (c) => c.json(listForAdmins(needs), 200, { 'cache-control': 'no-store' }));
  routes.post('/api/admin/plugins/:id/refresh', async (c) => c.json(await refresh(c.req.param('id'), needs)));
  routes.patch('/api/admin/plugins/:id', async (c) => {
    const { enabled } = await readJson(c, enabledPatch);
    return c.json(await setEnabled(c.req.param('id'), enabled, needs));
  });
}

/** Answers differ from caller to caller: only their own browser may keep one, and asks each time. */
function withEtag(c: Context, body: object): Response {
  const text = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  const headers = { etag, 'cache-control': 'private, no-cache', vary: 'cookie, authorization' };
  if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
  return c.body(text, 200, { ...headers, 'content-type': 'application/json' });
}
