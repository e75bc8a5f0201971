/**
 * Random settings: a schema, what is stored, and what a person does; with a model that says what must come of
 * it.
 */
import {
  ExactNumber,
  isObject,
  stringifyJson,
  type Json,
  type JsonObject,
} from '@berth/plugin-kit/contract/exact-json.ts';
import { names, randomOf, type Random } from './random.ts';

export type Path = readonly (string | number)[];
export type Edit =
  | { kind: 'type' | 'append' | 'number' | 'json' | 'choose'; path: Path; text: string; value: Json }
  | { kind: 'clear'; path: Path; value: Json | undefined }
  | { kind: 'toggle'; path: Path; value: boolean }
  | { kind: 'replace' | 'first-secret'; path: Path; text: string }
  | { kind: 'replace-and-leave' | 'clear-secret' | 'half-json'; path: Path }
  | { kind: 'remove-row'; path: Path; index: number }
  | { kind: 'move-up'; path: Path; index: number }
  | { kind: 'add-row'; path: Path; text: string }
  | { kind: 'rename'; path: Path; index: number; name: string }
  | { kind: 'remove-entry'; path: Path; index: number }
  | { kind: 'add-entry'; path: Path; name: string; text: string };

export type Case = {
  seed: number;
  schema: JsonObject;
  stored: JsonObject;
  edits: Edit[];
  expected: JsonObject;
};

export function randomCase(seed: number, length = 5): Case {
  const random = randomOf(seed);
  const { schema, stored } = shape(random);
  const edits: Edit[] = [];
  let expected = stored;
  for (let step = 0; step < length; step++) {
    const possible = possibleEdits(schema, expected, [], random);
    const [first, ...rest] = possible;
    if (!first) break;
    const edit = random.pick([first, ...rest]);
    edits.push(edit);
    expected = objectOf(after(expected, edit.path, edit));
  }
  return { seed, schema, stored, edits, expected };
}

const texts = [
  'plain',
  '<b>bold</b>',
  'ünïcödé 日本',
  ' spaces ',
  '"quoted" \\ back',
  '0',
  'null',
  '{"not":"json"',
  '********x',
] as const;
const numbers = [
  '0',
  '7',
  '-3',
  '1.5',
  '9007199254740993',
  '1161888007138312193',
  '0.10000000000000000555',
  '1e400',
  '-0.5',
] as const;

/** Shapes of one property: its schema, and a value that may be stored there. */
const kinds = {
  text: (random) => [{ type: 'string' }, random.pick(texts)],
  lines: (random) => [
    { type: 'string', format: 'multi-line' },
    random.pick(['one\ntwo', 'one\r\ntwo\r\n', '\n', 'a\r\nb\nc']),
  ],
  plainLines: (random) => [{ type: 'string' }, random.pick(['one\ntwo', 'x\r\ny'])],
  integer: (random) => [
    { type: 'integer' },
    numberOf(random.pick(['0', '7', '-3', '9007199254740993', '1161888007138312193'])),
  ],
  number: (random) => [{ type: 'number' }, numberOf(random.pick(numbers))],
  nullable: (random) => [{ type: ['integer', 'null'], default: 30 }, random.pick<Json>([null, 4])],
  toggle: (random) => [{ type: 'boolean' }, random.chance(2)],
  choice: (random) => [{ enum: ['red', 'green', 'blue'] }, random.pick(['red', 'green'])],
  secret: (random) => [{ type: 'string', writeOnly: true }, `S-${random.word()}`],
  pin: () => [{ type: 'integer', writeOnly: true }, 1234],
  free: (random) => [
    {},
    random.pick<Json>([{ deep: [1, { x: numberOf('9007199254740993') }] }, 'text', [[], {}], 5]),
  ],
  either: (random) => [{ type: ['string', 'integer'] }, random.pick<Json>(['x', 5])],
  words: (random) => [
    { type: 'array', items: { type: 'string' } },
    [random.word(), 'same', 'same'].slice(0, random.pick([1, 2, 3])),
  ],
  keys: (random) => [
    { type: 'array', items: { type: 'string', writeOnly: true } },
    ['K1', 'K2', `K-${random.word()}`],
  ],
  rows: (random) => [
    {
      type: 'array',
      items: {
        type: 'object',
        properties: { label: { type: 'string' }, token: { type: 'string', writeOnly: true } },
      },
    },
    random.pick<Json>([
      [
        { label: 'a', token: 'T1', more: 1 },
        { label: 'a', token: 'T2' },
        { label: 'c', token: 'T3' },
      ],
      [{ label: 'a', token: 'T1' }, { label: 'b' }],
    ]),
  ],
  map: (random) => [
    { type: 'object', additionalProperties: { type: 'string' } },
    { one: random.word(), two: '2' },
  ],
  vault: () => [
    {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: { url: { type: 'string' }, token: { type: 'string', writeOnly: true } },
      },
    },
    { one: { url: 'u1', token: 'V1' }, two: { url: 'u1', token: 'V2' } },
  ],
} satisfies Record<string, (random: Random) => [JsonObject, Json]>;

