/**
 * Turns a container's `settings_schema` and `settings_ui` into what the form library can render safely: references
 * inlined, hints read, and every branch outside the subset of the contract handed to the JSON editor, recursion (M6)
 * and doubling references among them. What validates is always the container's own schema, never this one.
 */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/settings.ts';

export type FormUi = { [key: string]: unknown };
export type Shaped = { schema: JsonObject; ui: FormUi };
export type ChoiceBranch = { title: string; tag: Json; schema: JsonObject; ui: FormUi };
export type Section = { id: string; title: string; description: string; keys: string[] };
export type FormPlan = Shaped & { isJson: boolean; sections: Section[] };

type Walk = { root: JsonObject; stack: readonly string[]; depth: number; budget: { nodes: number } };

const maxDepth = 10;
const maxNodes = 1200;
const beyondForms = [
  'patternProperties',
  'not',
  'prefixItems',
  'contains',
  'unevaluatedProperties',
  'unevaluatedItems',
  'propertyNames',
  '$dynamicRef',
  '$recursiveRef',
];
const scalarTypes = ['string', 'number', 'integer', 'boolean'];
const kept = ['type', 'enum', 'default', 'examples', 'format', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];
const keptToo = ['minLength', 'maxLength', 'pattern', 'minItems', 'maxItems', 'uniqueItems', 'readOnly', 'writeOnly', 'deprecated'];

export function planForm(schema: JsonObject, hints: JsonObject): FormPlan {
  const shaped = shape(schema, hints, { root: schema, stack: ['#'], depth: 0, budget: { nodes: 0 } });
  const isJson = shaped.ui['ui:field'] === 'json' || shaped.schema['type'] !== 'object';
  return { ...shaped, isJson, sections: isJson ? [] : sectionsOf(shaped, hints) };
}

function shape(given: Json | undefined, hints: JsonObject, walk: Walk): Shaped {
  walk.budget.nodes += 1;
  const resolved = resolve(given, walk);
  if (!resolved) return jsonEditor(isObject(given) ? given : {}, hints);
  const { schema, walk: inner } = resolved;
  if (walk.budget.nodes > maxNodes || inner.depth > maxDepth) return jsonEditor(schema, hints);
  if (hintOf(hints, 'widget') === 'json' || beyondForms.some((key) => Object.hasOwn(schema, key))) return jsonEditor(schema, hints);

  const options = optionsOf(schema);
  if (options)
    return {
      schema: { type: typeOfOptions(options), ...basics(schema, hints), oneOf: options },
      ui: { 'ui:widget': hintOf(hints, 'widget') === 'radio' ? 'radio' : 'choice', ...hintUi(hints) },
    };
  if (schema['oneOf'] !== undefined || schema['anyOf'] !== undefined) return choice(schema, hints, inner) ?? jsonEditor(schema, hints);

  const type = typeOf(schema);
  if (type === 'object') return object(schema, hints, inner);
  if (type === 'array') return array(schema, hints, inner);
  if (type === undefined || !scalarTypes.includes(type) || schema['allOf'] !== undefined || schema['if'] !== undefined) return jsonEditor(schema, hints);
  return { schema: { ...basics(schema, hints), type }, ui: { ...widgetFor(type, schema, hints), ...hintUi(hints) } };
}

