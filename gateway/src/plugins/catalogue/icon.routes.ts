/** A plugin's own picture, to whoever sees the plugin. What is served was cleaned, and could do nothing if it had not been. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Context, Hono } from 'hono';
import type { Principal } from '#identity/access/principal.ts';
import { listedPlugin } from '../registry/visible.rules.ts';
import type { Snapshot } from '#plugins/registry/snapshot.ts';

type Needs = { snapshot: () => Snapshot; principalOf: (c: Context) => Principal };

export function iconRoutes(routes: Hono, { snapshot, principalOf }: Needs): void {
  routes.get('/api/plugins/:id/icon', (c) => {
    const icon = listedPlugin(snapshot(), c.req.param('id'), principalOf(c))?.admitted.icon;
    if (!icon) throw new Problem('not-found');
    const etag = `"${icon.digest}"`;
    const headers = {
      etag,
      'content-type': icon.contentType,
      // Opened by itself it is a document of our origin: without scripts, without that origin, without anything to load.
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control':
        c.req.query('v') === icon.digest ? 'private, max-age=31536000, immutable' : 'private, no-cache',
      vary: 'cookie, authorization',
    };
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
    return c.body(new Uint8Array(icon.bytes), 200, headers);
  });
}
