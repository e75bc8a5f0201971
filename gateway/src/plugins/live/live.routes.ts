/** What a form asks while it is open: choices of the moment, and whether a draft works. */
import { readExactJson } from '../schema/guarded-json.rules.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { isObject } from '@berth/plugin-kit/contract/settings.ts';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Principal } from '#identity/access/principal.ts';
import { readBody, readQuery } from '#platform/request-body.ts';
import { spokenTo } from '#platform/words/spoken.ts';
import { knownTo, type Asking } from '../settings/desk.ts';
import { checkDraft, readLiveChoices, type LiveNeeds } from './live.usecases.ts';

const choicesQuery = z.object({
  from: z.string().max(1000),
  q: z.string().max(200).default(''),
  action: z.string().max(63).optional(),
});
const maxDraftBytes = 512 * 1024;
const noStore = { 'cache-control': 'no-store' };

export function liveRoutes(
  routes: Hono,
  needs: LiveNeeds & { principalOf: (c: Context) => Principal },
): void {
  const askedBy = (c: Context): Asking => ({
    who: needs.principalOf(c),
    requestId: c.get('requestId'),
    language: spokenTo(c).language,
  });

  routes.get('/api/plugins/:id/choices', async (c) => {
    knownTo(needs.principalOf(c), c.req.param('id'), needs.snapshot());
    const { from: path, q, action: actionId = null } = readQuery(c, choicesQuery);
    const found = await readLiveChoices(askedBy(c), c.req.param('id'), { path, q, actionId }, needs);
    return c.json({ items: found.items, has_more: found.hasMore }, 200, noStore);
  });
  routes.post('/api/plugins/:id/settings/check', async (c) => {
    knownTo(needs.principalOf(c), c.req.param('id'), needs.snapshot());
    const json = readExactJson(await readBody(c, maxDraftBytes));
    if (!json.ok) throw new Problem('bad-request', { detail: say`The body is refused: ${json.detail}.` });
    const { path, settings: draft } = isObject(json.value) ? json.value : {};
    if (typeof path !== 'string' || !isObject(draft))
      throw new Problem('bad-request', { detail: 'Send {"path": …, "settings": {…}}.' });
    return c.json(await checkDraft(askedBy(c), c.req.param('id'), { path, draft }, needs), 200, noStore);
  });
}
