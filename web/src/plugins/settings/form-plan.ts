/**
 * Turns a container's `settings_schema` and `settings_ui` into fields that can be drawn: references inlined, hints read,
 * and every part outside the subset of the contract handed to the JSON editor, recursion (M6) and doubling references
 * among them. Every part has a field with a name (M18). What validates is always the container's own schema, never this.
 */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { commonOf, hintOf, hintsBelow, plain } from './form-hints.ts';
import type {
  Branch,
  Condition,
  Field,
  FormPlan,
  GroupField,
  JsonField,
  Part,
  Section,
} from './form-plan.types.ts';
import { isNullSchema, lookUp, mergedSchema, optionsOf, typeOf } from './form-schema.ts';

type Walk = { root: JsonObject; stack: readonly string[]; depth: number; budgets: { nodes: number }[] };
/** A part of the schema, with its hints and the name that it has where it stands. */
type Place = { hints: JsonObject; name: string };

const maxDepth = 10;
/** A part at the top cannot use up what the others need. */
const maxNodesOfPart = 1200;
const maxNodes = 6000;
const beyondForms = ['prefixItems', '$dynamicRef', '$recursiveRef'];
const texts = ['title', 'description', '$comment'];

export function planForm(schema: JsonObject, hints: JsonObject): FormPlan {
  const walk: Walk = { root: schema, stack: ['#'], depth: 0, budgets: [{ nodes: maxNodes }] };
  const root = fieldOf(schema, { hints, name: 'All settings' }, walk);
  if (root.kind === 'group') return { root, sections: sectionsOf(root, hints) };
  const whole =
    root.kind === 'map' ? { ...noPart, ...root, kind: 'group' as const, order: [], extra: root.entry } : null;
  if (whole)
    return { root: whole, sections: [{ id: 'section-1', title: whole.title, description: '', keys: [] }] };
  return { root: jsonField(schema, { hints, name: 'All settings' }), sections: [] };
}

const noPart: Part = { members: new Map(), required: [], conditions: [] };

function fieldOf(given: Json | undefined, place: Place, walk: Walk): Field {
  const isSpent = walk.budgets.map((budget) => --budget.nodes < 0).includes(true);
  const resolved = resolve(given, walk);
  if (!resolved) return jsonField(isObject(given) ? given : {}, place);
  const { schema, walk: inner } = resolved;
  if (isSpent || inner.depth > maxDepth || hintOf(place.hints, 'widget') === 'json')
    return jsonField(schema, place);
  if (beyondForms.some((key) => Object.hasOwn(schema, key))) return jsonField(schema, place);

  if (isSecret(schema, place.hints)) return secretField(schema, place);
  const options = optionsOf(schema);
  if (options) {
    const look = hintOf(place.hints, 'widget') === 'radio' ? 'radio' : 'select';
    return { ...commonOf(schema, place), isNullable: false, kind: 'choice', look, options };
  }
  const list = schema['oneOf'] ?? schema['anyOf'];
  if (list !== undefined && !isOfOneShape(schema, list)) return union(schema, place, inner);
  if (schema['allOf'] !== undefined && typeOf(schema) !== 'object') return allOf(schema, place, inner);
  return ofType(schema, place, inner);
}

function ofType(schema: JsonObject, place: Place, walk: Walk): Field {
  const common = commonOf(schema, place);
  const hint = hintOf(place.hints, 'widget');
  switch (typeOf(schema)) {
    case 'object':
      return objectField(schema, place, walk);
    case 'array':
      return listField(schema, place, walk);
    case 'boolean': {
      const options = [
        { value: true, label: 'On' },
        { value: false, label: 'Off' },
        { value: null, label: 'No value' },
      ];
      return common.isNullable
        ? { ...common, isNullable: false, kind: 'choice', look: 'select', options }
        : { ...common, kind: 'toggle' };
    }
    case 'integer':
    case 'number': {
      const limits = {
        min: numberAt(schema, 'minimum'),
        max: numberAt(schema, 'maximum'),
        step: numberAt(schema, 'multipleOf'),
      };
      const known = Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
      const isSlider = hint === 'range' || hint === 'slider';
      return {
        ...common,
        ...known,
        kind: 'number',
        look: isSlider ? 'slider' : 'amount',
        isWhole: typeOf(schema) === 'integer',
      };
    }
    case 'string': {
      if (schema['format'] === 'color' || hint === 'color')
        return { ...common, kind: 'text', look: 'colour' };
      const wantsArea = [hint, common.format].some(
        (word) => word === 'textarea' || word === 'multi-line' || word === 'multiline',
      );
      const isLong = (numberAt(schema, 'maxLength') ?? 0) > 500;
      const hasBreaks = [schema['default'], ...common.examples].some(
        (text) => typeof text === 'string' && /[\r\n]/.test(text),
      );
      return { ...common, kind: 'text', look: wantsArea || isLong || hasBreaks ? 'lines' : 'line' };
    }
    case undefined:
    default:
      return jsonField(schema, place);
  }
}

