/** The questions about settings: secrets, conditions, merge patches. */
import { isSame, stringifyJson } from '../contract/exact-json.ts';
import type { Manifest } from '../contract/manifest.ts';
import { isMask, secretsIn } from '../contract/secrets.ts';
import {
  isObject,
  isUnset,
  mergePatch,
  type Json,
  type JsonObject,
  type SettingsSchema,
} from '../contract/settings.ts';
import {
  errorPointersIn,
  exactJsonOf,
  excerpt,
  note,
  seen,
  type Answer,
  type Ask,
  type Finding,
} from './asking.ts';
import { askJsonPatch, askRows } from './row-questions.ts';

export async function askSettings(ask: Ask, manifest: Manifest, findings: Finding[]): Promise<void> {
  const schema = manifest.settings_schema ?? {};
  const answer = await ask('/plugin/settings');
  const settings = answer?.status === 200 ? exactJsonOf(answer) : undefined;
  const isThere = isObject(settings);
  note(
    findings,
    'Is GET /plugin/settings one JSON object?',
    isThere,
    isThere ? 'an object' : seen(answer),
    'Answer 200 and the present settings as one JSON object.',
  );
  if (!answer || !isThere) return;
  const etag = answer.headers.get('etag');
  note(
    findings,
    'Have the settings an ETag?',
    etag !== null,
    etag ?? 'none',
    'Send an ETag that changes with every change, of a secret too.',
  );
  const leaks = leaksIn(schema, settings);
  note(
    findings,
    'Are secrets masked?',
    leaks.length === 0,
    leaks.join(', ') || 'masked',
    'Give back "********" for every writeOnly value that is set, and nothing for one that is not.',
  );
  await askPatches(ask, schema, settings, findings);
  await askRows(ask, schema, settings, findings);
  await askJsonPatch(ask, manifest, settings, findings);
}

async function askPatches(
  ask: Ask,
  schema: { [key: string]: unknown },
  settings: JsonObject,
  findings: Finding[],
): Promise<void> {
  const patch = (body: string, headers: Record<string, string> = {}): Promise<Answer | null> =>
    ask('/plugin/settings', {
      method: 'PATCH',
      body,
      headers: { 'content-type': 'application/merge-patch+json', ...headers },
    });
  const stale = await patch('{}', { 'if-match': '"berth-conformance"' });
  note(
    findings,
    'Is a PATCH with an old If-Match refused with 412?',
    stale?.status === 412,
    seen(stale),
    'Compare If-Match with the present ETag before anything else.',
  );
  // A null that is stored is left out: in a merge patch it would remove.
  const same = await patch(stringifyJson(mergePatch({}, settings)));
  note(
    findings,
    'Is a PATCH of what is there, masks included, accepted?',
    same?.status === 200,
    seen(same),
    'Keep a secret whose mask is sent; answer 200 with the new settings.',
  );
  const isUnchanged = same?.status === 200 && isSame(exactJsonOf(same), settings);
  note(
    findings,
    'Does such a PATCH change nothing?',
    isUnchanged,
    isUnchanged ? 'unchanged' : excerpt(same?.text ?? ''),
    'The mask stands for the secret itself; merge as RFC 7396 says.',
  );
  const list = await patch('[]');
  note(
    findings,
    'Is a PATCH that is no object refused?',
    list?.status === 422 || list?.status === 400,
    seen(list),
    'Answer 422 for a body that is no JSON object.',
  );
  const wrong = wrongPatch(schema, (property) => property['readOnly'] !== true);
  if (wrong) {
    const answer = await patch(JSON.stringify(wrong));
    note(
      findings,
      `Is a wrong type (${Object.keys(wrong).join()}) refused with 422?`,
      answer?.status === 422,
      seen(answer),
      'Validate against settings_schema again by yourself.',
    );
    note(
      findings,
      'Does it say which field, by JSON Pointer?',
      errorPointersIn(answer).some((pointer) => pointer.startsWith('/')),
      excerpt(answer?.text ?? ''),
      'Answer errors: [{pointer, detail}].',
    );
  }
  const readOnly = wrongPatch(schema, (property) => property['readOnly'] === true);
  if (!readOnly) return;
  const answer = await patch(JSON.stringify(readOnly));
  note(
    findings,
    `Is a readOnly value (${Object.keys(readOnly).join()}) protected with 422?`,
    answer?.status === 422,
    seen(answer),
    'Refuse a PATCH that changes a readOnly property.',
  );
}

/** A patch with one property of a type that its schema does not have. */
function wrongPatch(
  schema: { [key: string]: unknown },
  wants: (property: JsonObject) => boolean,
): JsonObject | null {
  const properties = schema['properties'];
  if (!isRecord(properties)) return null;
  for (const [key, property] of Object.entries(properties)) {
    if (
      !isRecord(property) ||
      !wants(property) ||
      typeof property['type'] !== 'string' ||
      property['writeOnly'] === true
    )
      continue;
    return { [key]: property['type'] === 'object' ? 'berth-conformance' : { 'berth-conformance': true } };
  }
  return null;
}

function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Pointers of secrets that are given in clear. */
function leaksIn(schema: SettingsSchema, given: Json): string[] {
  return secretsIn(schema, given).flatMap(({ place, secret }) =>
    isMask(secret) || isUnset(secret) ? [] : [place.pointer || '/'],
  );
}
