import { describe, expect, test } from 'vitest';
import type { JsonObject } from './exact-json.ts';
import { doubtfulMasks, withoutMaskErrors } from './kept-secrets.ts';
import { nullPlaces } from './null-places.ts';
import { isMask, maskKey, secretMask } from './secrets.ts';
import { maskSecrets } from './settings.ts';

const secret = { type: 'string', writeOnly: true };
const row = { type: 'object', properties: { url: { type: 'string' }, token: secret } };
const schema = {
  properties: {
    key: secret,
    feeds: { type: 'array', items: row },
    tokens: { type: 'array', items: secret },
    hosts: { additionalProperties: row },
    group: { properties: { pin: { type: 'integer', writeOnly: true } } },
  },
};
const m = secretMask;

test('a mask is eight stars, with or without a key behind it', () => {
  expect(
    ['********', '********#a-B_9', '*******', '*********', '********#', '********#a b', 8].map(isMask),
  ).toEqual([true, true, false, false, false, false, false]);
  expect(['********#k7', '********', 'k7'].map(maskKey)).toEqual(['k7', null, null]);
});

test('keys pass through masking; all else that is secret is masked, numbers too', () => {
  const given = {
    key: 'x',
    feeds: [{ token: '********#k1' }, { token: 'leak' }],
    group: { pin: 4711 },
    tokens: ['', 'S2'],
  };
  expect(maskSecrets(schema, given)).toEqual({
    key: m,
    feeds: [{ token: '********#k1' }, { token: m }],
    group: { pin: m },
    tokens: ['', m],
  });
});

describe('M14: masks in doubt', () => {
  const plain: JsonObject = {
    key: m,
    feeds: [
      { url: 'a', token: m },
      { url: 'b', token: m },
    ],
    tokens: [m, m],
    hosts: { x: { url: 'a', token: m } },
  };
  const keyed: JsonObject = {
    feeds: [
      { url: 'a', token: `${m}#1` },
      { url: 'b', token: `${m}#2` },
    ],
    tokens: [`${m}#3`, `${m}#4`],
    hosts: { x: { url: 'a', token: `${m}#5` } },
  };
  test.each<[string, JsonObject, JsonObject, string[]]>([
    ['nothing changed', plain, {}, []],
    ['another setting', plain, { key: 'new' }, []],
    [
      'a row that was edited and got a new secret, beside one as it was',
      plain,
      {
        feeds: [
          { url: 'a2', token: 'new' },
          { url: 'b', token: m },
        ],
      },
      [],
    ],
    [
      'a row edited around its secret',
      plain,
      {
        feeds: [
          { url: 'a2', token: m },
          { url: 'b', token: m },
        ],
      },
      ['/feeds/0/token'],
    ],
    ['a row removed', plain, { feeds: [{ url: 'b', token: m }] }, ['/feeds/0/token']],
    [
      'a row added',
      plain,
      {
        feeds: [
          { url: 'a', token: m },
          { url: 'b', token: m },
          { url: 'c', token: 'new' },
        ],
      },
      ['/feeds/0/token', '/feeds/1/token'],
    ],
    [
      'rows moved',
      plain,
      {
        feeds: [
          { url: 'b', token: m },
          { url: 'a', token: m },
        ],
      },
      ['/feeds/0/token', '/feeds/1/token'],
    ],
    ['the last row removed', plain, { feeds: [{ url: 'a', token: m }] }, ['/feeds/0/token']],
    ['all removed', plain, { feeds: [] }, []],
    ['a secret of a bare list changed', plain, { tokens: ['new', m] }, ['/tokens/1']],
    [
      'a map row edited around its secret',
      plain,
      { hosts: { x: { url: 'b', token: m } } },
      ['/hosts/x/token'],
    ],
    ['a map row added', plain, { hosts: { x: { url: 'a', token: m }, y: { url: 'c', token: 'new' } } }, []],
    ['a map row renamed', plain, { hosts: { y: { url: 'a', token: m } } }, ['/hosts/y/token']],
    ['a mask where nothing is set', plain, { group: { pin: m } }, ['/group/pin']],
    [
      'a made-up key',
      plain,
      {
        feeds: [
          { url: 'a', token: `${m}#x` },
          { url: 'b', token: m },
        ],
      },
      ['/feeds/0/token'],
    ],
    ['keys: moved, edited, removed', keyed, { feeds: [{ url: 'b2', token: `${m}#2` }] }, []],
    ['keys: a key of another place', keyed, { feeds: [{ url: 'a', token: `${m}#3` }] }, ['/feeds/0/token']],
    ['keys: a plain mask is the container’s to judge', keyed, { feeds: [{ url: 'a', token: m }] }, []],
    ['keys: a map row renamed', keyed, { hosts: { y: { url: 'a', token: `${m}#5` } } }, []],
  ])('%s', (_what, before, change, pointers) => {
    expect(doubtfulMasks(schema, before, { ...before, ...change }).map(({ pointer }) => pointer)).toEqual(
      pointers,
    );
  });
});

