/**
 * The way through a schema while it is planned: what is left to spend, which references led here, and where
 * it is.
 */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { commonOf } from '../form-hints.ts';
import type { Field, JsonField, Part } from '../form-plan.types.ts';
import { lookUp } from '../form-schema.ts';

export type Walk = {
  root: JsonObject;
  stack: readonly string[];
  depth: number;
  budgets: { nodes: number }[];
  /** Plans a part of any kind: kinds hold parts of other kinds, themselves among them. */
  plan: Planner;
};
export type Planner = (given: Json | undefined, place: Place, walk: Walk) => Field;
/** A part of the schema, with its hints and the name that it has where it stands. */
export type Place = { hints: JsonObject; name: string };

export const maxDepth = 10;
/** A part at the top cannot use up what the others need. */
export const maxNodesOfPart = 1200;
export const maxNodes = 6000;
export const texts = ['title', 'description', '$comment'];
export const noPart: Part = { members: new Map(), required: [], conditions: [] };

/**
 * Follows `$ref` inside the schema; `null` where it leads nowhere, outside, or back to where it came from.
 */
export function resolve(given: Json | undefined, walk: Walk): { schema: JsonObject; walk: Walk } | null {
  let schema = given;
  let { stack } = walk;
  while (isObject(schema) && schema['$ref'] !== undefined) {
    const { $ref: reference, ...siblings }: JsonObject = schema;
    if (typeof reference !== 'string' || stack.includes(reference)) return null;
    const target = lookUp(walk.root, reference);
    if (!isObject(target)) return null;
    stack = [...stack, reference];
    schema = { ...target, ...siblings };
  }
  return isObject(schema) ? { schema, walk: { ...walk, stack } } : null;
}

export function deeper(walk: Walk): Walk {
  return { ...walk, depth: walk.depth + 1 };
}

export function jsonField(schema: JsonObject, place: Place): JsonField {
  return { ...commonOf(schema, place), kind: 'json' };
}

export function numberAt(schema: JsonObject, key: string): number | undefined {
  const value = schema[key];
  return typeof value === 'number' ? value : undefined;
}

export function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
