/** What may leave, what may be saved and what is remembered of settings. Pure. */
import { pointerTo } from '@berth/plugin-kit/contract/manifest.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { isObject, maskSecrets, secretMask, type Json, type JsonObject, type SettingsSchema } from '@berth/plugin-kit/contract/settings.ts';
import type { SchemaError } from '../schema/schema-checker.ts';
import type { SettingsChange } from './settings.types.ts';

/** JSON Pointers of the secrets in a value, be it settings or a patch. */
export function secretPointersIn(schema: SettingsSchema, value: JsonObject): Set<string> {
  // The mask shows where secrets are once no value looks like one and none is empty.
  const filled = filledIn(value);
  const found = new Set<string>();
  collect(filled, maskSecrets(schema, filled), '', found);
  return found;
}

/** What became different, leaf by leaf; lists count as one leaf. Both sides are masked. */
export function changesBetween(before: JsonObject, after: JsonObject, secrets: ReadonlySet<string>): SettingsChange[] {
  return differences(before, after, '', secrets);
}

/** Secrets that a patch sets or clears: those that it sends as the mask stay as they are. */
export function secretsChangedBy(schema: SettingsSchema, patch: JsonObject): Set<string> {
  const changed = new Set(secretPointersIn(schema, patch));
  for (const pointer of changed) if (valueAt(patch, pointer) === secretMask) changed.delete(pointer);
  return changed;
}

/**
 * Errors that the mask alone is to blame for are none: it stands for a secret that nobody here knows, so a pattern or
 * a length says nothing about it, nor does a choice that depends on it.
 */
export function withoutMaskErrors(schema: SettingsSchema, value: JsonObject, errors: readonly SchemaError[]): FieldError[] {
  const masked = [...secretPointersIn(schema, value)].filter((pointer) => valueAt(value, pointer) === secretMask);
  const isMasked = ({ pointer }: SchemaError): boolean => masked.includes(pointer);
  const excused = errors.filter(isMasked).map(({ pointer }) => pointer);
  const isWrapper = ({ pointer, keyword }: SchemaError): boolean =>
    ['anyOf', 'oneOf', 'if', 'not'].includes(keyword) && excused.some((inner) => inner === pointer || inner.startsWith(`${pointer}/`));
  return errors.filter((error) => !isMasked(error) && !isWrapper(error)).map(({ pointer, detail }) => ({ pointer, detail }));
}

const maxErrors = 50;
const maxDetail = 300;

/** A container's own field errors, without anything that might be a secret. */
export function safeErrors(schema: SettingsSchema, patch: JsonObject, errors: unknown): FieldError[] {
  if (!Array.isArray(errors)) return [];
  const secrets = secretPointersIn(schema, patch);
  const values = [...secrets].flatMap((pointer) => textsIn(valueAt(patch, pointer)));
  const leaks = (text: string): boolean => values.some((value) => text.includes(value));
  return errors.slice(0, maxErrors).flatMap((error: unknown) => {
    if (!isObject(error)) return [];
    const { pointer, detail } = error;
    if (typeof pointer !== 'string' || pointer.length > 1024 || !/^(?:\/[^\p{Cc}]*)?$/u.test(pointer) || leaks(pointer)) return [];
    const isSecret = [...secrets].some((secret) => pointer === secret || pointer.startsWith(`${secret}/`));
    const words =
      typeof detail === 'string' && !isSecret && !leaks(detail) ? detail.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ').slice(0, maxDetail) : '';
    return [{ pointer, detail: words === '' ? 'is not accepted' : words }];
  });
}

/** A line of the history as the present schema lets it be seen: what is a secret by now is one in the past too. */
export function shownToday(schema: SettingsSchema, change: SettingsChange): SettingsChange {
  if ('secret' in change) return change;
  const { pointer } = change;
  const isSecret = [change.before, change.after].some((value) => value !== undefined && secretPointersIn(schema, placedAt(pointer, value)).size > 0);
  return isSecret ? { pointer, secret: true } : change;
}

/** The settings that hold this value at this pointer, and nothing else. */
function placedAt(pointer: string, value: Json): JsonObject {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  let placed: Json = value;
  for (const key of keys.toReversed()) placed = { [key]: placed };
  return isObject(placed) ? placed : {};
}

function valueAt(value: Json, pointer: string): Json | undefined {
  let at: Json | undefined = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

function filledIn(value: Json): Json {
  if (Array.isArray(value)) return value.map(filledIn);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner)]));
  return 'filled';
}

function collect(filled: Json, masked: Json | undefined, at: string, found: Set<string>): void {
  if (masked === secretMask) found.add(at);
  else if (Array.isArray(filled) && Array.isArray(masked)) filled.forEach((item, index) => collect(item, masked[index], `${at}/${index}`, found));
  else if (isObject(filled) && isObject(masked))
    for (const [key, item] of Object.entries(filled)) collect(item, masked[key], `${at}${pointerTo([key])}`, found);
}

function differences(before: Json | undefined, after: Json | undefined, at: string, secrets: ReadonlySet<string>): SettingsChange[] {
  if (secrets.has(at)) return [{ pointer: at, secret: true }];
  const [old, next] = [isObject(before) ? before : null, isObject(after) ? after : null];
  if (old && next) {
    const keys = new Set([...Object.keys(old), ...Object.keys(next)]);
    return [...keys].flatMap((key) => differences(own(old, key), own(next, key), `${at}${pointerTo([key])}`, secrets));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) {
    // A secret inside a list, or set anew, looks the same on both sides.
    return [...secrets].filter((secret) => secret.startsWith(`${at}/`)).map((pointer) => ({ pointer, secret: true }));
  }
  return [{ pointer: at, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Texts and numbers inside a secret, but for the shortest: "a" would be found in every word. */
function textsIn(value: Json | undefined): string[] {
  if (typeof value === 'string' || typeof value === 'number') return String(value).length >= 3 && value !== secretMask ? [String(value)] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