function objectField(schema: JsonObject, place: Place, walk: Walk): Field {
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
function extraOf(schema: JsonObject, place: Place, walk: Walk): Field | null {
  const patterns = isObject(schema['patternProperties']) ? Object.values(schema['patternProperties']) : [];
  const extra = schema['additionalProperties'];
  const known = [...patterns, ...(isObject(extra) ? [extra] : [])];
  const [only] = known;
  if (only === undefined) return null;
  const below = { hints: hintsBelow(place.hints, 'additionalProperties'), name: 'Value' };
  return known.length === 1 ? fieldOf(only, below, deeper(walk)) : jsonField({}, below);
}

/** Properties, what is required and what holds on a condition; `null` where no form can show it. */
function partOf(schema: JsonObject, outer: JsonObject, hints: JsonObject, walk: Walk): Part | null {
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
  if (!base) return fieldOf(inner, place, below);
  const narrow = resolve(inner, walk);
  const narrowed = narrow ? fieldOf(mergedSchema(base.schema, narrow.schema), place, below) : null;
  if (narrowed && narrowed.kind !== 'json' && narrowed.kind !== 'choice') return narrowed;
  const wide = fieldOf(base.schema, place, below);
  return narrowed && (narrowed.kind === 'choice' || wide.kind === 'json') ? narrowed : wide;
}

function listField(schema: JsonObject, place: Place, walk: Walk): Field {
  if (!isObject(schema['items'])) return jsonField(schema, place);
  const item = fieldOf(
    schema['items'],
    { hints: hintsBelow(place.hints, 'items'), name: place.name },
    deeper(walk),
  );
  const common = commonOf(schema, place);
  if (item.kind === 'json') return jsonField(schema, place);
  if (schema['uniqueItems'] === true && item.kind === 'choice')
    return { ...common, kind: 'multi', options: item.options };
  return { ...common, kind: 'list', item };
}

/** `X or null` is a nullable X; objects that one constant member tells apart are kinds; anything else is JSON. */
function union(schema: JsonObject, place: Place, walk: Walk): Field {
  const { oneOf, anyOf, ...rest } = schema;
  const list = oneOf ?? anyOf;
  if (!Array.isArray(list)) return jsonField(schema, place);
  const real = list.filter((item) => !isNullSchema(item));
  const [only] = real;
  if (real.length === 1 && list.length === 2 && isObject(only)) {
    const field = fieldOf({ ...only, ...rest }, place, walk);
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
function allOf(schema: JsonObject, place: Place, walk: Walk): Field {
  const { allOf: parts, ...own } = schema;
  if (!Array.isArray(parts)) return jsonField(schema, place);
  const resolved = parts.map((part) => resolve(part, walk));
  const [first] = resolved;
  if (!first || resolved.includes(null) || resolved.length > 8) return jsonField(schema, place);
  const whole = resolved.reduce<JsonObject>((merged, part) => mergedSchema(merged, part?.schema ?? {}), {});
  return fieldOf({ ...whole, ...own }, place, {
    ...deeper(walk),
    stack: resolved.flatMap((part) => part?.walk.stack ?? []),
  });
}

/** Whether the branches only narrow what the schema says by itself: one control shows them all. */
function isOfOneShape(schema: JsonObject, list: Json): boolean {
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

function isSecret(schema: JsonObject, hints: JsonObject): boolean {
  return (
    schema['writeOnly'] === true || schema['format'] === 'password' || hintOf(hints, 'widget') === 'password'
  );
}

function secretField(schema: JsonObject, place: Place): Field {
  const type = typeOf(schema) ?? 'string';
  return {
    ...commonOf(schema, place),
    isNullable: false,
    kind: 'secret',
    isText: type === 'string',
    isWhole: type === 'integer',
  };
}

function jsonField(schema: JsonObject, place: Place): JsonField {
  return { ...commonOf(schema, place), kind: 'json' };
}

function sectionsOf(root: GroupField, hints: JsonObject): Section[] {
  const keys = orderedKeys(root);
  const sections: Section[] = [];
  const put = (title: string, description: string, key: string): void => {
    const known = sections.find((section) => section.title === title);
    if (known) known.keys.push(key);
    else sections.push({ id: `section-${sections.length + 1}`, title, description, keys: [key] });
  };
  for (const key of keys) {
    const field = root.members.get(key);
    const group = plain(hintOf(hintsBelow(hints, key), 'group'));
    if (group) put(group, '', key);
    else if (field?.kind === 'group') put(field.title, field.description, key);
    else put('General', '', key);
  }
  return sections.length > 0 ? sections : [{ id: 'section-1', title: 'General', description: '', keys: [] }];
}

/** Every member that can be there, in the order of the hints, then of the schema. */
export function orderedKeys(group: GroupField): string[] {
  const all = keysOf(group);
  return [...new Set([...group.order.filter((key) => all.has(key)), ...all])];
}

export function keysOf(part: Part): Set<string> {
  return new Set([
    ...part.members.keys(),
    ...part.conditions.flatMap(({ yes, no }) => [...keysOf(yes), ...keysOf(no)]),
  ]);
}

/** Follows `$ref` inside the schema; `null` where it leads nowhere, outside, or back to where it came from. */
function resolve(given: Json | undefined, walk: Walk): { schema: JsonObject; walk: Walk } | null {
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

/** A condition is judged with the definitions at hand, and nothing else of the document. */
function canJudge(when: JsonObject): boolean {
  const references = JSON.stringify(when).matchAll(/"\$ref":"([^"]*)"/g);
  return [...references].every(([, reference = '']) => /^#\/(?:\$defs|definitions)\//.test(reference));
}

function numberAt(schema: JsonObject, key: string): number | undefined {
  const value = schema[key];
  return typeof value === 'number' ? value : undefined;
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function deeper(walk: Walk): Walk {
  return { ...walk, depth: walk.depth + 1 };
}
