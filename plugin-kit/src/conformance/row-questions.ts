/**
 * The questions about what a plain merge patch cannot say: whose secret in a row is meant, and that null is a
 * value.
 */
import { pathOf } from '../contract/json-pointer.ts';
import { isSame, stringifyJson, type Json, type JsonObject } from '../contract/exact-json.ts';
import { jsonPatchType } from '../contract/json-patch.ts';
import type { Manifest } from '../contract/manifest.ts';
import { nullPlaces } from '../contract/null-places.ts';
import type { SettingsSchema } from '../contract/schema-places.ts';
import { isMask, maskKey, secretMask, secretsIn, walkSecrets } from '../contract/secrets.ts';
import { memberOf } from '../contract/settings.ts';
import { errorPointersIn, exactJsonOf, excerpt, note, seen, type Ask, type Finding } from './asking.ts';

export async function askRows(
  ask: Ask,
  schema: SettingsSchema,
  settings: JsonObject,
  findings: Finding[],
): Promise<void> {
  const inRows = secretsIn(schema, settings).filter(({ place, secret }) => place.isInRow && isMask(secret));
  const [first] = inRows;
  if (!first) return;
  const plain = inRows.filter(({ secret }) => maskKey(secret) === null);
  const isEither = plain.length === 0 || plain.length === inRows.length;
  const told = plain.length === 0 ? 'keys' : 'none: a row that changes asks for its secrets again';
  note(
    findings,
    'Have all masks in rows a key, or none?',
    isEither,
    isEither ? told : `none at ${plain[0]?.place.pointer ?? ''}`,
    'Write "********#key" for every secret in a list or map, with an opaque key that stays while the secret lives.',
  );
  if (plain.length > 0) return;
  const again = await ask('/plugin/settings');
  const isStable = again !== null && isSame(exactJsonOf(again), settings);
  note(
    findings,
    'Are the keys the same when asked again?',
    isStable,
    isStable ? 'the same' : excerpt(again?.text ?? ''),
    'Make a key once for each secret.',
  );
  const { pointer } = first.place;
  const top = pathOf(pointer)[0] ?? '';
  const unknown = walkSecrets(schema, settings, (secret, place) =>
    place.pointer === pointer ? `${secretMask}#berth-conformance` : secret,
  );
  const answer = await ask('/plugin/settings', {
    method: 'PATCH',
    body: stringifyJson({ [top]: memberOf(unknown, top) ?? null }),
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  note(
    findings,
    'Is an unknown key refused with 422 at the secret?',
    answer?.status === 422 && errorPointersIn(answer).includes(pointer),
    `${seen(answer)}, ${errorPointersIn(answer).join(' ')}`,
    'A key names one secret; where it names none answer 422 with the pointer, so that the secret is asked for again.',
  );
}

export async function askJsonPatch(
  ask: Ask,
  manifest: Manifest,
  settings: JsonObject,
  findings: Finding[],
): Promise<void> {
  const isSpoken = manifest.settings_patch.includes(jsonPatchType);
  const [place] = nullPlaces(manifest.settings_schema ?? {});
  if (place !== undefined)
    note(
      findings,
      'Can null be stored where the schema lets it be a value?',
      isSpoken,
      isSpoken ? jsonPatchType : `merge patch alone, and null at ${place}`,
      `Take ${jsonPatchType} (RFC 6902) as well and list both types in settings_patch; the gateway refuses the manifest otherwise.`,
    );
  if (!isSpoken) return;
  const patch = (body: Json) =>
    ask('/plugin/settings', {
      method: 'PATCH',
      body: stringifyJson(body),
      headers: { 'content-type': jsonPatchType },
    });
  const same = await patch([{ op: 'test', path: '', value: settings }]);
  const isUnchanged = same?.status === 200 && isSame(exactJsonOf(same), settings);
  note(
    findings,
    'Does a JSON Patch that tests for what was shown pass and change nothing?',
    isUnchanged,
    seen(same),
    'Apply the operations to the settings as they were shown, masks included; then put the secrets back.',
  );
  const failing = await patch([{ op: 'test', path: '/berth-conformance', value: true }]);
  note(
    findings,
    'Is a JSON Patch whose test fails refused?',
    failing?.status === 422 || failing?.status === 409,
    seen(failing),
    'Answer 422 with the pointer, and apply none of the operations.',
  );
}
