/** Objects: members, what is required, what holds on a condition; and maps, whose entries are named by a person. */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { commonOf, hintOf, hintsBelow } from '../form-hints.ts';
import type { Condition, Field, Part } from '../form-plan.types.ts';
import { mergedSchema } from '../form-schema.ts';
import {
  deeper,
  jsonField,
  maxDepth,
  maxNodesOfPart,
  noPart,
  type Place,
  resolve,
  strings,
  texts,
  type Walk,
} from './plan-walk.ts';

export function objectField(schema: JsonObject, place: Place, walk: Walk): Field {
  const declared = isObject(schema['properties']) ? schema['properties'] : {};
  const part = partOf(schema, {}, place.hints, walk);
  if (part === null) return jsonField(schema, place);
  const extra = extraOf(schema, place, walk);
  const isMap = Object.keys(declared).length === 0 && part.conditions.length === 0 && part.members.size === 0;
  if (isMap)
    return extra
      ? { ...commonOf(schema, place), kind: 'map', entry: extra }
      : emptyGroup(schema, place, walk);
  const order = hintOf(place.hints, 'order');
  const named = Array.isArray(order) ? order.filter((key) => typeof key === 'string') : [];
  return { ...commonOf(schema, place), ...part, kind: 'group', order: named, extra };
}

/** An object of which nothing is declared: at the top it is a form of nothing, below a JSON editor. */
function emptyGroup(schema: JsonObject, place: Place, walk: Walk): Field {
  if (walk.depth > 0) return jsonField(schema, place);
  return { ...commonOf(schema, place), ...noPart, kind: 'group', order: [], extra: null };
}

/** The field of each entry that is not declared by name, where the schema says what it is. */
export function extraOf(schema: JsonObject, place: Place, walk: Walk): Field | null {
  const patterns = isObject(schema['patternProperties']) ? Object.values(schema['patternProperties']) : [];
  const extra = schema['additionalProperties'];
  const known = [...patterns, ...(isObject(extra) ? [extra] : [])];
  const [only] = known;
  if (only === undefined) return null;
  const below = { hints: hintsBelow(place.hints, 'additionalProperties'), name: 'Value' };
  return known.length === 1 ? walk.plan(only, below, deeper(walk)) : jsonField({}, below);
}

/** Properties, what is required and what holds on a condition; `null` where no form can show it. */
export function partOf(schema: JsonObject, outer: JsonObject, hints: JsonObject, walk: Walk): Part | null {
  const declared = isObject(schema['properties']) ? schema['properties'] : {};
  const members = new Map<string, Field>();
  for (const [key, inner] of Object.entries(declared))
    members.set(key, memberField(key, inner, { outer, hints }, walk));
  const known: JsonObject = { ...outer, ...declared };
  const required = new Set(strings(schema['required']));
  const conditions: Condition[] = [];
  const parts = Array.isArray(schema['allOf']) ? schema['allOf'] : [];
  for (const part of parts) {
    const resolved = resolve(part, walk);
    if (!resolved) return null;
    if (!Object.keys(resolved.schema).every((key) => partKeywords.includes(key))) return null;
    const inner = partOf(resolved.schema, known, hints, deeper(resolved.walk));
    if (!inner) return null;
    for (const [key, field] of inner.members) members.set(key, field);
    for (const key of inner.required) required.add(key);
    conditions.push(...inner.conditions);
  }
  for (const [when, yes, no] of conditionsOf(schema)) {
    if (!canJudge(when)) return null;
    const [one, other] = [yes, no].map((branch) => branchOf(branch, known, hints, deeper(walk)));
    if (!one || !other) return null;
    conditions.push({ when, yes: one, no: other });
  }
  return { members, required: [...required], conditions };
}

const partKeywords = [
  ...texts,
  'properties',
  'required',
  'type',
  'if',
  'then',
  'else',
  'allOf',
  'additionalProperties',
  'not',
  'minProperties',
  'maxProperties',
];

/** `if/then/else`, and what depends on a member being there, as conditions alike. */
function conditionsOf(schema: JsonObject): [when: JsonObject, yes: Json, no: Json][] {
  const found: [JsonObject, Json, Json][] = [];
  if (isObject(schema['if'])) found.push([schema['if'], schema['then'] ?? {}, schema['else'] ?? {}]);
  for (const keyword of ['dependentRequired', 'dependentSchemas', 'dependencies']) {
    const members = schema[keyword];
    if (!isObject(members)) continue;
    for (const [key, member] of Object.entries(members))
      found.push([{ required: [key] }, Array.isArray(member) ? { required: member } : member, {}]);
  }
  return found;
}

/** A branch that says nothing of members narrows only what is valid. */
function branchOf(branch: Json, outer: JsonObject, hints: JsonObject, walk: Walk): Part | null {
  if (!isObject(branch)) return noPart;
  const resolved = resolve(branch, walk);
  return resolved && walk.depth <= maxDepth ? partOf(resolved.schema, outer, hints, resolved.walk) : null;
}

/** A member that is declared outside too is the outer one, narrowed; never less than the outer one shows. */
function memberField(
  key: string,
  inner: Json,
  { outer, hints }: { outer: JsonObject; hints: JsonObject },
  walk: Walk,
): Field {
  const place = { hints: hintsBelow(hints, key), name: key };
  const below =
    walk.depth === 0
      ? { ...deeper(walk), budgets: [...walk.budgets, { nodes: maxNodesOfPart }] }
      : deeper(walk);
  const base = Object.hasOwn(outer, key) ? resolve(outer[key], walk) : null;
  if (!base) return walk.plan(inner, place, below);
  const narrow = resolve(inner, walk);
  const narrowed = narrow ? walk.plan(mergedSchema(base.schema, narrow.schema), place, below) : null;
  if (narrowed && narrowed.kind !== 'json' && narrowed.kind !== 'choice') return narrowed;
  const wide = walk.plan(base.schema, place, below);
  return narrowed && (narrowed.kind === 'choice' || wide.kind === 'json') ? narrowed : wide;
}

/** A condition is judged with the definitions at hand, and nothing else of the document. */
function canJudge(when: JsonObject): boolean {
  const references = JSON.stringify(when).matchAll(/"\$ref":"([^"]*)"/g);
  return [...references].every(([, reference = '']) => /^#\/(?:\$defs|definitions)\//.test(reference));
}
