/** `GET` and `PATCH /plugin/settings`, as contract.md 1 says. */
import { createHmac, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Context } from 'hono';
import {
  forValidation,
  parseJson,
  stringifyJson,
  withPlainNumbers,
  type Json,
} from '../contract/exact-json.ts';
import {
  applyJsonPatch,
  jsonPatchType,
  mergePatchType,
  readJsonPatch,
  type SettingsPatch,
} from '../contract/json-patch.ts';
import { Problem } from '../contract/problem.ts';
import { say } from '../contract/say.ts';
import { restoreSecrets } from '../contract/secrets.ts';
import {
  forbiddenKeyIn,
  isObject,
  mergePatch,
  readOnlyChanges,
  type JsonObject,
  type SettingsSchema,
} from '../contract/settings.ts';
import { etagOf, isStillCurrent, isUnchanged } from './etag.ts';
import { createMasking, type Masked } from './masking.ts';
import { createSettingsCheck } from './settings-check.ts';
import type { SettingsStore } from './settings-store.ts';

export type SettingsEndpoint = {
  get: (c: Context) => Promise<Response>;
  patch: (c: Context) => Promise<Response>;
  /**
   * A whole draft as a form shows it, with the kept secrets in the place of their masks. @throws Problem 422
   */
  restoreDraft: (shown: JsonObject) => Promise<JsonObject>;
};

export const settingsMaxBytes = 1024 * 1024;
/** What a kit container accepts; its manifest says so. */
export const settingsPatchTypes = [mergePatchType, jsonPatchType] as const;

const acceptPatch = settingsPatchTypes.join(', ');

export function createSettingsEndpoint(schema: SettingsSchema, store: SettingsStore): SettingsEndpoint {
  const check = createSettingsCheck(schema);
  const mask = createMasking(schema, store.maskKeySeed ?? (() => randomBytes(32)));
  const oneAtATime = createQueue();
  // A bare hash over a secret could be guessed at; the key makes it say nothing but "changed".
  const tagKey = randomBytes(32);

  const tag = (settings: JsonObject, masked: string): string => {
    const text = stringifyJson(settings);
    return text === masked
      ? etagOf(masked)
      : etagOf(masked + createHmac('sha256', tagKey).update(text).digest('hex'));
  };

  const present = (c: Context, settings: JsonObject): Response => {
    const body = stringifyJson(mask(settings).settings);
    const etag = tag(settings, body);
    const headers = { etag, 'cache-control': 'no-store', 'accept-patch': acceptPatch };
    const isSame = c.req.method === 'GET' && isUnchanged(c.req.header('if-none-match'), etag);
    return isSame
      ? new Response(null, { status: 304, headers })
      : new Response(body, { headers: { ...headers, 'content-type': 'application/json' } });
  };

  const change = async (patch: SettingsPatch, ifMatch: string | undefined): Promise<JsonObject> => {
    const before = await store.read();
    const masked = mask(before);
    if (!isStillCurrent(ifMatch, tag(before, stringifyJson(masked.settings)))) throw new Problem('stale');
    // The store and the container compute with numbers: 1.0 is 1 for them. Digits that would be lost are
    // kept.
    const next = withPlainNumbers(patched(schema, before, masked, patch));
    const fixed = readOnlyChanges(schema, before, next).map((pointer) => ({
      pointer,
      detail: 'cannot be changed',
    }));
    const errors = [...fixed, ...check(forValidation(next))];
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
    async restoreDraft(shown) {
      const before = await store.read();
      const { secretOf } = mask(before);
      return restored(restoreSecrets({ schema, before, secretOf, isWhole: true }, shown));
    },
  };
}

/** @throws Problem 422 where a mask is in doubt or an operation fails */
function patched(
  schema: SettingsSchema,
  before: JsonObject,
  { settings, secretOf }: Masked,
  patch: SettingsPatch,
): JsonObject {
  if (patch.type === jsonPatchType) {
    // Paths and tests mean what was shown. Secrets come back by their masks, so that no operation moves one
    // into another field.
    const applied = applyJsonPatch(settings, patch.body);
    if (!applied.ok) throw new Problem('invalid', { errors: [applied.error] });
    return restored(restoreSecrets({ schema, before, secretOf, isWhole: true }, applied.value));
  }
  const merged = mergePatch(
    before,
    restored(restoreSecrets({ schema, before, secretOf, isWhole: false }, patch.body)),
  );
  return isObject(merged) ? merged : {};
}

function restored({ value, errors }: ReturnType<typeof restoreSecrets>): JsonObject {
  if (errors.length > 0) throw new Problem('invalid', { errors });
  return value;
}

/** @throws Problem 415, 400 or 422 */
async function readPatch(c: Context): Promise<SettingsPatch> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== mergePatchType && type !== jsonPatchType && type !== 'application/json')
    throw new Problem('unsupported-media-type', {
      detail: say`Send ${settingsPatchTypes.join(', ')}.`,
      headers: { 'accept-patch': acceptPatch },
    });
  const body = read(await c.req.text());
  if (type === jsonPatchType) {
    const patch = readJsonPatch(body);
    if (!patch.ok) throw new Problem('invalid', { errors: [patch.error] });
    return { type, body: patch.value };
  }
  if (!isObject(body))
    throw new Problem('invalid', { errors: [{ pointer: '', detail: 'must be an object' }] });
  const forbidden = forbiddenKeyIn(body);
  if (forbidden !== null)
    throw new Problem('invalid', {
      errors: [{ pointer: forbidden, detail: 'is not a name that a setting can have, or lies too deep' }],
    });
  return { type: mergePatchType, body };
}

function read(text: string): Json {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new Problem('bad-request', { detail: 'The body is not JSON.', cause });
  }
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
