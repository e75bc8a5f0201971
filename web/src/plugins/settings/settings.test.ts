import { type JsonObject, mergePatch, secretMask } from '@berth/plugin-kit/contract/settings.ts';
import { describe, expect, test } from 'vitest';
import { changesBetween, mergeThree, patchFor, wordsFor } from './changes.ts';
import { check, errorTree } from './form-errors.ts';
import { planForm } from './form-schema.ts';
import { matchesSearch } from './form-search.ts';
import { labelOf } from './labels.ts';

describe('F1 the form from the manifest alone', () => {
  const uiOf = (property: JsonObject, root: JsonObject = {}) => planForm({ ...root, type: 'object', properties: { it: property } }, {}).ui['it'];
  test.each<[JsonObject, object]>([
    [{ type: 'string' }, { 'ui:widget': 'line' }],
    [{ type: 'string', format: 'multi-line' }, { 'ui:widget': 'lines' }],
    [{ type: 'string', writeOnly: true }, { 'ui:widget': 'secret' }],
    [{ type: ['integer', 'null'] }, { 'ui:widget': 'amount' }],
    [{ type: 'boolean' }, { 'ui:widget': 'toggle' }],
    [{ enum: [1, 2] }, { 'ui:widget': 'choice' }],
    [{ type: 'array', uniqueItems: true, items: { enum: ['a'] } }, { 'ui:widget': 'multi' }],
    [{ oneOf: [{ properties: { k: { const: 1 } } }, { properties: { k: { const: 2 } } }] }, { 'ui:field': 'choice' }],
    [{ oneOf: [{ type: 'string' }, { type: 'number' }] }, { 'ui:field': 'json' }],
    [{ type: 'array', prefixItems: [{ type: 'string' }] }, { 'ui:field': 'json' }],
    [{ $ref: 'https://evil.example/x.json' }, { 'ui:field': 'json' }],
    [{}, { 'ui:field': 'json' }],
  ])('%j becomes %j', (property, ui) => {
    expect(uiOf(property)).toMatchObject(ui);
  });

  test('hazard M6: recursion and doubling references end in a JSON editor', () => {
    expect(uiOf({ $ref: '#' })).toMatchObject({ 'ui:field': 'json' });
    const $defs = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`d${n}`, { type: 'object', properties: { a: { $ref: `#/$defs/d${n + 1}` }, b: { $ref: `#/$defs/d${n + 1}` } } }]),
    );
    expect(JSON.stringify(planForm({ $defs, $ref: '#/$defs/d0' }, {})).length).toBeLessThan(1_000_000);
  });

  test('sections follow the hints; nested objects stand alone', () => {
    const plan = planForm(
      {
        type: 'object',
        properties: { a: { type: 'string' }, b: { type: 'string' }, c: { type: 'object', title: 'Sea', properties: { d: { type: 'string' } } } },
      },
      { b: { group: 'Access' } },
    );
    expect(plan.sections.map(({ title, keys }) => [title, keys])).toEqual([
      ['General', ['a']],
      ['Access', ['b']],
      ['Sea', ['c']],
    ]);
  });
});

