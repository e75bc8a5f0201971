/** Reads JSON that a stranger sent: bounded in depth, without keys that reach into prototypes. */
import { pointerPart } from '@berth/plugin-kit/contract/json-pointer.ts';
import { ExactNumber, parseJson, type Json } from '@berth/plugin-kit/contract/exact-json.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';

type Refusal = { ok: false; pointer: string; detail: string };
export type JsonReading = { ok: true; value: unknown } | Refusal;

export const maxJsonDepth = 32;
/** Twice what 256 routes and 500 settings come to. A manifest of 256 KiB can hold ten times as many. */
export const maxManifestValues = 15_000;
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** @param maxValues objects, arrays, texts, numbers … in all, for what is looked at long and often */
export function readGuardedJson(bytes: Buffer, maxValues = Number.POSITIVE_INFINITY): JsonReading {
  const parsed = parsedBy((text): unknown => JSON.parse(text), bytes);
  return parsed.ok ? guardValue(parsed.value, maxValues) : parsed;
}

/** As `readGuardedJson`, for settings: every number keeps its digits. */
export function readExactJson(bytes: Buffer): { ok: true; value: Json } | Refusal {
  const parsed = parsedBy(parseJson, bytes);
  if (!parsed.ok) return parsed;
  const guarded = guardValue(parsed.value);
  return guarded.ok ? parsed : guarded;
}

function parsedBy<Value>(
  parse: (text: string) => Value,
  bytes: Buffer,
): { ok: true; value: Value } | Refusal {
  try {
    return { ok: true, value: parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch (error) {
    // The parser's own words may quote the body.
    if (error instanceof RangeError)
      return { ok: false, pointer: '', detail: say`nested deeper than ${maxJsonDepth} levels` };
    return { ok: false, pointer: '', detail: error instanceof TypeError ? 'not UTF-8' : 'not JSON' };
  }
}

/**
 * As `readGuardedJson`, for what is parsed already. Walks without recursion: what is being measured may be
 * too deep for the stack.
 */
export function guardValue(value: unknown, maxValues = Number.POSITIVE_INFINITY): JsonReading {
  let values = 0;
  const open: { value: unknown; depth: number; pointer: string }[] = [{ value, depth: 1, pointer: '' }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: item, depth, pointer } = next;
    if (++values > maxValues) return { ok: false, pointer: '', detail: say`more than ${maxValues} values` };
    if (typeof item !== 'object' || item === null || item instanceof ExactNumber) continue;
    if (depth > maxJsonDepth)
      return { ok: false, pointer: '', detail: say`nested deeper than ${maxJsonDepth} levels` };
    for (const [key, inner] of Object.entries(item)) {
      if (forbiddenKeys.has(key)) return { ok: false, pointer, detail: say`the key "${key}" is not allowed` };
      open.push({
        value: inner,
        depth: depth + 1,
        pointer: pointer + pointerPart(key),
      });
    }
  }
  return { ok: true, value };
}
