/**
 * Objects: members, what is required, what holds on a condition; and maps, whose entries are named by a
 * person.
 */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { t } from '#words/words.ts';
import { commonOf, hintOf, hintsBelow } from '../form-hints.ts';
import type { Condition, Field, Part } from '../form-plan.types.ts';
import { mergedSchema } from '../form-schema.ts';
import { freeField, freeMap } from './free.plan.ts';
import {
  deeper,
  maxDepth,
  maxNodesOfPart,
  noPart,
  type Place,
  resolve,
  strings,
  type Walk,
} from './plan-walk.ts';
import { shapesField } from './shapes.plan.ts';

export function objectField(schema: JsonObject, place: Place, walk: Walk): Field {
  const declared = isObject(schema['properties']) ? schema['properties'] : {};
  const part = partOf(schema, {}, place.hints, walk);
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

/** An object of which nothing is declared: at the top it is a form of nothing, below, entries by name. */
function emptyGroup(schema: JsonObject, place: Place, walk: Walk): Field {
  if (walk.depth > 0) return freeMap(schema, place);
  return { ...commonOf(schema, place), ...noPart, kind: 'group', order: [], extra: null };
}

/** The field of each entry that is not declared by name, where the schema says what it is. */
export function extraOf(schema: JsonObject, place: Place, walk: Walk): Field | null {
  const patterns = isObject(schema['patternProperties']) ? Object.values(schema['patternProperties']) : [];
  const extra = schema['additionalProperties'];
  const known = [...patterns, ...(isObject(extra) ? [extra] : [])];
  const [only] = known;
  const below = { hints: hintsBelow(place.hints, 'additionalProperties'), name: t('Value') };
  // Beside members with names of their own, others are welcome where the schema says so.
  if (only === undefined)
    return extra === true && isObject(schema['properties']) ? freeField({}, below) : null;
  if (known.length === 1) return walk.plan(only, below, deeper(walk));
  const fields = known.map((one) => ({
    schema: isObject(one) ? one : {},
    field: walk.plan(one, below, deeper(walk)),
  }));
  return shapesField({}, below, { shapes: fields, hasNull: false });
}

/**
 * Properties, what is required and what holds on a condition. What cannot be read narrows, and shows nothing.
 */
export function partOf(schema: JsonObject, outer: JsonObject, hints: JsonObject, walk: Walk): Part {
  const declared = isObject(schema['properties']) ? schema['properties'] : {};
  const members = new Map<string, Field>();
  for (const [key, inner] of Object.entries(declared))
    members.set(key, memberField(key, inner, { outer, hints }, walk));
  const known: JsonObject = { ...outer, ...declared };
  const required = new Set(strings(schema['required']));
  const conditions: Condition[] = [];
  for (const part of listAt(schema, 'allOf')) {
    const inner = branchOf(part, known, hints, deeper(walk));
    for (const [key, field] of inner.members) members.set(key, field);
    for (const key of inner.required) required.add(key);
    conditions.push(...inner.conditions);
  }
  for (const [when, yes, no] of conditionsOf(schema)) {
    const [one, other] = [yes, no].map((branch) => branchOf(branch, known, hints, deeper(walk)));
    if (one && other && canJudge(when)) conditions.push({ when, yes: one, no: other });
    else addOptional(members, [one, other], known);
  }
  const branches = [...listAt(schema, 'anyOf'), ...listAt(schema, 'oneOf')];
  if (Array.isArray(schema['anyOf']) || Array.isArray(schema['oneOf']))
    addOptional(
      members,
      branches.map((branch) => branchOf(branch, known, hints, deeper(walk))),
      known,
    );
  return { members, required: [...required], conditions };
}

/** Members of branches among which nothing here can tell: each can be set, and none must be. */
function addOptional(
  members: Map<string, Field>,
  parts: readonly (Part | undefined)[],
  known: JsonObject,
): void {
  for (const part of parts)
    for (const [key, field] of part?.members ?? [])
      if (!members.has(key) && !Object.hasOwn(known, key)) members.set(key, field);
}

function listAt(schema: JsonObject, key: string): Json[] {
  const list = schema[key];
  return Array.isArray(list) ? list.slice(0, 64) : [];
}

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
function branchOf(branch: Json, outer: JsonObject, hints: JsonObject, walk: Walk): Part {
  const resolved = isObject(branch) && walk.depth <= maxDepth ? resolve(branch, walk) : null;
  return resolved ? partOf(resolved.schema, outer, hints, resolved.walk) : noPart;
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
  const isSure =
    narrowed && narrowed.kind !== 'json' && narrowed.kind !== 'choice' && narrowed.kind !== 'shapes';
  if (isSure) return narrowed;
  const wide = walk.plan(base.schema, place, below);
  return narrowed?.kind === 'choice' ? narrowed : wide;
}

/** A condition is judged with the definitions at hand, and nothing else of the document. */
function canJudge(when: JsonObject): boolean {
  const references = JSON.stringify(when).matchAll(/"\$ref":"([^"]*)"/g);
  return [...references].every(([, reference = '']) => /^#\/(?:\$defs|definitions)\//.test(reference));
}