function object(schema: JsonObject, hints: JsonObject, walk: Walk): Shaped {
  const properties: JsonObject = {};
  const ui: FormUi = hintUi(hints);
  const declared = isObject(schema['properties']) ? schema['properties'] : {};
  const extra = schema['additionalProperties'];
  if (Object.keys(declared).length === 0 && !isObject(extra) && walk.depth > 0) return jsonEditor(schema, hints);
  for (const [key, inner] of Object.entries(declared)) {
    const shaped = shape(inner, hintsBelow(hints, key), deeper(walk));
    properties[key] = shaped.schema;
    ui[key] = shaped.ui;
  }
  const out: JsonObject = { ...basics(schema, hints), type: 'object', properties, additionalProperties: false };
  if (Array.isArray(schema['required'])) out['required'] = schema['required'].filter((key) => typeof key === 'string');
  if (isObject(extra)) {
    const shaped = shape(extra, hintsBelow(hints, 'additionalProperties'), deeper(walk));
    if (shaped.ui['ui:field'] === 'json' || typeOf(shaped.schema) === 'object') return jsonEditor(schema, hints);
    out['additionalProperties'] = shaped.schema;
    ui['additionalProperties'] = shaped.ui;
  }
  const conditions = Array.isArray(schema['allOf']) ? schema['allOf'] : [];
  const parts = schema['if'] === undefined ? conditions : [...conditions, { if: schema['if'], then: schema['then'] ?? {}, else: schema['else'] ?? {} }];
  const shapedParts = parts.map((part) => conditional(part, hints, walk));
  if (shapedParts.includes(null)) return jsonEditor(schema, hints);
  const found = shapedParts.flatMap((part) => part ?? []);
  if (found.length > 0) out['allOf'] = found.map((part) => part.schema);
  for (const part of found) for (const [key, value] of Object.entries(part.ui)) ui[key] ??= value;
  const dependencies = dependenciesOf(schema, hints, walk, ui);
  if (dependencies === null) return jsonEditor(schema, hints);
  if (Object.keys(dependencies).length > 0) out['dependencies'] = dependencies;
  const order = hintOf(hints, 'order');
  if (Array.isArray(order)) ui['ui:order'] = [...order.filter((key) => typeof key === 'string' && Object.hasOwn(properties, key)), '*'];
  return { schema: out, ui };
}

/** `if/then/else` with simple members, or an object to be added; `null` for what a form cannot show. */
function conditional(part: Json | undefined, hints: JsonObject, walk: Walk): Shaped | null {
  const resolved = resolve(part, walk);
  if (!resolved) return null;
  const { schema } = resolved;
  if (schema['if'] === undefined) {
    const known = ['properties', 'required', 'type', 'title', 'description', '$comment'];
    if (!Object.keys(schema).every((key) => known.includes(key))) return null;
    return branch(schema, hints, deeper(resolved.walk));
  }
  if (JSON.stringify(schema['if']).includes('"$ref"')) return null;
  const yes = branch(schema['then'] ?? {}, hints, deeper(resolved.walk));
  const no = branch(schema['else'] ?? {}, hints, deeper(resolved.walk));
  if (!yes || !no) return null;
  return { schema: { if: schema['if'], then: yes.schema, else: no.schema }, ui: { ...no.ui, ...yes.ui } };
}

function branch(given: Json, hints: JsonObject, walk: Walk): Shaped | null {
  if (!isObject(given)) return given === true ? { schema: {}, ui: {} } : null;
  if (Object.keys(given).length === 0) return { schema: {}, ui: {} };
  const shaped = object(given, hints, walk);
  if (shaped.ui['ui:field'] === 'json')
    return isObject(given['properties']) ? null : { schema: Array.isArray(given['required']) ? { required: given['required'] } : {}, ui: {} };
  const { properties, required } = shaped.schema;
  return { schema: { ...(properties === undefined ? {} : { properties }), ...(required === undefined ? {} : { required }) }, ui: shaped.ui };
}

function dependenciesOf(schema: JsonObject, hints: JsonObject, walk: Walk, ui: FormUi): JsonObject | null {
  const found: JsonObject = {};
  for (const keyword of ['dependentRequired', 'dependentSchemas', 'dependencies']) {
    const members = schema[keyword];
    if (!isObject(members)) continue;
    for (const [key, member] of Object.entries(members)) {
      if (Array.isArray(member)) found[key] = member;
      else {
        const shaped = branch(member, hints, deeper(walk));
        if (!shaped) return null;
        found[key] = shaped.schema;
        for (const [name, value] of Object.entries(shaped.ui)) ui[name] ??= value;
      }
    }
  }
  return found;
}

