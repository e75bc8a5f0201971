/** Settings as a file: out without any secret, and back in over what is there now. */
import {
  isObject,
  isSame,
  type Json,
  type JsonObject,
  parseJson,
  stringifyJson,
} from '@berth/plugin-kit/contract/exact-json.ts';
import { walkSecrets } from '@berth/plugin-kit/contract/secrets.ts';
import { isMask, secretMask } from '@berth/plugin-kit/contract/settings.ts';
import { t } from '#words/words.ts';
import { changesBetween, valueAt, withValue } from './changes.ts';

const fileKind = 'berth-settings';

/** A secret is told as set, and nothing else of it. */
export function exportText(schema: JsonObject, id: string, settings: JsonObject): string {
  const plain = walkSecrets(schema, settings, (secret) => (secret === '' ? undefined : secretMask));
  return `${stringifyJson({ kind: fileKind, of: id, settings: isObject(plain) ? plain : {} }, 2)}\n`;
}

export type ImportReading =
  | { ok: true; next: JsonObject; withoutSecret: string[] }
  | { ok: false; detail: string };

/**
 * What the settings would be. A secret stays as it is where it is told as set; where none is, it has to be
 * typed. What a person cannot change stays.
 * @param isFixed whether the form shows this member and does not let it be changed
 */
export function readImport(
  id: string,
  present: JsonObject,
  { text, isFixed }: { text: string; isFixed: (key: string) => boolean },
): ImportReading {
  let file: Json;
  try {
    file = parseJson(text);
  } catch {
    return { ok: false, detail: t('This is no JSON.') };
  }
  const settings = isObject(file) ? file['settings'] : undefined;
  if (!isObject(file) || file['kind'] !== fileKind || !isObject(settings))
    return { ok: false, detail: t('This is no export of settings of Berth.') };
  if (file['of'] !== id)
    return {
      ok: false,
      detail: t('These are the settings of “{file}”, not of this one.', { file: String(file['of']) }),
    };
  const withoutSecret: string[] = [];
  const own = Object.keys(present).filter(isFixed);
  const others = Object.entries(settings).filter(([key]) => !isFixed(key));
  let next: JsonObject = Object.fromEntries([
    ...own.flatMap((key) => (present[key] === undefined ? [] : [[key, present[key]] as const])),
    ...others,
  ]);
  for (const { path, before, after } of changesBetween(present, next)) {
    if (!holdsMask(after)) continue;
    if (isSame(plainMasks(before ?? null), plainMasks(after ?? null))) next = withValue(next, path, before);
    else if (isMask(after)) {
      withoutSecret.push(path.join('/'));
      next = withValue(next, path, undefined);
    } else {
      withoutSecret.push(path.join('/'));
      next = withValue(next, path, unmasked(after ?? null));
    }
  }
  return { ok: true, next: keptOrder(present, next), withoutSecret };
}

/** Members as they stand now first, so that a review shows changes and no order. */
function keptOrder(present: JsonObject, next: JsonObject): JsonObject {
  const keys = [...new Set([...Object.keys(present), ...Object.keys(next)])];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = valueAt(next, [key]);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

function holdsMask(value: Json | undefined): boolean {
  if (isMask(value)) return true;
  if (Array.isArray(value)) return value.some(holdsMask);
  return isObject(value) && Object.values(value).some(holdsMask);
}

function plainMasks(value: Json): Json {
  if (isMask(value)) return secretMask;
  if (Array.isArray(value)) return value.map(plainMasks);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainMasks(item)]));
}

function unmasked(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => !isMask(item)).map(unmasked);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (isMask(item) ? [] : [[key, unmasked(item)] as const])),
  );
}
