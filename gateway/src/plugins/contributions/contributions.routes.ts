/** Badges, search results and widgets of extensions over HTTP, one extension a request: a slow one holds no other. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Context, Hono } from 'hono';
import type { Principal } from '#identity/access/principal.ts';
import { contributionsUseCases, type Asker, type ContributionsNeeds } from './contributions.usecases.ts';

type Needs = ContributionsNeeds & { principalOf: (c: Context) => Principal };

const maxWords = 200;
const maxResults = 10;

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
    const q = (c.req.query('q') ?? '').trim();
    if (q === '' || q.length > maxWords)
      throw new Problem('bad-request', { detail: `\`q\` must have 1 to ${maxWords} characters.` });
    const wanted = Number(c.req.query('limit') ?? '5');
    const limit = Number.isInteger(wanted) ? Math.min(Math.max(wanted, 1), maxResults) : maxResults;
    return answer(c, { items: await steps.search(asker(c), c.req.param('id'), { q, limit }) });
  });
  routes.get('/api/plugins/:id/widgets/:widgetId', async (c) =>
    answer(c, await steps.widget(asker(c), c.req.param('id'), c.req.param('widgetId'))),
  );
}

function answer(c: Context, body: object): Response {
  return c.json(body, 200, { 'cache-control': 'no-store' });
}
