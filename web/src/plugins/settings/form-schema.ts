/** Small questions to one schema. */
import { keyOf } from '@berth/plugin-kit/contract/json-pointer.ts';
import { ExactNumber, isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { t } from '#words/words.ts';
import { percentDecoded } from './changes.ts';
import { withoutBidi } from './bidi.ts';
import type { Option } from './form-plan.types.ts';

/** The one type beside null. Where none is said, keywords that speak of one type alone tell it. */
export function typeOf(schema: JsonObject): string | undefined {
  const { type } = schema;
  if (typeof type === 'string') return type;
  const types = typesOf(schema);
  if (Array.isArray(type)) return types.length === 1 ? types[0] : undefined;
  return telling.find(([, keywords]) => keywords.some((key) => Object.hasOwn(schema, key)))?.[0];
}

const telling: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ['object', ['properties', 'additionalProperties', 'patternProperties', 'propertyNames']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems']],
  ['string', ['pattern', 'minLength', 'maxLength']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
];

/** Every type beside null that is named. A whole number is a number. */
export function typesOf(schema: JsonObject): string[] {
  const types = Array.isArray(schema['type']) ? schema['type'] : [];
  return types
    .filter((type): type is string => typeof type === 'string' && type !== 'null')
    .filter((type) => type !== 'integer' || !types.includes('number'));
}

export function isNullable(schema: JsonObject): boolean {
  const { type } = schema;
  return type === 'null' || (Array.isArray(type) && type.includes('null'));
}

export function isNullSchema(schema: Json): boolean {
  if (!isObject(schema)) return false;
  const { type, enum: values } = schema;
  return (
    type === 'null' ||
    schema['const'] === null ||
    (Array.isArray(values) && values.length === 1 && values[0] === null)
  );
}

/**
 * `enum`, `const`, or `oneOf`/`anyOf` of constants with titles. A number that is not held exactly cannot be
 * chosen.
 */
export function optionsOf(schema: JsonObject): Option[] | null {
  if (Array.isArray(schema['enum']))
    return allOptions(schema['enum'].map((value) => optionOf(value, undefined)));
  if (schema['const'] !== undefined) return allOptions([optionOf(schema['const'], undefined)]);
  const list = schema['oneOf'] ?? schema['anyOf'];
  if (!Array.isArray(list) || list.length === 0) return null;
  return allOptions(
    list.map((item) => {
      if (!isObject(item)) return null;
      const value = isNullSchema(item) ? null : item['const'];
      return value === undefined ? null : optionOf(value, item['title']);
    }),
  );
}

function optionOf(value: Json, title: Json | undefined): Option | null {
  if (typeof value === 'object' && value !== null && !(value instanceof ExactNumber)) return null;
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) return null;
  const label = withoutBidi(typeof title === 'string' && title.trim() !== '' ? title : String(value));
  return { value, label: value === null && label === 'null' ? t('No value (null)') : label };
}

function allOptions(options: readonly (Option | null)[]): Option[] | null {
  const known = options.filter((option) => option !== null);
  return known.length === options.length ? known : null;
}

/** What both say: members of members come together, and what is required of either. */
export function mergedSchema(base: JsonObject, narrow: JsonObject): JsonObject {
  const merged: JsonObject = { ...base, ...narrow };
  if (Array.isArray(base['required']) && Array.isArray(narrow['required']))
    merged['required'] = [...new Set([...base['required'], ...narrow['required']])];
  if (isObject(base['items']) && isObject(narrow['items']))
    merged['items'] = mergedSchema(base['items'], narrow['items']);
  if (isObject(base['properties']) && isObject(narrow['properties'])) {
    const [one, other] = [base['properties'], narrow['properties']];
    const both = Object.entries(other).map(([key, member]): [string, Json] => {
      const known = Object.hasOwn(one, key) ? one[key] : undefined;
      return [key, isObject(known) && isObject(member) ? mergedSchema(known, member) : member];
    });
    merged['properties'] = { ...one, ...Object.fromEntries(both) };
  }
  return merged;
}

export function lookUp(root: JsonObject, reference: string): Json | undefined {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  let at: Json | undefined = root;
  for (const part of reference.slice(2).split('/')) {
    const key = keyOf(percentDecoded(part));
    if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else if (Array.isArray(at)) at = at[Number(key)];
    else return undefined;
  }
  return at;
}
