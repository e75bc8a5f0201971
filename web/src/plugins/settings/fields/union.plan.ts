/** `oneOf`, `anyOf` and `allOf`: one part that may be of several shapes. */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { commonOf, hintOf, plain } from '../form-hints.ts';
import type { Branch, Field, GroupField } from '../form-plan.types.ts';
import { isNullSchema, mergedSchema, typeOf } from '../form-schema.ts';
import { extraOf, partOf } from './group.plan.ts';
import { deeper, jsonField, type Place, resolve, strings, texts, type Walk } from './plan-walk.ts';

/** `X or null` is a nullable X; objects that one constant member tells apart are kinds; anything else is JSON. */
export function union(schema: JsonObject, place: Place, walk: Walk): Field {
  const { oneOf, anyOf, ...rest } = schema;
  const list = oneOf ?? anyOf;
  if (!Array.isArray(list)) return jsonField(schema, place);
  const real = list.filter((item) => !isNullSchema(item));
  const [only] = real;
  if (real.length === 1 && list.length === 2 && isObject(only)) {
    const field = walk.plan({ ...only, ...rest }, place, walk);
    if (field.kind === 'json') return jsonField(schema, place);
    if (field.kind === 'choice')
      return { ...field, options: [...field.options, { value: null, label: 'No value' }] };
    return { ...field, isNullable: true };
  }
  return kinds(schema, list, place, walk) ?? jsonField(schema, place);
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
    if (!part) return null;
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

/** Whether the branches only narrow what the schema says by itself: one control shows them all. */
export function isOfOneShape(schema: JsonObject, list: Json): boolean {
  if (typeOf(schema) === undefined || !Array.isArray(list)) return false;
  const narrowing = [
    'required',
    'not',
    'pattern',
    'enum',
    'const',
    'minimum',
    'maximum',
    'minLength',
    'maxLength',
    'format',
    ...texts,
  ];
  return list.every((item) => isObject(item) && Object.keys(item).every((key) => narrowing.includes(key)));
}
