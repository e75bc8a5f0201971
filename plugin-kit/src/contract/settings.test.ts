import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  forbiddenKeyIn,
  isObject,
  maskSecrets,
  mergePatch,
  patchBetween,
  readOnlyChanges,
  secretMask,
  type Json,
  type JsonObject,
} from './settings.ts';

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => parsed(JSON.stringify(value)));
const nullFree = json.map(withoutNulls).filter(isObject);

describe('mergePatch: the table of RFC 7396, appendix A', () => {
  test.each<[Json, Json, Json]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j + %j = %j', (target, patch, result) => expect(mergePatch(target, patch)).toEqual(result));

  test('changes neither argument', () =>
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        mergePatch(target, patch);
        expect(JSON.stringify([target, patch])).toBe(before);
      }),
    ));

  test('is the same when done twice', () =>
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    ));

  test('hazard M7: no patch reaches a prototype', () => {
    const merged = mergePatch(
      { a: 1 },
      parsed('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
    );
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get(Object(merged), 'polluted')).toBeUndefined();
  });
});

describe('patchBetween', () => {
  test('applied to before it gives after, whatever the two are', () =>
    fc.assert(
      fc.property(nullFree, nullFree, (before, after) => {
        expect(mergePatch(before, patchBetween(before, after))).toEqual(after);
      }),
      { numRuns: 500 },
    ));

  test('of neighbours, it gives after and is empty only when nothing changed', () =>
    fc.assert(
      fc.property(nullFree, json, (before, change) => {
        const after = withoutNulls(mergePatch(before, isObject(change) ? change : { changed: change }));
        if (!isObject(after)) return;
        const patch = patchBetween(before, after);
        expect(mergePatch(before, patch)).toEqual(after);
        expect(Object.keys(patch).length === 0).toBe(
          JSON.stringify(sorted(before)) === JSON.stringify(sorted(after)),
        );
      }),
      { numRuns: 500 },
    ));

  test('the order of members is no change', () =>
    expect(patchBetween({ a: [{ x: 1, y: 2 }] }, { a: [{ y: 2, x: 1 }] })).toEqual({}));
  test('an emptied object stays an object', () =>
    expect(patchBetween({ a: { b: 1 } }, { a: {} })).toEqual({ a: { b: null } }));
});

const secret = { type: 'string', writeOnly: true };