function array(schema: JsonObject, hints: JsonObject, walk: Walk): Shaped {
  if (!isObject(schema['items'])) return jsonEditor(schema, hints);
  const items = shape(schema['items'], hintsBelow(hints, 'items'), deeper(walk));
  if (items.ui['ui:field'] === 'json') return jsonEditor(schema, hints);
  const out: JsonObject = { ...basics(schema, hints), type: 'array', items: items.schema };
  const isPick = schema['uniqueItems'] === true && Array.isArray(items.schema['oneOf']);
  return { schema: out, ui: { ...(isPick ? { 'ui:widget': 'multi' } : {}), items: items.ui, ...hintUi(hints) } };
}

/** Objects that one constant member tells apart: a select for the kind, then that kind's own fields. */
function choice(schema: JsonObject, hints: JsonObject, walk: Walk): Shaped | null {
  const list = schema['oneOf'] ?? schema['anyOf'];
  if (!Array.isArray(list) || schema['properties'] !== undefined) return null;
  const resolved = list.map((item) => resolve(item, walk));
  const objects = resolved.flatMap((item) => (item && isObject(item.schema['properties']) ? [{ ...item, properties: item.schema['properties'] }] : []));
  const first = objects[0];
  if (objects.length !== list.length || !first) return null;
  const tagOf = (properties: JsonObject, key: string): Json | undefined => {
    const member = properties[key];
    if (!isObject(member)) return undefined;
    return member['const'] ?? (Array.isArray(member['enum']) && member['enum'].length === 1 ? member['enum'][0] : undefined);
  };
  const key = Object.keys(first.properties).find(
    (name) =>
      new Set(objects.map(({ properties }) => JSON.stringify(tagOf(properties, name)))).size === objects.length &&
      objects.every(({ properties }) => tagOf(properties, name) !== undefined),
  );
  if (key === undefined) return null;
  const branches: ChoiceBranch[] = [];
  for (const { schema: one, walk: inner, properties } of objects) {
    const { [key]: member, ...rest } = properties;
    const required = Array.isArray(one['required']) ? one['required'].filter((name) => name !== key) : [];
    const shaped = object({ ...one, properties: rest, required }, hints, { ...deeper(inner), depth: 0 });
    if (shaped.ui['ui:field'] === 'json') return null;
    const tag = tagOf(properties, key) ?? null;
    const title = plain(one['title']) || (isObject(member) ? plain(member['title']) : '') || String(tag);
    const { title: _, description: __, ...bare } = shaped.schema;
    branches.push({ title, tag, schema: bare, ui: shaped.ui });
  }
  return { schema: basics(schema, hints), ui: { 'ui:field': 'choice', 'ui:options': { discriminator: key, branches }, ...hintUi(hints) } };
}

/** `enum`, or `oneOf`/`anyOf` of constants with titles: always spelt as `oneOf`, with a type that the library needs. */
function optionsOf(schema: JsonObject): Json[] | null {
  if (Array.isArray(schema['enum'])) return schema['enum'].every(isScalar) ? schema['enum'].map((value) => ({ const: value, title: String(value) })) : null;
  const list = schema['oneOf'] ?? schema['anyOf'];
  if (!Array.isArray(list) || list.length === 0) return null;
  const options = list.map((item) =>
    isObject(item) && item['const'] !== undefined && isScalar(item['const'])
      ? { const: item['const'], title: plain(item['title']) || String(item['const']) }
      : null,
  );
  return options.includes(null) ? null : options;
}

/** The form library draws nothing without a type; a list of one type names it itself. */
function typeOfOptions(options: readonly Json[]): string {
  const [first] = options;
  const value = isObject(first) ? first['const'] : null;
  return typeof value === 'number' || typeof value === 'boolean' ? typeof value : 'string';
}

