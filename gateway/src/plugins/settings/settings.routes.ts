/** Settings over HTTP: the raw object, its version as ETag, changes as JSON Merge Patch or JSON Patch. */
import { createSemaphore, type Semaphore } from '@berth/plugin-kit/base/semaphore.ts';
import { stringifyJson } from '@berth/plugin-kit/contract/exact-json.ts';
import {
  jsonPatchType,
  mergePatchType,
  readJsonPatch,
  type SettingsPatch,
} from '@berth/plugin-kit/contract/json-patch.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { isObject } from '@berth/plugin-kit/contract/settings.ts';
import type { Context, Hono } from 'hono';
import type { Principal } from '#identity/access/principal.ts';
import { readBody } from '#platform/request-body.ts';
import { spokenTo } from '#platform/words/spoken.ts';
import { readExactJson } from '../schema/guarded-json.rules.ts';
import type { Asking } from './desk.ts';
import {
  changeSettings,
  readHistory,
  readSettings,
  type PresentSettings,
  type SettingsNeeds,
} from './settings.usecases.ts';

type Needs = Omit<SettingsNeeds, 'oneAtATime'> & { principalOf: (c: Context) => Principal };

const maxPatchBytes = 256 * 1024;
const acceptPatch = `${mergePatchType}, ${jsonPatchType}`;

export function settingsRoutes(routes: Hono, given: Needs): void {
  const needs = { ...given, oneAtATime: turnsByPlugin() };
  routes.get('/api/plugins/:id/settings', async (c) =>
    answer(c, await readSettings(askedBy(c), c.req.param('id'), needs)),
  );
  routes.get('/api/plugins/:id/settings/history', async (c) => {
    const before = c.req.query('before');
    const until = before === undefined ? null : Date.parse(before);
    if (Number.isNaN(until))
      throw new Problem('bad-request', { detail: '`before` must be a time such as 2026-01-31T12:00:00Z.' });
    return c.json(await readHistory(needs.principalOf(c), c.req.param('id'), until, needs), 200, {
      'cache-control': 'no-store',
    });
  });
  routes.patch('/api/plugins/:id/settings', async (c) => {
    const patch = await readPatch(c);
    // Which settings, never what they were set to: a value may be a secret.
    c.set('auditNote', { details: { fields: fieldsOf(patch) } });
    return answer(
      c,
      await changeSettings(
        askedBy(c),
        c.req.param('id'),
        { patch, ifMatch: c.req.header('if-match') ?? null },
        needs,
      ),
    );
  });

  function askedBy(c: Context): Asking {
    const { language } = spokenTo(c);
    return { who: needs.principalOf(c), requestId: c.get('requestId'), language };
  }
}

function answer(c: Context, { settings, etag }: PresentSettings): Response {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'accept-patch': acceptPatch,
  };
  return c.body(stringifyJson(settings), 200, { ...headers, ...(etag === null ? {} : { etag }) });
}

/** @throws Problem 415, 413, 400, 422 */
async function readPatch(c: Context): Promise<SettingsPatch> {
  const type = (c.req.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type !== mergePatchType && type !== jsonPatchType && type !== 'application/json')
    throw new Problem('unsupported-media-type', {
      detail: say`Send ${mergePatchType} or ${jsonPatchType}.`,
      headers: { 'accept-patch': acceptPatch },
    });
  const json = readExactJson(await readBody(c, maxPatchBytes));
  if (!json.ok) throw new Problem('bad-request', { detail: say`The body is refused: ${json.detail}.` });
  if (type === jsonPatchType) {
    const patch = readJsonPatch(json.value);
    if (!patch.ok) throw new Problem('invalid', { errors: [patch.error] });
    return { type, body: patch.value };
  }
  if (!isObject(json.value)) throw new Problem('bad-request', { detail: 'The body must be a JSON object.' });
  return { type: mergePatchType, body: json.value };
}

function turnsByPlugin(): SettingsNeeds['oneAtATime'] {
  // As many as there are plugins whose containers give no versions.
  const turns = new Map<string, Semaphore>();
  return (pluginId, task) => {
    const turn = turns.get(pluginId) ?? createSemaphore(1);
    turns.set(pluginId, turn);
    return turn(task);
  };
}

function fieldsOf(patch: SettingsPatch): string[] {
  if (patch.type === mergePatchType) return Object.keys(patch.body);
  return [...new Set(patch.body.map(({ path }) => path.split('/')[1] ?? ''))];
}
