/** F8, M14: the property that no edit of settings gives a secret to another row, nor changes anything that was not edited. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../base/logger.ts';
import { parseJson, stringifyJson, type Json, type JsonObject } from '../contract/exact-json.ts';
import {
  changeBetween,
  jsonPatchBetween,
  jsonPatchType,
  type SettingsPatch,
} from '../contract/json-patch.ts';
import { isObject } from '../contract/settings.ts';
import {
  editOnce,
  randomFrom,
  randomGroup,
  randomShape,
  schemaOf,
} from '../contract/testing/edit-scripts.ts';
import { createContainer } from './container.ts';

describe('F8: for any schema, any settings and any edits', () => {
  test.each(['merge patch', 'JSON Patch'])(
    'M14, M16: sent as %s, a secret stays with its own row and nothing else changes',
    async (how) => {
      await fc.assert(
        fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 6 }), async (seed, edits) => {
          const random = randomFrom(seed);
          const shape = randomShape(random);
          let stored = randomGroup(shape, random);
          const { app } = createContainer({
            manifest: {
              manifest_version: '1.0',
              id: 'kit',
              name: 'Kit',
              version: '1',
              access: { any_user: true },
              settings_schema: { ...schemaOf(shape) },
            },
            settings: { read: () => stored, write: async (next) => void (stored = next) },
            insecureWithoutGateway: true,
            log,
          });
          for (let save = 0; save < 2; save++) {
            const before = asObject(parseJson(await (await app.request('/plugin/settings')).text()));
            let both: ReturnType<typeof editOnce> = { shown: before, meant: stored };
            for (let edit = 0; edit < edits; edit++) both = editOnce(shape, both, random);
            const patch = patchOf(how, before, asObject(both.shown));
            const answer = await app.request('/plugin/settings', {
              method: 'PATCH',
              body: stringifyJson(patch.body),
              headers: { 'content-type': patch.type },
            });
            expect([answer.status, answer.status === 200 ? '' : await answer.text()]).toEqual([200, '']);
            expect(stringifyJson(sorted(stored))).toBe(stringifyJson(sorted(both.meant ?? null)));
          }
        }),
        { numRuns: 25 },
      );
    },
  );
});

const log = createLogger('kit', 'silent');

function patchOf(how: string, before: JsonObject, after: JsonObject): SettingsPatch {
  return how === 'JSON Patch'
    ? { type: jsonPatchType, body: jsonPatchBetween(before, after) }
    : changeBetween(before, after);
}

function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([key, item]) => [key, sorted(item)]));
}
