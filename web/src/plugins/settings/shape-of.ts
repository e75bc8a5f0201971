/** Which of several shapes a value has. */
import { isSame, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { isGroup, isSettled, settledPart, type Slot } from './draft.ts';
import { keysOf } from './fields/sections.ts';
import { fits } from './fits.ts';
import type { Field, Shape, ShapesField } from './form-plan.types.ts';
import { judge } from './judge.ts';

/** @returns its place among the shapes, or -1 where nothing is set, or nothing that any of them shows */
export function shapeOf(field: ShapesField, value: Slot, definitions: JsonObject): number {
  const { shapes } = field;
  if (value === undefined || value === null) return -1;
  if (field.isFree && isLarge(value)) return shapes.length - 1;
  const fitting = shapes.filter(({ field }) => isLike(field, value));
  const [first, second] = fitting;
  if (!first || !second || second.field.kind === 'json') return first ? shapes.indexOf(first) : -1;
  const judged = fitting.filter(({ field }) => field.kind !== 'json');
  const valid = judged.find((shape) => isValid(shape, value, definitions));
  const known = judged.toSorted((one, other) => strangers(one, value) - strangers(other, value));
  return shapes.indexOf(valid ?? known[0] ?? first);
}

/** A free value of more parts than this is read better as JSON. */
const maxFreeParts = 120;

function isLarge(value: Slot): boolean {
  let count = 0;
  const open: Slot[] = [value];
  for (let next = open.pop(); next !== undefined && count <= maxFreeParts; next = open.pop()) {
    count++;
    if (Array.isArray(next)) open.push(...next);
    else if (isGroup(next)) open.push(...Object.values(next));
  }
  return count > maxFreeParts;
}

/** A choice is of what it offers: another text may be of another shape. */
function isLike(field: Field, value: Slot): boolean {
  if (!fits(field, value)) return false;
  if (field.kind !== 'choice' || !isSettled(value)) return true;
  return field.options.some((option) => isSame(option.value, value));
}

function isValid({ schema }: Shape, value: Slot, definitions: JsonObject): boolean {
  const settled = settledPart(value);
  if (settled === undefined || Object.keys(schema).length === 0) return false;
  try {
    return judge({ ...definitions, ...schema }, settled).valid;
  } catch {
    return false;
  }
}

/** How many of its members this shape does not know. */
function strangers({ field }: Shape, value: Slot): number {
  if (field.kind !== 'group' || !isGroup(value)) return 0;
  const known = keysOf(field);
  return Object.keys(value).filter((key) => !known.has(key)).length;
}
