/**
 * What each keyword of a schema becomes in a form: the tests hold the form against it, and the guide is made
 * of it.
 */
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';

/** `words` say what a person sees; `field` is the plan of it, as far as it must be so. */
export type Keyword = { schema: JsonObject; field: object; words: string };

const text: JsonObject = { type: 'string' };
const group: JsonObject = { type: 'object', properties: { a: text } };

export const keywords: readonly Keyword[] = [
  { schema: text, field: { kind: 'text', look: 'line' }, words: 'a box of one line' },
  {
    schema: { ...text, format: 'multi-line' },
    field: { kind: 'text', look: 'lines' },
    words: 'an area of several lines; also where the value, the default or an example has line breaks',
  },
  { schema: { ...text, default: 'a\nb' }, field: { kind: 'text', look: 'lines' }, words: 'an area' },
  {
    schema: { ...text, minLength: 0 },
    field: { kind: 'text', mayBeEmpty: true },
    words: 'a box, and “Set to empty text”: without `minLength: 0` an emptied box is not set',
  },
  { schema: { ...text, format: 'date' }, field: { kind: 'text', format: 'date' }, words: 'a box for a date' },
  { schema: { ...text, format: 'color' }, field: { kind: 'text', look: 'colour' }, words: 'a picker' },
  {
    schema: { ...text, writeOnly: true },
    field: { kind: 'secret', isText: true },
    words: 'a secret: set, not set, replaced or cleared by a button; never shown',
  },
  {
    schema: { type: 'integer', writeOnly: true },
    field: { kind: 'secret', isText: false },
    words: 'a secret that is a number',
  },
  { schema: { type: 'integer' }, field: { kind: 'number', isWhole: true }, words: 'a box of digits, exact' },
  {
    schema: { type: ['integer', 'null'] },
    field: { kind: 'number', isNullable: true },
    words: 'a box of digits; emptied it is null, and “Unset” is another thing',
  },
  {
    schema: { oneOf: [text, { type: 'null' }] },
    field: { kind: 'text', isNullable: true },
    words: 'a box, and “Set to no value”',
  },
  { schema: { type: 'boolean' }, field: { kind: 'toggle' }, words: 'a switch' },
  { schema: { type: ['boolean', 'null'] }, field: { kind: 'choice' }, words: 'a choice of on, off, none' },
  {
    schema: { enum: [1, 2, null] },
    field: { kind: 'choice', options: [{ value: 1 }, { value: 2 }, { value: null }] },
    words: 'a choice; with more than eight it can be searched',
  },
  {
    schema: { anyOf: [{ enum: ['a'] }, text] },
    field: { kind: 'text', offers: ['a'] },
    words: 'a box with suggestions',
  },
  {
    schema: { type: 'array', uniqueItems: true, items: { enum: ['a'] } },
    field: { kind: 'multi' },
    words: 'a choice of several',
  },
  {
    schema: { type: 'array', items: text },
    field: { kind: 'list', item: { kind: 'text' } },
    words: 'a list: add, move, remove; empty and not set differ',
  },
  {
    schema: { type: 'array', prefixItems: [text], items: false },
    field: { kind: 'tuple', places: [{ kind: 'text' }], rest: null },
    words: 'one field for each place',
  },
  { schema: group, field: { kind: 'group' }, words: 'a group; an optional one can be removed' },
  {
    schema: { type: 'object', additionalProperties: group },
    field: { kind: 'map', entry: { kind: 'group' } },
    words: 'entries by name; a name that is empty or taken is refused at the name',
  },
  {
    schema: { ...group, patternProperties: { '^x-': {} } },
    field: { kind: 'group', extra: { kind: 'shapes' } },
    words: 'a group, and more entries by name',
  },
  {
    schema: { ...group, not: { required: ['b'] }, propertyNames: {} },
    field: { kind: 'group' },
    words: 'a group; `not` and `propertyNames` are checked, and change nothing here',
  },
  {
    schema: { ...group, anyOf: [{ required: ['a'] }, {}] },
    field: { kind: 'group' },
    words: 'a group: the branches only narrow it',
  },
  {
    schema: { oneOf: [{ properties: { k: { const: 1 } } }, { properties: { k: { const: 2 } } }] },
    field: { kind: 'kinds', discriminator: 'k' },
    words: 'a choice of kinds, then the fields of that kind',
  },
  {
    schema: { oneOf: [text, { type: 'number' }] },
    field: { kind: 'shapes', shapes: [{ title: 'Text' }, { title: 'Number' }] },
    words: 'a choice of shapes, then the control of that shape; so for `type` with several names',
  },
  {
    schema: { type: ['boolean', 'string', 'null'] },
    field: {
      kind: 'shapes',
      isNullable: true,
      shapes: [{ title: 'One of those offered' }, { title: 'Text' }],
    },
    words: 'the same; constants and switches are one choice among the shapes',
  },
  {
    schema: { anyOf: [text, { type: 'array', items: text }] },
    field: { kind: 'shapes', shapes: [{ title: 'Text' }, { title: 'List' }] },
    words: 'a text, or a list of texts',
  },
  {
    schema: { oneOf: [{ const: false }, group] },
    field: { kind: 'shapes', shapes: [{ title: 'Off' }, { title: 'Fields', field: { kind: 'group' } }] },
    words: 'off, or the fields',
  },
  {
    schema: { oneOf: [{ type: 'object', additionalProperties: { type: 'number' } }, { type: 'null' }] },
    field: { kind: 'map', isNullable: true },
    words: 'entries by name, and “Set to no value”',
  },
  { schema: {}, field: { kind: 'shapes', isFree: true }, words: 'anything: a person says what it is' },
  {
    schema: { type: 'array' },
    field: { kind: 'list', item: { kind: 'shapes', isFree: true } },
    words: 'a list of anything',
  },
  {
    schema: { type: 'object' },
    field: { kind: 'map', entry: { kind: 'shapes', isFree: true } },
    words: 'entries by name, each of them anything',
  },
  {
    schema: { $ref: 'https://example.org/x.json' },
    field: { kind: 'json' },
    words: 'JSON (the gateway refuses such a schema at its door)',
  },
];