function shape(random: Random): { schema: JsonObject; stored: JsonObject } {
  const { schema, stored } = group(random, 5);
  const inner = group(random, 3);
  const properties = objectOf(schema['properties'] ?? {});
  const whole: JsonObject = {
    ...schema,
    properties: {
      ...properties,
      group: { ...inner.schema, title: 'Inner group' },
      mode: { type: 'boolean', title: 'Mode' },
      narrowed: {},
    },
  };
  // A condition that narrows another part, and brings one of its own.
  if (random.chance(2)) {
    whole['if'] = { properties: { mode: { const: true } }, required: ['mode'] };
    whole['then'] = {
      properties: {
        narrowed: { type: ['string', 'array', 'object'] },
        extra: { type: 'string', title: 'Extra' },
      },
    };
  }
  const others = random.chance(2) ? { undescribed: { keep: [numberOf('9007199254740993'), null] } } : {};
  return {
    schema: whole,
    stored: {
      ...others,
      ...stored,
      group: { always: 1, ...inner.stored },
      narrowed: random.pick<Json>(['text', { a: [1] }, ['x']]),
    },
  };
}

function group(random: Random, count: number): { schema: JsonObject; stored: JsonObject } {
  const properties: [string, Json][] = [];
  const stored: [string, Json][] = [];
  const [first, ...rest] = Object.values(kinds);
  if (!first) return { schema: {}, stored: {} };
  const free = new Set<string>(names);
  for (let index = 0; index < count; index++) {
    const [schema, value] = random.pick<(random: Random) => [JsonObject, Json]>([first, ...rest])(random);
    const name = random.pick(names);
    if (!free.delete(name)) continue;
    properties.push([name, random.chance(2) ? { title: `The ${name}`, ...schema } : schema]);
    if (!random.chance(4)) stored.push([name, value]);
  }
  return {
    schema: { type: 'object', properties: Object.fromEntries(properties) },
    stored: Object.fromEntries(stored),
  };
}

/** Everything that a person could do next, each with what it is expected to do. */
function possibleEdits(schema: JsonObject, value: Json | undefined, path: Path, random: Random): Edit[] {
  const { type, properties, items, additionalProperties: entry, enum: options } = schema;
  if (isObject(properties)) {
    const group = isObject(value) ? value : {};
    return Object.entries(properties).flatMap(([key, inner]) =>
      possibleEdits(
        objectOf(inner),
        Object.hasOwn(group, key) ? group[key] : undefined,
        [...path, key],
        random,
      ),
    );
  }
  if (schema['writeOnly'] === true)
    return secretEdits(type === 'integer' ? '77' : `N-${random.word()}`, value, path);
  if (Array.isArray(options))
    return ['red', 'green', 'blue']
      .filter((text) => text !== value)
      .map((text) => ({ kind: 'choose', path, text, value: text }));
  if (isObject(entry)) return mapEdits(entry, value, path, random);
  if (isObject(items)) return listEdits(items, value, path, random);
  if (type === 'string') {
    if (typeof value === 'string' && /[\r\n]/.test(value))
      return [{ kind: 'append', path, text: '!', value: `${value}!` }];
    const text = random.pick(texts);
    return [{ kind: 'type', path, text, value: text }, ...cleared(value, path, undefined)];
  }
  if (type === 'boolean') return [{ kind: 'toggle', path, value: value !== true }];
  if (type === 'integer' || type === 'number') {
    const text = type === 'number' ? random.pick(numbers) : random.pick(['12', '9007199254740995', '-1']);
    return [{ kind: 'number', path, text, value: numberOf(text) }, ...cleared(value, path, undefined)];
  }
  if (Array.isArray(type) && type.includes('null'))
    return [{ kind: 'number', path, text: '9', value: 9 }, ...cleared(value ?? undefined, path, null)];
  const word = random.word();
  // Of two shapes it keeps the one that it has.
  if (Array.isArray(type))
    return typeof value === 'number'
      ? [{ kind: 'number', path, text: '12', value: 12 }]
      : [{ kind: 'type', path, text: word, value: word }];
  const written: Json = { fresh: [numberOf('9007199254740995'), word] };
  return [
    { kind: 'json', path, text: stringifyJson(written), value: written },
    { kind: 'half-json', path },
  ];
}

