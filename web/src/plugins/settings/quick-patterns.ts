/**
 * A container's patterns run in the reader's browser only as an early hint, on an engine that backtracks: one that
 * might take long is left out here, and the gateway, whose engine is linear, judges it when the form is saved.
 */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/settings.ts';

/** About 50 ms. */
const maxSteps = 5_000_000;

/** The schema without the patterns that could stall on this value. */
export function withoutSlowPatterns(schema: JsonObject, value: unknown): JsonObject {
  const length = longestText(value, 0);
  const cleaned = clean(schema, length);
  return isObject(cleaned) ? cleaned : {};
}

/** @param length of the longest text that it may meet */
export function isQuickPattern(pattern: string, length: number): boolean {
  const cost = costOf(pattern);
  return (
    cost !== null &&
    Math.max(length, 2) ** (cost.repeats + (pattern.startsWith('^') ? 0 : 1)) * 2 ** cost.options <= maxSteps
  );
}

type Cost = { repeats: number; options: number };

/** How often it can choose where to stop; `null` where choices lie in choices, or look around. */
function costOf(pattern: string): Cost | null {
  const groups: { repeats: number; hasChoice: boolean }[] = [{ repeats: 0, hasChoice: false }];
  let options = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at];
    const group = groups.at(-1);
    if (!group) return null;
    if (char === '\\') {
      at += 1;
      if (/[1-9k]/.test(pattern[at] ?? '')) return null;
    } else if (char === '[') at = endOfClass(pattern, at);
    else if (char === '(') {
      if (/^\(\?(?!:)/.test(pattern.slice(at))) return null;
      if (pattern[at + 1] === '?') at += 2;
      groups.push({ repeats: 0, hasChoice: false });
    } else if (char === ')') {
      const inner = groups.pop();
      const outer = groups.at(-1);
      if (!inner || !outer) return null;
      if (/[*+{]/.test(pattern[at + 1] ?? '') && (inner.repeats > 0 || inner.hasChoice)) return null;
      outer.repeats += inner.repeats;
      outer.hasChoice ||= inner.hasChoice;
    } else if (char === '|') group.hasChoice = true;
    else if (char === '*' || char === '+' || char === '{') {
      group.repeats += 1;
      if (char === '{') at = Math.max(at, pattern.indexOf('}', at));
      if (pattern[at + 1] === '?') at += 1;
    } else if (char === '?') {
      options += 1;
      group.hasChoice = true;
    }
  }
  const [whole] = groups;
  return groups.length === 1 && whole ? { repeats: whole.repeats, options } : null;
}

function endOfClass(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1;
    else if (pattern[at] === ']') return at;
  }
  return pattern.length;
}

/** Values, not schemas: nothing in them is a keyword. */
const values = ['const', 'enum', 'default', 'examples'];

function clean(schema: Json, length: number): Json {
  if (Array.isArray(schema)) return schema.map((item) => clean(item, length));
  if (!isObject(schema)) return schema;
  const { patternProperties } = schema;
  const isSlowMap =
    isObject(patternProperties) &&
    Object.keys(patternProperties).some((pattern) => !isQuickPattern(pattern, length));
  const out: JsonObject = {};
  for (const [key, member] of Object.entries(schema)) {
    if (member === undefined) continue;
    if (key === 'pattern' && typeof member === 'string' && !isQuickPattern(member, length)) continue;
    // Without its patterns nobody can say which names are left over.
    if (isSlowMap && ['patternProperties', 'additionalProperties', 'unevaluatedProperties'].includes(key))
      continue;
    out[key] = values.includes(key) ? member : clean(member, length);
  }
  return out;
}

function longestText(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || depth > 40) return 0;
  return Object.entries(value).reduce(
    (longest, [key, item]) => Math.max(longest, key.length, longestText(item, depth + 1)),
    0,
  );
}
