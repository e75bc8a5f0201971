/** Settings over HTTP: the raw object, its version as ETag, changes as JSON Merge Patch. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { isObject, type JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import type { Context, Hono } from 'hono';
import type { Principal } from '#access/principal.ts';
import { readGuardedJson } from '../schema/guarded-json.rules.ts';
import { changeSettings, readHistory, readSettings, type Asking, type PresentSettings, type SettingsNeeds } from './settings.usecases.ts';

type Needs = SettingsNeeds & { principalOf: (c: Context) => Principal };

const maxPatchBytes = 256 * 1024;
const patchTypes: ReadonlySet<string> = new Set(['application/json', 'application/merge-patch+json']);

export function settingsRoutes(routes: Hono, needs: Needs): void {
  routes.get('/api/plugins/:id/settings', async (c) => answer(c, await readSettings(askedBy(c), c.req.param('id'), needs)));
  routes.get('/api/plugins/:id/settings/history', async (c) => {
    const before = c.req.query('before');
    const until = before === undefined ? null : Date.parse(before);
    if (Number.isNaN(until)) throw new Problem('bad-request', { detail: '`before` must be a time such as 2026-01-31T12:00:00Z.' });
    return c.json(await readHistory(needs.principalOf(c), c.req.param('id'), until, needs), 200, { 'cache-control': 'no-store' });
  });
  routes.patch('/api/plugins/:id/settings', async (c) => {
    const patch = await readPatch(c);
    // Which settings, never what they were set to: a value may be a secret.
    c.set('auditNote', { details: { fields: Object.keys(patch) } });
    return answer(c, await changeSettings(askedBy(c), c.req.param('id'), patch, c.req.header('if-match') ?? null, needs));
  });

  function askedBy(c: Context): Asking {
    return { who: needs.principalOf(c), requestId: c.get('requestId') };
  }
}

function answer(c: Context, { settings, etag }: PresentSettings): Response {
  return c.json(settings, 200, { 'cache-control': 'no-store', ...(etag === null ? {} : { etag }) });
}

/** @throws Problem 415, 413, 400 */
async function readPatch(c: Context): Promise<JsonObject> {
  const type = (c.req.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!patchTypes.has(type)) throw new Problem('unsupported-media-type', { detail: 'Send application/merge-patch+json.' });
  const json = readGuardedJson(await readBytes(c));
  if (!json.ok) throw new Problem('bad-request', { detail: `The body is refused: ${json.detail}.` });
  if (!isObject(json.value)) throw new Problem('bad-request', { detail: 'The body must be a JSON object.' });
  return json.value;
}

/** Counts while it reads: a `content-length` is a claim, and chunked bodies make none. */
async function readBytes(c: Context): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxPatchBytes) throw new Problem('body-too-large', { detail: `At most ${maxPatchBytes} bytes.` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