describe('errors that the mask is to blame for', () => {
  const judge = (before: JsonObject, after: JsonObject, ...errors: [string, string][]): string[] =>
    withoutMaskErrors(
      schema,
      before,
      after,
      errors.map(([pointer, keyword]) => ({ pointer, keyword })),
    ).map(({ pointer, keyword }) => `${pointer} ${keyword}`);

  test('what a masked secret breaks, with the wrapper around it', () =>
    expect(judge({}, { key: m, other: 1 }, ['/key', 'pattern'], ['', 'anyOf'], ['/other', 'type'])).toEqual([
      '/other type',
    ]));
  test('a masked number is no text', () =>
    expect(judge({}, { group: { pin: m } }, ['/group/pin', 'type'])).toEqual([]));
  test('masks that look alike are no doubles', () =>
    expect(judge({}, { tokens: [m, m] }, ['/tokens', 'uniqueItems'])).toEqual([]));
  test('a required secret that is stored empty, so absent before and after, blocks nothing', () => {
    expect(judge({}, {}, ['/key', 'required'])).toEqual([]);
    expect(judge({ group: {} }, { group: {} }, ['/group/pin', 'required'])).toEqual([]);
    expect(
      judge(
        { feeds: [{ url: 'a' }] },
        { feeds: [{ url: 'a' }, { url: 'b' }] },
        ['/feeds/0/token', 'required'],
        ['/feeds/1/token', 'required'],
      ),
    ).toEqual(['/feeds/1/token required']);
  });
  test('a secret that was set and is removed, or whose group is new, is a fault', () => {
    expect(judge({ key: m }, {}, ['/key', 'required'])).toEqual(['/key required']);
    expect(judge({}, { group: {} }, ['/group/pin', 'required'])).toEqual(['/group/pin required']);
    expect(judge({}, {}, ['/title', 'required'])).toEqual(['/title required']);
  });
});

describe('M15: where a schema lets null be a value', () => {
  test.each<[string, { [key: string]: unknown }, string[]]>([
    ['a union', { properties: { a: { type: ['integer', 'null'] } } }, ['/properties/a/type']],
    [
      'a choice and a constant',
      { properties: { a: { enum: [1, null] }, b: { const: null } } },
      ['/properties/a/enum', '/properties/b/const'],
    ],
    [
      'a branch',
      { properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } } },
      ['/properties/a/anyOf/1/type'],
    ],
    [
      'at depth, in a map',
      {
        properties: { 'a/b': { additionalProperties: { properties: { c: { type: ['string', 'null'] } } } } },
      },
      ['/properties/a~1b/additionalProperties/properties/c/type'],
    ],
    [
      'by reference',
      { $defs: { n: { type: ['string', 'null'] } }, properties: { a: { $ref: '#/$defs/n' } } },
      ['/$defs/n/type'],
    ],
    [
      'in a condition',
      { then: { properties: { a: { type: ['string', 'null'] } } } },
      ['/then/properties/a/type'],
    ],
    [
      'round and round',
      { properties: { a: { $ref: '#' }, b: { type: ['string', 'null'] } } },
      ['/properties/b/type'],
    ],
    ['not: no type at all', { properties: { a: {} } }, []],
    [
      'not: the type forbids it',
      {
        properties: {
          a: { type: 'string', enum: ['x', null] },
          b: { type: ['string', 'null'], enum: ['x'] },
        },
      },
      [],
    ],
    [
      'not: in a list, which is replaced as a whole',
      { properties: { a: { items: { type: ['string', 'null'] } } } },
      [],
    ],
    ['not: read only', { properties: { a: { type: ['string', 'null'], readOnly: true } } }, []],
    ['not: the settings as a whole', { type: ['object', 'null'] }, []],
    ['not: a negation', { not: { properties: { a: { type: 'null' } } } }, []],
  ])('%s', (_what, given, pointers) => expect(nullPlaces(given)).toEqual(pointers));
});
