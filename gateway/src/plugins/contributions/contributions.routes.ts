/**
 * Badges, search results and widgets of extensions over HTTP, one extension a request: a slow one holds no
 * other.
 */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Principal } from '#identity/access/principal.ts';
import { readQuery } from '#platform/request-body.ts';
import { contributionsUseCases, type Asker, type ContributionsNeeds } from './contributions.usecases.ts';

type Needs = ContributionsNeeds & { principalOf: (c: Context) => Principal };

const maxResults = 10;
const searchQuery = z.object({
  q: z.string().trim().min(1).max(200),
  limit: z.coerce.number().int().min(1).max(maxResults).default(5),
});

export function contributionsRoutes(routes: Hono, needs: Needs): void {
  const steps = contributionsUseCases(needs);
  const asker = (c: Context): Asker => ({
    who: needs.principalOf(c),
    requestId: c.get('requestId'),
    signal: c.req.raw.signal,
  });

  routes.get('/api/plugins/:id/badges', async (c) =>
    answer(c, { counts: await steps.badges(asker(c), c.req.param('id')) }),
  );
  routes.get('/api/plugins/:id/search', async (c) => {
    const find = steps.search(asker(c), c.req.param('id'));
    return answer(c, { items: await find(readQuery(c, searchQuery)) });
  });
  routes.get('/api/plugins/:id/widgets/:widgetId', async (c) =>
    answer(c, await steps.widget(asker(c), c.req.param('id'), c.req.param('widgetId'))),
  );
}

function answer(c: Context, body: object): Response {
  return c.json(body, 200, { 'cache-control': 'no-store' });
}
