/** `oneOf`, `anyOf`, `allOf` and several types: one part that may be of several shapes. */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { t } from '#words/words.ts';
import { commonOf, hintOf, plain } from '../form-hints.ts';
import type { Branch, Field, GroupField } from '../form-plan.types.ts';
import { isNullSchema, mergedSchema, typeOf, typesOf } from '../form-schema.ts';
import { extraOf, partOf } from './group.plan.ts';
import { deeper, jsonField, type Place, resolve, strings, texts, type Walk } from './plan-walk.ts';
import { shapesField } from './shapes.plan.ts';

/** More than these are no choice that a person can survey. */
const maxBranches = 24;

/**
 * `X or null` is a nullable X; objects that one constant member tells apart are kinds; other shapes are
 * chosen.
 */
export function union(schema: JsonObject, place: Place, walk: Walk): Field {
  const { oneOf, anyOf, ...rest } = schema;
  const list = oneOf ?? anyOf;
  if (!Array.isArray(list) || list.length > maxBranches) return jsonField(schema, place);
  const real = list.filter((item) => !isNullSchema(item));
  const hasNull = real.length < list.length;
  const [only] = real;
  if (real.length === 1 && isObject(only)) {
    const field = walk.plan({ ...only, ...rest }, place, walk);
    return hasNull ? withNull(field) : field;
  }
  const field = kinds(schema, real, place, walk);
  if (field) return { ...field, isNullable: hasNull || field.isNullable };
  return shapesOf(schema, rest, real, { place, walk, hasNull });
}

function withNull(field: Field): Field {
  if (field.kind !== 'choice') return { ...field, isNullable: true };
  return { ...field, options: [...field.options, { value: null, label: t('No value') }] };
}

type Standing = { place: Place; walk: Walk; hasNull: boolean };

/** Each branch with what is said beside the branches. */
function shapesOf(schema: JsonObject, rest: JsonObject, list: Json[], standing: Standing): Field {
  const { place, walk, hasNull } = standing;
  const shared = withoutWords(rest);
  const shapes = list.flatMap((item) => {
    if (!isObject(item)) return item === true ? [{ schema: {}, field: jsonField({}, place) }] : [];
    const resolved = resolve(item, walk);
    if (!resolved) return [{ schema: item, field: jsonField(item, place) }];
    const whole = mergedSchema(shared, resolved.schema);
    return [{ schema: whole, field: walk.plan(whole, place, deeper(resolved.walk)) }];
  });
  return shapesField(schema, place, { shapes, hasNull });
}

/** `type: [text, number]`: one shape for each type beside null. */
export function severalTypes(schema: JsonObject, place: Place, walk: Walk): Field {
  const { type: _, ...shared } = withoutWords(schema);
  const shapes = typesOf(schema).map((type) => {
    const one = { ...shared, type };
    return { schema: one, field: walk.plan(one, place, deeper(walk)) };
  });
  return shapesField(schema, place, { shapes, hasNull: false });
}

/** What is said of the whole is said once, and not of each shape again. */
function withoutWords(schema: JsonObject): JsonObject {
  const own = ['title', 'description', 'default', 'examples'];
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !own.includes(key)));
}

/** A select for the kind, then that kind's own fields. */
function kinds(schema: JsonObject, list: readonly Json[], place: Place, walk: Walk): Field | null {
  if (schema['properties'] !== undefined) return null;
  const resolved = list.map((item) => resolve(item, walk));
  const objects = resolved.flatMap((item) => {
    const properties = item?.schema['properties'];
    return item && isObject(properties) ? [{ ...item, properties }] : [];
  });
  const [first] = objects;
  if (objects.length !== list.length || !first) return null;
  const discriminator = Object.keys(first.properties).find((name) => {
    const tags = objects.map(({ properties }) => tagOf(properties, name));
    return (
      tags.every((tag) => tag !== undefined) &&
      new Set(tags.map((tag) => JSON.stringify(tag))).size === objects.length
    );
  });
  if (discriminator === undefined) return null;
  const branches: Branch[] = [];
  for (const { schema: one, walk: inner, properties } of objects) {
    const { [discriminator]: member, ...others } = properties;
    const required = strings(one['required']).filter((name) => name !== discriminator);
    const part = partOf({ ...one, properties: others, required }, {}, place.hints, deeper(inner));
    const tag = tagOf(properties, discriminator) ?? null;
    const title = plain(one['title']) || (isObject(member) ? plain(member['title']) : '') || String(tag);
    const order = hintOf(place.hints, 'order');
    const group: GroupField = {
      ...commonOf({}, { hints: {}, name: title }),
      ...part,
      kind: 'group',
      order: strings(order),
      extra: extraOf(one, place, inner),
    };
    branches.push({ title, tag, group });
  }
  return { ...commonOf(schema, place), kind: 'kinds', discriminator, branches };
}

function tagOf(properties: JsonObject, key: string): Json | undefined {
  const member = Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (!isObject(member)) return undefined;
  return (
    member['const'] ??
    (Array.isArray(member['enum']) && member['enum'].length === 1 ? member['enum'][0] : undefined)
  );
}

/** Whether the branches only narrow what the schema says by itself: one control shows them all. */
export function isOfOneShape(schema: JsonObject, list: Json): boolean {
  if (typeOf(schema) === undefined || !Array.isArray(list)) return false;
  const declared = isObject(schema['properties']) ? schema['properties'] : {};
  return list.every((item) => isObject(item) && isNarrowing(item, schema, declared));
}

const narrowing: ReadonlySet<string> = new Set(
  `required not pattern enum const minimum maximum minLength maxLength format exclusiveMinimum exclusiveMaximum
  multipleOf minItems maxItems minProperties maxProperties additionalProperties default examples`
    .split(/\s+/)
    .concat(texts),
);

/** It says nothing of a member that is not declared outside, and no other type. */
function isNarrowing(branch: JsonObject, schema: JsonObject, declared: JsonObject): boolean {
  return Object.entries(branch).every(([key, value]) => {
    if (key === 'type') return value === schema['type'];
    if (key !== 'properties') return narrowing.has(key);
    return isObject(value) && Object.keys(value).every((name) => Object.hasOwn(declared, name));
  });
}

/** `allOf` of plain parts is one schema, as generators write a reference with a title of its own. */
export function allOf(schema: JsonObject, place: Place, walk: Walk): Field {
  const { allOf: parts, ...own } = schema;
  if (!Array.isArray(parts)) return jsonField(schema, place);
  const resolved = parts.map((part) => resolve(part, walk));
  const [first] = resolved;
  if (!first || resolved.includes(null) || resolved.length > 8) return jsonField(schema, place);
  const whole = resolved.reduce<JsonObject>((merged, part) => mergedSchema(merged, part?.schema ?? {}), {});
  return walk.plan({ ...whole, ...own }, place, {
    ...deeper(walk),
    stack: resolved.flatMap((part) => part?.walk.stack ?? []),
  });
}