function widgetFor(type: string, schema: JsonObject, hints: JsonObject): FormUi {
  const hint = hintOf(hints, 'widget');
  if (type === 'boolean') return { 'ui:widget': 'toggle' };
  if (type !== 'string') return { 'ui:widget': hint === 'range' || hint === 'slider' ? 'slider' : 'amount' };
  if (schema['writeOnly'] === true || schema['format'] === 'password' || hint === 'password') return { 'ui:widget': 'secret' };
  if (schema['format'] === 'color' || hint === 'color') return { 'ui:widget': 'colour' };
  const isLong = typeof schema['maxLength'] === 'number' && schema['maxLength'] > 500;
  if (hint === 'textarea' || hint === 'multi-line' || schema['format'] === 'multi-line' || schema['format'] === 'multiline' || isLong)
    return { 'ui:widget': 'lines' };
  return { 'ui:widget': 'line' };
}

function jsonEditor(schema: JsonObject, hints: JsonObject): Shaped {
  return { schema: withoutType(basics(schema, hints)), ui: { 'ui:field': 'json', ...hintUi(hints) } };
}

function withoutType({ type: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** Texts of a container are text; whatever else stands in their place is dropped. */
function basics(schema: JsonObject, hints: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const key of [...kept, ...keptToo]) {
    const value = schema[key];
    if (value !== undefined && key !== 'enum') out[key] = value;
  }
  const type = typeOf(schema);
  if (type === undefined) delete out['type'];
  else out['type'] = type;
  const title = plain(hintOf(hints, 'title')) || plain(schema['title']);
  const description = [plain(schema['description']), plain(hintOf(hints, 'help'))].filter(Boolean).join(' ');
  if (title) out['title'] = title;
  if (description) out['description'] = description;
  return out;
}

function hintUi(hints: JsonObject): FormUi {
  const placeholder = plain(hintOf(hints, 'placeholder'));
  return placeholder ? { 'ui:placeholder': placeholder } : {};
}

/** A hint with or without the form library's prefix: `help` and `ui:help` are one. */
function hintOf(hints: JsonObject, name: string): Json | undefined {
  const own = hints[`ui:${name}`] ?? hints[name];
  // `help` may also be the name of a property, with hints of its own.
  return isObject(own) ? undefined : own;
}

function hintsBelow(hints: JsonObject, key: string): JsonObject {
  const below = Object.hasOwn(hints, key) ? hints[key] : undefined;
  return isObject(below) ? below : {};
}

function sectionsOf({ schema, ui }: Shaped, hints: JsonObject): Section[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const order = Array.isArray(ui['ui:order']) ? ui['ui:order'].filter((key) => key !== '*') : [];
  const conditionalKeys = Object.keys(ui).filter((key) => !key.startsWith('ui:') && key !== 'additionalProperties');
  const keys = [...new Set<string>([...order, ...Object.keys(properties), ...conditionalKeys])];
  const sections: Section[] = [];
  const put = (title: string, description: string, key: string) => {
    const known = sections.find((section) => section.title === title);
    if (known) known.keys.push(key);
    else sections.push({ id: `section-${sections.length + 1}`, title, description, keys: [key] });
  };
  for (const key of keys) {
    const property = isObject(properties[key]) ? properties[key] : {};
    const group = plain(hintOf(hintsBelow(hints, key), 'group'));
    if (group) put(group, '', key);
    else if (property['type'] === 'object') put(plain(property['title']) || key, plain(property['description']), key);
    else put('General', '', key);
  }
  return sections;
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

function lookUp(root: JsonObject, reference: string): Json | undefined {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  let at: Json | undefined = root;
  for (const part of reference.slice(2).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else if (Array.isArray(at)) at = at[Number(key)];
    else return undefined;
  }
  return at;
}

function typeOf(schema: JsonObject): string | undefined {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) {
    const real = type.filter((item) => item !== 'null');
    return real.length === 1 && typeof real[0] === 'string' ? real[0] : undefined;
  }
  return isObject(schema['properties']) ? 'object' : undefined;
}

function deeper(walk: Walk): Walk {
  return { ...walk, depth: walk.depth + 1 };
}

function isScalar(value: Json): boolean {
  return value === null || typeof value !== 'object';
}

function plain(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