describe('hazard M12: secrets are masked at any depth', () => {
  test.each<[string, { [key: string]: unknown }, Json, Json]>([
    ['a property', { properties: { a: secret, b: {} } }, { a: 'x', b: 'y' }, { a: secretMask, b: 'y' }],
    ['format password', { properties: { a: { format: 'password' } } }, { a: 'x' }, { a: secretMask }],
    ['absent, empty and null', { properties: { a: secret, b: secret } }, { a: '', b: null }, {}],
    [
      'false and 0 are set',
      { properties: { a: secret, b: secret } },
      { a: false, b: 0 },
      { a: secretMask, b: secretMask },
    ],
    [
      'nested',
      { properties: { a: { properties: { b: { properties: { c: secret } } } } } },
      { a: { b: { c: 'x' } } },
      { a: { b: { c: secretMask } } },
    ],
    [
      'a whole object',
      { properties: { a: { type: 'object', writeOnly: true } } },
      { a: { b: 'x' } },
      { a: secretMask },
    ],
    [
      'items',
      { properties: { a: { items: { properties: { b: secret } } } } },
      { a: [{ b: 'x' }, { b: 'y' }] },
      { a: [{ b: secretMask }, { b: secretMask }] },
    ],
    [
      'prefixItems',
      { properties: { a: { prefixItems: [{}, secret] } } },
      { a: ['x', 'y', 'z'] },
      { a: ['x', secretMask, 'z'] },
    ],
    [
      'items after prefixItems',
      { properties: { a: { prefixItems: [{}], items: secret } } },
      { a: ['x', 'y'] },
      { a: ['x', secretMask] },
    ],
    [
      'draft-07 additionalItems',
      { properties: { a: { items: [{}], additionalItems: secret } } },
      { a: ['x', 'y'] },
      { a: ['x', secretMask] },
    ],
    ['additionalProperties', { additionalProperties: secret }, { a: 'x' }, { a: secretMask }],
    [
      'additionalProperties beside patterns',
      { patternProperties: { '^b': {} }, additionalProperties: secret },
      { a: 'x' },
      { a: secretMask },
    ],
    [
      'patternProperties, whatever the pattern',
      { patternProperties: { '(a+)+$': secret } },
      { b: 'x' },
      { b: secretMask },
    ],
    ['unevaluatedProperties', { unevaluatedProperties: secret }, { a: 'x' }, { a: secretMask }],
    [
      '$ref',
      { $defs: { s: secret }, properties: { a: { $ref: '#/$defs/s' } } },
      { a: 'x' },
      { a: secretMask },
    ],
    [
      '$ref with escapes',
      { $defs: { 'a/b~c d': secret }, properties: { a: { $ref: '#/$defs/a~1b~0c%20d' } } },
      { a: 'x' },
      { a: secretMask },
    ],
    [
      '$anchor',
      { $defs: { s: { $anchor: 'hush', ...secret } }, properties: { a: { $ref: '#hush' } } },
      { a: 'x' },
      { a: secretMask },
    ],
    [
      '$dynamicRef',
      { $defs: { s: { $dynamicAnchor: 'hush', ...secret } }, properties: { a: { $dynamicRef: '#hush' } } },
      { a: 'x' },
      { a: secretMask },
    ],
    ['allOf', { allOf: [{ properties: { a: secret } }] }, { a: 'x' }, { a: secretMask }],
    [
      'any branch of oneOf',
      { oneOf: [{ properties: { a: {} } }, { properties: { a: secret } }] },
      { a: 'x' },
      { a: secretMask },
    ],
    [
      'then',
      parsedSchema('{"if":{},"then":{"properties":{"a":{"writeOnly":true}}}}'),
      { a: 'x' },
      { a: secretMask },
    ],
    [
      'dependentSchemas',
      { dependentSchemas: { b: { properties: { a: secret } } } },
      { a: 'x' },
      { a: secretMask },
    ],
    [
      'both kinds of dependencies',
      { dependentSchemas: {}, dependencies: { b: { properties: { a: secret } } } },
      { a: 'x' },
      { a: secretMask },
    ],
  ])('%s', (_what, schema, value, masked) => expect(maskSecrets(schema, value)).toEqual(masked));

  test('hazard M6: schemas that go round end', () => {
    const loop = {
      $ref: '#',
      allOf: [{ $ref: '#' }, { $ref: '#/allOf/0' }],
      properties: { inner: { $ref: '#' }, key: secret },
    };
    expect(maskSecrets(loop, { key: 'x', inner: { key: 'y', inner: { key: 'z' } } })).toEqual({
      key: secretMask,
      inner: { key: secretMask, inner: { key: secretMask } },
    });
    const doubling = {
      $defs: Object.fromEntries(
        Array.from({ length: 40 }, (_, n) => [
          `d${n}`,
          { allOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] },
        ]),
      ),
      $ref: '#/$defs/d0',
    };
    expect(maskSecrets(doubling, { a: 1 })).toEqual({ a: 1 });
  });

  test.each(['#/%zz', '#/a/b', '#/allOf/x', 'https://example.org/x', '#nowhere', '#/__proto__/x', ''])(
    'a reference to %s is nothing',
    ($ref) => expect(maskSecrets({ properties: { a: { $ref } } }, { a: 'x' })).toEqual({ a: 'x' }),
  );

  test('what lies deeper than any setting may is not given back', () => {
    let deep: Json = 'secret';
    for (let level = 0; level < 100; level++) deep = { a: deep };
    expect(JSON.stringify(maskSecrets({ properties: {} }, deep))).not.toContain('secret');
  });

  test('no value of a secret property is ever in the answer', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'items', 'b'), { maxLength: 6 }), (path) => {
        let schema: { [key: string]: unknown } = secret;
        let value: Json = 'hunter2';
        for (const step of path) {
          schema = step === 'items' ? { items: schema } : { anyOf: [{ properties: { [step]: schema } }, {}] };
          value = step === 'items' ? [value] : { [step]: value };
        }
        expect(JSON.stringify(maskSecrets(schema, value))).not.toContain('hunter2');
      }),
    ));
});

describe('readOnly', () => {
  const schema = {
    properties: {
      a: { readOnly: true },
      b: { properties: { c: { readOnly: true } } },
      d: { items: { properties: { e: { readOnly: true } } } },
    },
  };
  test.each<[JsonObject, JsonObject, string[]]>([
    [{ a: 1, b: { c: 1 } }, { a: 1, b: { c: 1 }, d: [] }, []],
    [{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, []],
    [{ a: 1 }, { a: 2 }, ['/a']],
    [{ a: 1 }, {}, ['/a']],
    [{}, { a: 1 }, ['/a']],
    [{ b: { c: 1 } }, { b: { c: 2 } }, ['/b/c']],
    [{ b: { c: 1 } }, {}, ['/b/c']],
    [{ d: [{ e: 1 }] }, { d: [{ e: 2 }] }, ['/d/0/e']],
    [{ d: [{ e: 1 }] }, { d: [{ e: 1 }, { e: 2 }] }, []],
  ])('%j → %j: %j', (before, after, pointers) =>
    expect(readOnlyChanges(schema, before, after)).toEqual(pointers),
  );
});

test('hazard M7: names that could reach a prototype are found at any depth', () => {
  expect(forbiddenKeyIn(parsed('{"a":[{"b/c":{"__proto__":1}}]}'))).toBe('/a/0/b~1c/__proto__');
  expect(forbiddenKeyIn({ a: ['__proto__'] })).toBeNull();
});

function parsedSchema(text: string): JsonObject {
  const schema = parsed(text);
  return isObject(schema) ? schema : {};
}

function parsed(text: string): Json {
  const wrapped: unknown = JSON.parse(`{"value":${text}}`);
  return isObject(wrapped) ? (wrapped['value'] ?? null) : null;
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, withoutNulls(item)]])),
  );
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
