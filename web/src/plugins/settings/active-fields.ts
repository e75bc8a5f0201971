/** Which members a group has at the moment: conditions show and hide fields, and never touch a value. */
import type { Json, JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { branchOf } from './branch-of.ts';
import { isGroup, memberOf, type Slot, settledPart } from './draft.ts';
import { keysOf, orderedKeys } from './fields/sections.ts';
import type { Field, GroupField, Part } from './form-plan.types.ts';
import { judge } from './judge.ts';
import { shapeOf } from './shape-of.ts';

export type Active = {
  /** In their order on the page. */
  fields: { key: string; field: Field; isRequired: boolean }[];
  /** What is set and not described by name. */
  others: string[];
};

/** @param definitions the `$defs` of the whole schema, for conditions that refer to them */
export function activeFields(group: GroupField, value: Slot, definitions: JsonObject): Active {
  const fields = new Map<string, Field>();
  const required = new Set<string>();
  const plain = group.conditions.length > 0 ? (settledPart(value) ?? {}) : {};
  addPart(group, plain, { fields, required, definitions });
  const known = keysOf(group);
  return {
    fields: orderedKeys(group).flatMap((key) => {
      const field = fields.get(key);
      return field ? [{ key, field, isRequired: required.has(key) }] : [];
    }),
    others: isGroup(value) ? Object.keys(value).filter((key) => !known.has(key)) : [],
  };
}

type Gathering = { fields: Map<string, Field>; required: Set<string>; definitions: JsonObject };

function addPart(part: Part, value: Json, gathering: Gathering): void {
  for (const [key, field] of part.members) gathering.fields.set(key, field);
  for (const key of part.required) gathering.required.add(key);
  for (const { when, yes, no } of part.conditions)
    addPart(holds(when, value, gathering.definitions) ? yes : no, value, gathering);
}

function holds(when: JsonObject, value: Json, definitions: JsonObject): boolean {
  try {
    return judge({ ...definitions, ...when }, value).valid;
  } catch {
    return false;
  }
}

export function definitionsOf(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => key === '$defs' || key === 'definitions'),
  );
}

/** The pointer of the nearest field that is drawn: where an error about this place is said. */
export function homeOf(
  field: Field,
  value: Slot,
  path: readonly string[],
  definitions: JsonObject,
): string[] {
  const [key, ...rest] = path;
  if (key === undefined) return [];
  const below = fieldBelow(field, value, key, definitions);
  if (!below) return [];
  return [key, ...homeOf(below, slotBelow(value, key), rest, definitions)];
}

function fieldBelow(field: Field, value: Slot, key: string, definitions: JsonObject): Field | null {
  if (field.kind === 'list') return Array.isArray(value) && Number(key) < value.length ? field.item : null;
  if (field.kind === 'tuple') return placeOf(field, value, Number(key));
  if (field.kind === 'shapes') {
    const shape = field.shapes[shapeOf(field, value, definitions)];
    return shape ? fieldBelow(shape.field, value, key, definitions) : null;
  }
  if (field.kind === 'map') return slotBelow(value, key) === undefined ? null : field.entry;
  const group = field.kind === 'kinds' ? branchOf(field, value)?.group : field;
  if (group?.kind !== 'group') return null;
  const { fields, others } = activeFields(group, value, definitions);
  const own = fields.find((member) => member.key === key)?.field;
  if (own) return own;
  return others.includes(key) ? (group.extra ?? { ...group, kind: 'json' }) : null;
}

function placeOf(field: Extract<Field, { kind: 'tuple' }>, value: Slot, index: number): Field | null {
  const place = field.places[index];
  if (place || !Array.isArray(value) || !(index < value.length)) return place ?? null;
  return field.rest ?? { ...field, kind: 'json' };
}

function slotBelow(value: Slot, key: string): Slot {
  if (Array.isArray(value)) return value[Number(key)];
  const plain = isGroup(value) ? value : settledPart(value);
  return memberOf(plain, key);
}