describe('F2 only what changed is sent', () => {
  test('empty leftovers of the form are no change, removals are null, and the patch round-trips', () => {
    const base = { a: 1, b: { c: 'x', d: true }, list: [1] };
    expect(patchFor(base, { ...base, e: {} })).toEqual({});
    const draft = { a: 2, b: { c: 'x' }, list: [1, 2] };
    expect(patchFor(base, draft)).toEqual({ a: 2, b: { d: null }, list: [1, 2] });
    expect(mergePatch(base, patchFor(base, draft))).toEqual(draft);
    expect(changesBetween(base, draft).map((change) => change.pointer)).toEqual(['/a', '/b/d', '/list']);
  });

  test('a lost update is shown: what both changed is a conflict, the rest goes together', () => {
    const { merged, conflicts } = mergeThree({ a: 1, b: 1, c: 1 }, { a: 2, b: 2, c: 1 }, { a: 3, b: 1, c: 9 });
    expect(merged).toEqual({ a: 3, b: 2, c: 9 });
    expect(conflicts).toMatchObject([{ pointer: '/a', mine: 2, theirs: 3 }]);
  });

  test('errors stand at their field', () => {
    expect(errorTree([{ pointer: '/a/0/b~1c', detail: 'wrong' }])).toEqual({ a: { '0': { 'b/c': { __errors: ['Wrong.'] } } } });
  });

  test("the browser's own check speaks plainly and once", () => {
    const schema = {
      type: 'object',
      required: ['name', 'gone'],
      properties: { name: { type: 'string', minLength: 2 }, port: { type: 'integer', maximum: 9 } },
    };
    expect(check(schema, { name: 'x', port: 10 })).toEqual(
      expect.arrayContaining([
        { pointer: '/gone', detail: 'Fill this in.' },
        { pointer: '/name', detail: 'Use at least 2 characters.' },
        { pointer: '/port', detail: 'Choose 9 or less.' },
      ]),
    );
  });

  test('an entry that was added and is empty yet is judged like the rest', () => {
    const schema = { type: 'object', properties: { tags: { type: 'array', items: { type: 'string' } }, n: { type: 'integer', maximum: 1 } } };
    const draft: JsonObject = JSON.parse('{"tags":[null],"n":2}');
    draft['tags'] = [undefined] as never;
    expect(check(schema, draft)).toEqual(
      expect.arrayContaining([
        { pointer: '/tags/0', detail: 'Fill this in.' },
        { pointer: '/n', detail: 'Choose 1 or less.' },
      ]),
    );
  });

  test('of several kinds the chosen one is judged; where none is chosen, the choice is', () => {
    const kind = (name: string, member: string) => ({ properties: { kind: { const: name }, [member]: { type: 'string' } }, required: ['kind', member] });
    const schema = { type: 'object', properties: { store: { oneOf: [kind('folder', 'path'), kind('bucket', 'bucket')] } } };
    expect(check(schema, { store: { kind: 'bucket' } })).toEqual([{ pointer: '/store/bucket', detail: 'Fill this in.' }]);
    expect(check(schema, { store: {} })).toEqual([{ pointer: '/store', detail: 'This fits none of the forms that are allowed here.' }]);
    expect(check(schema, { store: { kind: 'none' } })).toEqual([{ pointer: '/store', detail: 'This fits none of the forms that are allowed here.' }]);
    expect(check(schema, { store: { kind: 'folder', path: 'x' } })).toEqual([]);
    expect(check({ properties: { a: { enum: [1] } } }, { a: 2 })).toEqual([{ pointer: '/a', detail: 'Choose one of the values offered.' }]);
  });

  test('the review speaks as the form does', () => {
    const schema = { properties: { proxy: { title: 'Proxy', properties: { address: { title: 'Address' }, on: {} } } } };
    expect([labelOf(schema, ['proxy', 'address']), labelOf(schema, ['proxy', 'on']), labelOf(schema, ['new', 'key'])]).toEqual([
      'Proxy › Address',
      'Proxy › on',
      'new › key',
    ]);
    expect(wordsFor(['mon', 'tue'], false)).toBe('mon, tue');
    expect(
      wordsFor(
        [
          { title: 'A', on: true },
          { title: '', on: false },
        ],
        false,
      ),
    ).toBe('title: A, on: on; title: empty, on: off');
    expect([wordsFor([], false), wordsFor([null], false), wordsFor([{ key: secretMask }], false)]).toEqual(['none', 'empty', 'key: a secret value']);
  });
});

describe('F3 secrets', () => {
  test('an untouched secret is neither sent, judged nor shown', () => {
    const schema = { type: 'object', properties: { key: { type: 'string', writeOnly: true, maxLength: 3 } } };
    expect(patchFor({ key: secretMask }, { key: secretMask })).toEqual({});
    expect(check(schema, { key: secretMask })).toEqual([]);
    expect(patchFor({ key: secretMask }, {})).toEqual({ key: null });
    expect(wordsFor('hunter2', true)).toBe('a secret value');
  });
});

test('F4: search looks into titles, descriptions and nested names', () => {
  const root = { properties: { a: { properties: { deep: { title: 'Processors' } } }, b: { description: 'Memory' } } };
  expect(matchesSearch('process', 'a', root, 'General')).toBe(true);
  expect(matchesSearch('process', 'b', root, 'General')).toBe(false);
});
