/** Settings that failed once in forms, by their cases. */
import type { JsonObject } from '../../plugin-kit/src/contract/exact-json.ts';
import type { Shape } from './forms-house.ts';

const text = (title: string, more: JsonObject = {}): JsonObject => ({ type: 'string', title, ...more });
const feeds: JsonObject = {
  type: 'object',
  properties: {
    tokens: { type: 'array', title: 'Tokens', items: { type: 'string', writeOnly: true } },
    feeds: {
      type: 'array',
      title: 'Feeds',
      items: { type: 'object', properties: { url: text('Url'), token: text('Token', { writeOnly: true }) } },
    },
  },
};
export const twoFeeds = {
  tokens: ['S1', 'S2'],
  feeds: [
    { url: 'a', token: 'TA' },
    { url: 'b', token: 'TB' },
  ],
};
const nullable: JsonObject = {
  type: 'object',
  properties: {
    keep_days: {
      type: ['integer', 'null'],
      title: 'Keep days',
      default: 30,
      description: 'empty = for ever',
    },
    pick: { title: 'Pick', enum: [1, 2, null] },
    raw: { title: 'Raw', type: ['object', 'null', 'string'] },
  },
};
const nullables = { keep_days: 30, pick: 1, raw: 'x' };
const numbers: JsonObject = {
  type: 'object',
  properties: {
    guilds: {
      type: 'array',
      title: 'Guilds',
      items: { type: 'object', properties: { id: { type: 'integer', title: 'Id' }, name: text('Name') } },
    },
    big: { type: 'integer', title: 'Big' },
    other: text('Other'),
    ratio: { type: 'number', title: 'Ratio' },
  },
};
export const manyDigits =
  '{"guilds":[{"id":1161888007138312193,"name":"a"}],"big":9007199254740993,"other":"o","ratio":0.10000000000000000555}';
const proxy: JsonObject = {
  type: 'object',
  properties: {
    note: text('Note'),
    proxy: {
      type: 'object',
      title: 'Proxy',
      required: ['host', 'port'],
      properties: { host: text('Host'), port: { type: 'integer', title: 'Port' } },
    },
  },
};
const map: JsonObject = {
  type: 'object',
  properties: {
    map: { type: 'object', title: 'Map', additionalProperties: { type: 'string' } },
    note: text('Note'),
  },
};
const narrowing: JsonObject = {
  type: 'object',
  properties: {
    advanced: { type: 'boolean', title: 'Advanced' },
    u: { title: 'Updates' },
    m: { title: 'Mixed', type: ['string', 'integer'] },
    note: text('Note'),
  },
  if: { properties: { advanced: { const: true } }, required: ['advanced'] },
  then: { properties: { u: { type: 'array', items: { type: 'string' } }, m: { type: 'string' } } },
};
const secrets: JsonObject = {
  type: 'object',
  required: ['needed'],
  properties: {
    needed: text('Needed', { writeOnly: true }),
    kept: text('Kept', { writeOnly: true }),
    pin: { type: 'integer', title: 'Pin', writeOnly: true },
    note: text('Note'),
  },
};
const various: JsonObject = {
  type: 'object',
  required: ['name', 'dns'],
  properties: {
    name: text('Name'),
    lines: text('Lines'),
    crlf: text('Crlf'),
    a: { type: 'object', title: 'Group', properties: { b: text('First') } },
    a_b: text('Second'),
    openhab: { type: 'array', items: {} },
    dns: { type: 'object', title: 'Dns', properties: { server: text('Server') } },
    list: { type: 'array', title: 'List', items: { type: 'string' } },
    toString: text('To string'),
    hasOwnProperty: text('Has own property'),
  },
};
export const variousStored = {
  name: 'n',
  lines: 'one\ntwo\n',
  crlf: 'one\r\ntwo\r\nthree',
  a: { b: '1' },
  a_b: '2',
  openhab: [{ x: 1 }],
  unknown: { keep: ['me'] },
};

export const shapes: Record<string, Shape> = {
  'f1a-remove': { schema: feeds, stored: twoFeeds },
  'f1b-edit': { schema: feeds, stored: twoFeeds },
  'f1c-move': { schema: feeds, stored: twoFeeds },
  'f1d-twins': {
    schema: feeds,
    stored: {
      feeds: [
        { url: 'a', token: 'T1' },
        { url: 'a', token: 'T2' },
      ],
    },
  },
  'f2a-null': { schema: nullable, stored: nullables },
  'f2b-null': { schema: nullable, stored: { keep_days: null, pick: null, raw: null } },
  'f3a-big': { schema: numbers, stored: manyDigits },
  'f3b-typed': { schema: numbers, stored: manyDigits },
  'f4a-group': { schema: proxy, stored: { note: 'n' } },
  'f4b-group': { schema: proxy, stored: { proxy: { host: 'h', port: 1 } } },
  'f4c-group': { schema: proxy, stored: { proxy: { host: 'h', port: 1 } } },
  'f5a-keys': { schema: map, stored: {} },
  'f5b-names': { schema: map, stored: { map: { a: '1', b: '2' } } },
  'f5d-tab': { schema: map, stored: { map: { a: '1', b: '2' } } },
  'm17-narrow': { schema: narrowing, stored: { u: { deep: [1, null, { x: 1 }] }, m: 'text', note: 'n' } },
  'm17-half': { schema: narrowing, stored: { u: { deep: 1 }, note: 'n' } },
  'm17-secrets': { schema: secrets, stored: { needed: '', kept: 'K', pin: 1234 } },
  'm17-various': { schema: various, stored: variousStored },
  'm18-various': { schema: various, stored: variousStored },
};
