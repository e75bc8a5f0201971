/** Settings of the gateway itself: kept in the database, below what the environment says. */
import { mergePatchType } from '@berth/plugin-kit/contract/json-patch.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { isObject } from '@berth/plugin-kit/contract/settings.ts';
import { Hono, type Context } from 'hono';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import { readBody } from '#platform/request-body.ts';
import { jsonInWords } from '#platform/words/spoken.ts';
import {
  ownSettingsUseCases,
  type OwnSettingsNeeds,
  type PresentOwnSettings,
} from './own-settings.usecases.ts';

export { asVariables, type OwnSettings } from './own-settings.rules.ts';
export { ownSettingsStore, type OwnSettingsStore } from './own-settings.store.ts';

export const ownSettingsPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/admin/settings', audience: 'superuser' },
  { method: 'GET', path: '/api/admin/settings/schema', audience: 'superuser' },
  { method: 'PATCH', path: '/api/admin/settings', audience: 'superuser', audit: 'gateway.settings.change' },
];

const maxPatchBytes = 64 * 1024;
const noStore = { 'cache-control': 'no-store' };

export function ownSettingsRoom(needs: OwnSettingsNeeds): { routes: Hono; policies: readonly RoutePolicy[] } {
  const steps = ownSettingsUseCases(needs);
  const routes = new Hono()
    .get('/api/admin/settings', async (c) => answer(c, await steps.read()))
    .get('/api/admin/settings/schema', async (c) =>
      jsonInWords(c, await steps.describe(), { headers: noStore, more: ['title', 'description', 'group'] }),
    )
    .patch('/api/admin/settings', async (c) => {
      const patch = await readPatch(c);
      // Which settings, never what they were set to.
      c.set('auditNote', { details: { fields: Object.keys(patch) } });
      return answer(c, await steps.change(patch, c.req.header('if-match') ?? null));
    });
  return { routes, policies: ownSettingsPolicies };
}

function answer(c: Context, { settings, etag }: PresentOwnSettings): Response {
  return c.json(settings, 200, { ...noStore, etag, 'accept-patch': mergePatchType });
}

/** @throws Problem 415, 413, 400 */
async function readPatch(c: Context) {
  const type = (c.req.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type !== mergePatchType && type !== 'application/json')
    throw new Problem('unsupported-media-type', {
      detail: say`Send ${mergePatchType}.`,
      headers: { 'accept-patch': mergePatchType },
    });
  let body: unknown;
  try {
    body = JSON.parse((await readBody(c, maxPatchBytes)).toString());
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('bad-request', { detail: 'The body is not JSON.' });
  }
  if (!isObject(body)) throw new Problem('bad-request', { detail: 'The body must be a JSON object.' });
  return body;
}
