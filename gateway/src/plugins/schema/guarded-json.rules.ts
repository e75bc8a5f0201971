/** Reads JSON that a stranger sent: bounded in depth, without keys that reach into prototypes. */

export type JsonReading = { ok: true; value: unknown } | { ok: false; pointer: string; detail: string };

export const maxJsonDepth = 32;
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export function readGuardedJson(bytes: Buffer): JsonReading {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    // The parser's own words may quote the body.
    return { ok: false, pointer: '', detail: error instanceof TypeError ? 'not UTF-8' : 'not JSON' };
  }
  return guardValue(value);
}

/** As `readGuardedJson`, for what is parsed already. Walks without recursion: what is being measured may be too deep for the stack. */
export function guardValue(value: unknown): JsonReading {
  const open: { value: unknown; depth: number; pointer: string }[] = [{ value, depth: 1, pointer: '' }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: item, depth, pointer } = next;
    if (typeof item !== 'object' || item === null) continue;
    if (depth > maxJsonDepth) return { ok: false, pointer: '', detail: `nested deeper than ${maxJsonDepth} levels` };
    for (const [key, inner] of Object.entries(item)) {
      if (forbiddenKeys.has(key)) return { ok: false, pointer, detail: `the key "${key}" is not allowed` };
      open.push({ value: inner, depth: depth + 1, pointer: `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}` });
    }
  }
  return { ok: true, value };
}
