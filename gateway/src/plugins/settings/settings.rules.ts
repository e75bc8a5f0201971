/** What may leave, what may be saved and what is remembered of settings. Pure. */
import { createHash } from 'node:crypto';
import { isNumber, stringifyJson } from '@berth/plugin-kit/contract/exact-json.ts';
import { pathOf, pointerTo } from '@berth/plugin-kit/contract/json-pointer.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { secretsIn, walkSecrets } from '@berth/plugin-kit/contract/secrets.ts';
import {
  isMask,
  isObject,
  isSame,
  isUnset,
  secretMask,
  type Json,
  type JsonObject,
  type SettingsSchema,
} from '@berth/plugin-kit/contract/settings.ts';
import type { SettingsChange } from './settings.types.ts';

/** JSON Pointers of the secrets in a value, be it settings or a patch. */
export function secretPointersIn(schema: SettingsSchema, value: JsonObject): Set<string> {
  return new Set(secretsIn(schema, value).map(({ place }) => place.pointer));
}

/** What became different, leaf by leaf; lists count as one leaf. Both sides are masked, without keys. */
export function changesBetween(
  before: JsonObject,
  after: JsonObject,
  secrets: ReadonlySet<string>,
): SettingsChange[] {
  return differences(before, after, '', secrets);
}

/**
 * Secrets that a change sets, clears or moves: a mask that stands where it stood stays as it is. Both sides
 * are masked, but for new secrets.
 */
export function secretsChanged(schema: SettingsSchema, before: JsonObject, wanted: JsonObject): Set<string> {
  const [old, next] = [before, wanted].map(
    (value) =>
      new Map(
        secretsIn(schema, value).flatMap(({ place, secret }) =>
          isUnset(secret) ? [] : [[place.pointer, secret]],
        ),
      ),
  );
  const pointers = new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])]);
  return new Set(
    [...pointers].filter((pointer) => {
      const secret = next?.get(pointer);
      return !isMask(secret) || secret !== old?.get(pointer);
    }),
  );
}

/**
 * The version of settings whose container gives none. Made of what is shown, so that it tells nothing more.
 */
export function versionOf(masked: JsonObject): string {
  return `"berth-${createHash('sha256').update(stringifyJson(masked)).digest('base64url').slice(0, 27)}"`;
}

/**
 * Only what is plain is decided here, lists and weak tags are the container's to compare; but a version of
 * ours is ours.
 */
export function isOutdated(ifMatch: string | null, etag: string | null, isOurs: boolean): boolean {
  if (ifMatch === null || etag === null) return false;
  if (isOurs) return !(ifMatch.match(/\*|"[^"]*"/g) ?? []).some((tag) => tag === '*' || tag === etag);
  return /^"[^"]*"$/.test(ifMatch) && ifMatch !== etag;
}

/**
 * The version to ask the container for: the caller's, where the container gives versions. Without one, a mask
 * in a row keeps what was there when the change was checked, so that very version is asked for (a weak one
 * cannot be).
 */
export function versionFor(
  schema: SettingsSchema,
  wanted: JsonObject,
  present: string | null,
  ifMatch: string | null,
): string | null {
  if (present === null || ifMatch !== null || present.startsWith('W/'))
    return present === null ? null : ifMatch;
  return secretsIn(schema, wanted).some(({ secret, place }) => place.isInRow && isMask(secret))
    ? present
    : null;
}

/** The same masks for all, whichever secrets they stand for. */
export function withoutKeys(schema: SettingsSchema, value: JsonObject): JsonObject {
  const plain = walkSecrets(schema, value, (secret) => (isMask(secret) ? secretMask : secret));
  return isObject(plain) ? plain : {};
}

const maxErrors = 50;
const maxDetail = 300;

/** A container's own field errors, without anything that might be a secret. */
export function safeErrors(schema: SettingsSchema, wanted: JsonObject, errors: unknown): FieldError[] {
  if (!Array.isArray(errors)) return [];
  const found = secretsIn(schema, wanted);
  const secrets = found.map(({ place }) => place.pointer);
  const values = found.flatMap(({ secret }) => textsIn(secret));
  const leaks = (text: string): boolean => values.some((value) => text.includes(value));
  return errors.slice(0, maxErrors).flatMap((error: unknown) => {
    if (!isObject(error)) return [];
    const { pointer, detail } = error;
    if (
      typeof pointer !== 'string' ||
      pointer.length > 1024 ||
      !/^(?:\/[^\p{Cc}]*)?$/u.test(pointer) ||
      leaks(pointer)
    )
      return [];
    const isSecret = secrets.some((secret) => pointer === secret || pointer.startsWith(`${secret}/`));
    const words =
      typeof detail === 'string' && !isSecret && !leaks(detail)
        ? detail.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ').slice(0, maxDetail)
        : '';
    return [{ pointer, detail: words === '' ? 'is not accepted' : words }];
  });
}

/** A container's own words about a draft, without anything that might be a secret of it. */
export function safeText(schema: SettingsSchema, draft: JsonObject, text: string): string {
  const values = secretsIn(schema, draft).flatMap(({ secret }) => textsIn(secret));
  if (values.some((value) => text.includes(value))) return '';
  return text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ').slice(0, maxDetail);
}

/**
 * A line of the history as the present schema lets it be seen: what is a secret by now is one in the past
 * too.
 */
export function shownToday(schema: SettingsSchema, change: SettingsChange): SettingsChange {
  if ('secret' in change) return change;
  const { pointer } = change;
  const isSecret = [change.before, change.after].some(
    (value) => value !== undefined && secretPointersIn(schema, placedAt(pointer, value)).size > 0,
  );
  return isSecret ? { pointer, secret: true } : change;
}

/** The settings that hold this value at this pointer, and nothing else. */
function placedAt(pointer: string, value: Json): JsonObject {
  let placed: Json = value;
  for (const key of pathOf(pointer).toReversed()) placed = { [key]: placed };
  return isObject(placed) ? placed : {};
}

function differences(
  before: Json | undefined,
  after: Json | undefined,
  at: string,
  secrets: ReadonlySet<string>,
): SettingsChange[] {
  if (secrets.has(at)) return [{ pointer: at, secret: true }];
  const [old, next] = [isObject(before) ? before : null, isObject(after) ? after : null];
  if (old && next) {
    const keys = new Set([...Object.keys(old), ...Object.keys(next)]);
    return [...keys].flatMap((key) =>
      differences(own(old, key), own(next, key), `${at}${pointerTo([key])}`, secrets),
    );
  }
  if (isSame(before, after)) {
    // A secret inside a list, or set anew, looks the same on both sides.
    return [...secrets]
      .filter((secret) => secret.startsWith(`${at}/`))
      .map((pointer) => ({ pointer, secret: true }));
  }
  return [
    { pointer: at, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) },
  ];
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Texts and numbers inside a secret, but for the shortest: "a" would be found in every word. */
function textsIn(value: Json | undefined): string[] {
  if (typeof value === 'string' || isNumber(value))
    return String(value).length >= 3 && !isMask(value) ? [String(value)] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
