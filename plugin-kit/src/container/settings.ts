/** `GET` and `PATCH /plugin/settings`, as contract.md 1 says. */
import { createHmac, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Context } from 'hono';
import { Problem } from '../contract/problem.ts';
import { forbiddenKeyIn, isObject, keepMasked, maskSecrets, mergePatch, readOnlyChanges, type JsonObject, type SettingsSchema } from '../contract/settings.ts';
import { etagOf, isStillCurrent, isUnchanged } from './etag.ts';
import { createSettingsCheck } from './settings-check.ts';
import type { SettingsStore } from './settings-store.ts';

export type SettingsEndpoint = { get: (c: Context) => Promise<Response>; patch: (c: Context) => Promise<Response> };

export const settingsMaxBytes = 1024 * 1024;

export function createSettingsEndpoint(schema: SettingsSchema, store: SettingsStore): SettingsEndpoint {
  const check = createSettingsCheck(schema);
  const oneAtATime = createQueue();
  // A bare hash over a secret could be guessed at; the key makes it say nothing but "changed".
  const tagKey = randomBytes(32);

  const tag = (settings: JsonObject, masked: string): string =>
    JSON.stringify(settings) === masked ? etagOf(masked) : etagOf(masked + createHmac('sha256', tagKey).update(JSON.stringify(settings)).digest('hex'));

  const present = (c: Context, settings: JsonObject): Response => {
    const body = JSON.stringify(maskSecrets(schema, settings));
    const etag = tag(settings, body);
    const headers = { etag, 'cache-control': 'no-store', 'content-type': 'application/json' };
    const isSame = c.req.method === 'GET' && isUnchanged(c.req.header('if-none-match'), etag);
    return isSame ? new Response(null, { status: 304, headers: { etag, 'cache-control': 'no-store' } }) : new Response(body, { headers });
  };

  const change = async (patch: JsonObject, ifMatch: string | undefined): Promise<JsonObject> => {
    const before = await store.read();
    if (!isStillCurrent(ifMatch, tag(before, JSON.stringify(maskSecrets(schema, before))))) throw new Problem('stale');
    const next = mergePatch(before, keepMasked(schema, before, patch));
    if (!isObject(next)) throw new Problem('invalid', { errors: [{ pointer: '', detail: 'must be an object' }] });
    const errors = [...readOnlyChanges(schema, before, next).map((pointer) => ({ pointer, detail: 'cannot be changed' })), ...check(next)];
    if (errors.length > 0) throw new Problem('invalid', { errors });
    if (!isDeepStrictEqual(before, next)) await store.write(next, before);
    return store.read();
  };

  return {
    get: async (c) => present(c, await store.read()),
    async patch(c) {
      const patch = await readPatch(c);
      return present(c, await oneAtATime(() => change(patch, c.req.header('if-match'))));
    },
  };
}

/** @throws Problem 415, 400 or 422 */
async function readPatch(c: Context): Promise<JsonObject> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/merge-patch+json' && type !== 'application/json')
    throw new Problem('unsupported-media-type', { detail: 'Send application/merge-patch+json.' });
  const text = await c.req.text();
  let patch: unknown;
  try {
    patch = JSON.parse(text);
  } catch (cause) {
    throw new Problem('bad-request', { detail: 'The body is not JSON.', cause });
  }
  if (!isObject(patch)) throw new Problem('invalid', { errors: [{ pointer: '', detail: 'must be an object' }] });
  const forbidden = forbiddenKeyIn(patch);
  if (forbidden !== null) throw new Problem('invalid', { errors: [{ pointer: forbidden, detail: 'is not a name that a setting can have, or lies too deep' }] });
  return patch;
}

/** Changes wait for each other, so that what `If-Match` was compared with is what is replaced. */
function createQueue(): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task, task);
    last = turn;
    return turn;
  };
}
