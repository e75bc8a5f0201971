import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isObject, isSame, parseJson, type Json, type JsonObject } from './exact-json.ts';
import {
  applyJsonPatch,
  changeBetween,
  jsonPatchBetween,
  jsonPatchType,
  mergePatchType,
  readJsonPatch,
} from './json-patch.ts';
import { mergePatch } from './settings.ts';

/** Without the names that no patch may write: fast-check tries `__proto__` now and then. */
const json = fc
  .jsonValue({ maxDepth: 3 })
  .filter((value) => !/"(?:__proto__|constructor|prototype)":/.test(JSON.stringify(value)))
  .map((value) => parseJson(JSON.stringify(value)));
const object = fc.dictionary(fc.constantFrom('a', 'b', 'c~/d', ''), json, { maxKeys: 4 });

function patched(document: JsonObject, body: Json): Json {
  const read = readJsonPatch(body);
  const applied = read.ok ? applyJsonPatch(document, read.value) : read;
  return applied.ok ? applied.value : `${applied.error.pointer} ${applied.error.detail}`;
}

describe('RFC 6902, appendix A', () => {
  test.each<[string, JsonObject, Json, Json]>([
    [
      'A.1 adding a member',
      { foo: 'bar' },
      [{ op: 'add', path: '/baz', value: 'qux' }],
      { baz: 'qux', foo: 'bar' },
    ],
    [
      'A.2 adding an element',
      { foo: ['bar', 'baz'] },
      [{ op: 'add', path: '/foo/1', value: 'qux' }],
      { foo: ['bar', 'qux', 'baz'] },
    ],
    ['A.3 removing a member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
    [
      'A.4 removing an element',
      { foo: ['bar', 'qux', 'baz'] },
      [{ op: 'remove', path: '/foo/1' }],
      { foo: ['bar', 'baz'] },
    ],
    [
      'A.5 replacing',
      { baz: 'qux', foo: 'bar' },
      [{ op: 'replace', path: '/baz', value: 'boo' }],
      { baz: 'boo', foo: 'bar' },
    ],
    [
      'A.6 moving',
      { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
      [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
      { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
    ],
    [
      'A.7 moving an element',
      { foo: ['all', 'grass', 'cows', 'eat'] },
      [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
      { foo: ['all', 'cows', 'eat', 'grass'] },
    ],
    [
      'A.8 testing',
      { baz: 'qux', foo: ['a', 2, 'c'] },
      [
        { op: 'test', path: '/baz', value: 'qux' },
        { op: 'test', path: '/foo/1', value: 2 },
      ],
      { baz: 'qux', foo: ['a', 2, 'c'] },
    ],
    [
      'A.9 a test that fails',
      { baz: 'qux' },
      [{ op: 'test', path: '/baz', value: 'bar' }],
      '/baz is not what the test says',
    ],
    [
      'A.10 a nested object',
      { foo: 'bar' },
      [{ op: 'add', path: '/child', value: { grandchild: {} } }],
      { foo: 'bar', child: { grandchild: {} } },
    ],
    [
      'A.11 unknown members are ignored',
      { foo: 'bar' },
      [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 }],
      { foo: 'bar', baz: 'qux' },
    ],
    [
      'A.12 below what is not there',
      { foo: 'bar' },
      [{ op: 'add', path: '/baz/bat', value: 'qux' }],
      '/baz is not there',
    ],
    ['A.14 escapes', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
    [
      'A.15 a text is no number',
      { '~1': 10 },
      [{ op: 'test', path: '/~01', value: '10' }],
      '/~01 is not what the test says',
    ],
    [
      'A.16 adding at the end',
      { foo: ['bar'] },
      [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
      { foo: ['bar', ['abc', 'def']] },
    ],
    ['null is a value', { a: 1 }, [{ op: 'replace', path: '/a', value: null }], { a: null }],
    ['copying', { a: [1], b: 2 }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
    [
      'all or nothing',
      { a: 1 },
      [
        { op: 'remove', path: '/a' },
        { op: 'remove', path: '/a' },
      ],
      '/a is not there',
    ],
  ])('%s', (_what, document, patch, result) => expect(patched(document, patch)).toEqual(result));

  test.each<[string, Json]>([
    ['no list', {}],
    ['an unknown operation', [{ op: 'spam', path: '/a' }]],
    ['no path', [{ op: 'add', value: 1 }]],
    ['no value', [{ op: 'add', path: '/a' }]],
    ['no from', [{ op: 'move', path: '/a' }]],
    ['a wrong escape', [{ op: 'remove', path: '/a~2' }]],
    ['an index with a zero before it', [{ op: 'replace', path: '/list/01', value: 1 }]],
    ['an index behind the end', [{ op: 'add', path: '/list/3', value: 1 }]],
    ['moving into itself', [{ op: 'move', from: '/list', path: '/list/0' }]],
    ['the whole made no object', [{ op: 'replace', path: '', value: 1 }]],
    ['hazard M7: a path into a prototype', [{ op: 'add', path: '/__proto__/polluted', value: true }]],
    ['hazard M7: a copy from one', [{ op: 'copy', from: '/constructor', path: '/a' }]],
    [
      'hazard M7: a value with such a name',
      parseJson('[{"op":"add","path":"/a","value":{"__proto__":{"polluted":true}}}]'),
    ],
    [
      'what becomes too deep by many small steps',
      [
        { op: 'add', path: '/a', value: {} },
        ...Array.from({ length: 70 }, (_, step) => ({
          op: 'add',
          path: `/a${'/a'.repeat(step + 1)}`,
          value: {},
        })),
      ],
    ],
    [
      'copies that double each time',
      Array.from({ length: 64 }, () => ({ op: 'copy', from: '/list', path: '/list/-' })),
    ],
  ])('refused: %s', (_what, patch) => {
    expect(patched({ list: [1, 2] }, patch)).toBeTypeOf('string');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('M15: null can be stored', () => {
  test('changeBetween: a merge patch wherever it can say it, a JSON Patch where a null is to be stored', () => {
    expect(changeBetween({ a: 1, b: 2 }, { a: 3 })).toEqual({
      type: mergePatchType,
      body: { b: null, a: 3 },
    });
    expect(changeBetween({ keep: 30 }, { keep: null })).toEqual({
      type: jsonPatchType,
      body: [{ op: 'replace', path: '/keep', value: null }],
    });
    expect(changeBetween({ a: null, b: 1 }, { a: null, b: 2 })).toEqual({
      type: mergePatchType,
      body: { b: 2 },
    });
    expect(changeBetween({ a: [] }, { a: [null, { b: null }] })).toEqual({
      type: mergePatchType,
      body: { a: [null, { b: null }] },
    });
  });

  test('what changeBetween says turns before into after, nulls and all', () =>
    fc.assert(
      fc.property(object, object, (before, after) => {
        const change = changeBetween(before, after);
        const result =
          change.type === mergePatchType ? mergePatch(before, change.body) : applied(before, change.body);
        expect(result).toEqual(after);
      }),
      { numRuns: 500 },
    ));

  test('a JSON Patch between two is empty only where they are the same, and never touches what stayed', () =>
    fc.assert(
      fc.property(object, object, (before, after) => {
        const patch = jsonPatchBetween(before, after);
        expect(applied(before, patch)).toEqual(after);
        expect(patch.length === 0).toBe(isSame(before, after));
      }),
      { numRuns: 500 },
    ));
});

function applied(before: JsonObject, patch: Parameters<typeof applyJsonPatch>[1]): Json {
  const result = applyJsonPatch(before, patch);
  return result.ok && isObject(result.value) ? result.value : 'refused';
}