function cleared(value: Json | undefined, path: Path, to: Json | undefined): Edit[] {
  return value === undefined ? [] : [{ kind: 'clear', path, value: to }];
}

function secretEdits(text: string, value: Json | undefined, path: Path): Edit[] {
  if (value === undefined) return [{ kind: 'first-secret', path, text }];
  const isItem = typeof path.at(-1) === 'number';
  return [
    { kind: 'replace', path, text },
    { kind: 'replace-and-leave', path },
    ...(isItem ? [] : [{ kind: 'clear-secret' as const, path }]),
  ];
}

function listEdits(items: JsonObject, value: Json | undefined, path: Path, random: Random): Edit[] {
  const rows = Array.isArray(value) ? value : [];
  const inner = rows
    .flatMap((row, index) => possibleEdits(items, row, [...path, index], random))
    .filter((edit) => edit.kind !== 'clear');
  const isOfText = items['type'] === 'string' && items['writeOnly'] !== true;
  return [
    ...inner,
    ...(isOfText ? [{ kind: 'add-row' as const, path, text: random.word() }] : []),
    ...rows.flatMap((_, index): Edit[] => [
      ...(rows.length > 1 ? [{ kind: 'remove-row' as const, path, index }] : []),
      ...(index > 0 ? [{ kind: 'move-up' as const, path, index }] : []),
    ]),
  ];
}

function mapEdits(entry: JsonObject, value: Json | undefined, path: Path, random: Random): Edit[] {
  const entries = isObject(value) ? Object.entries(value) : [];
  const inner = entries
    .flatMap(([name, item]) => possibleEdits(entry, item, [...path, name], random))
    .filter((edit) => edit.kind !== 'clear');
  return [
    ...inner,
    ...(entry['type'] === 'string'
      ? [{ kind: 'add-entry' as const, path, name: `n${random.word()}`, text: random.word() }]
      : []),
    ...entries.flatMap((_, index): Edit[] => [
      { kind: 'rename', path, index, name: `r${random.word()}` },
      ...(entries.length > 1 ? [{ kind: 'remove-entry' as const, path, index }] : []),
    ]),
  ];
}

/** The model: the value after an edit, by plain means. */
function after(value: Json | undefined, path: Path, edit: Edit): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return done(value, edit);
  if (typeof key === 'number')
    return Array.isArray(value)
      ? value.map((item, index) => (index === key ? (after(item, rest, edit) ?? null) : item))
      : value;
  const members = new Map(isObject(value) ? Object.entries(value) : []);
  const next = after(members.get(key), rest, edit);
  if (next === undefined) members.delete(key);
  else members.set(key, next);
  return Object.fromEntries(members);
}

function done(value: Json | undefined, edit: Edit): Json | undefined {
  const rows = Array.isArray(value) ? value : [];
  const entries = isObject(value) ? Object.entries(value) : [];
  if ('value' in edit) return edit.value;
  switch (edit.kind) {
    case 'replace':
    case 'first-secret':
      return /^\d+$/.test(edit.text) ? Number(edit.text) : edit.text;
    case 'clear-secret':
      return undefined;
    case 'replace-and-leave':
    case 'half-json':
      return value;
    case 'remove-row':
      return rows.filter((_, index) => index !== edit.index);
    case 'move-up':
      return rows.toSpliced(edit.index - 1, 2, rows[edit.index] ?? null, rows[edit.index - 1] ?? null);
    case 'add-row':
      return [...rows, edit.text];
    case 'rename':
      return Object.fromEntries(
        entries.map(([name, item], index) => [index === edit.index ? edit.name : name, item]),
      );
    case 'remove-entry':
      return Object.fromEntries(entries.filter((_, index) => index !== edit.index));
    case 'add-entry':
      return Object.fromEntries([...entries, [edit.name, edit.text]]);
  }
}

/** Small, fast and the same everywhere (mulberry32). */
function numberOf(text: string): Json {
  const exact = new ExactNumber(text);
  return exact.isSafe ? Number(text) : exact;
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
