import { type JsonObject, secretMask } from '@berth/plugin-kit/contract/settings.ts';
import { describe, expect, test } from 'vitest';
import { changesBetween, mergeThree, pathOf, pointerOf, withUnready, wordsFor } from './changes.ts';
import { settle, Unready } from './draft.ts';
import { fits } from './fits.ts';
import { check, errorsByPlace } from './form-errors.ts';
import { planForm } from './form-plan.ts';
import type { Field } from './form-plan.types.ts';
import { matchesSearch } from './form-search.ts';
import { labelOf } from './labels.ts';
import { keywords } from './testing/keywords.ts';
import { speak } from '#words/words.ts';

describe('F1 the form from the manifest alone', () => {
  const fieldOf = (property: JsonObject): Field | undefined =>
    membersOf({ type: 'object', properties: { it: property } }).get('it');
  test.each(keywords)('$schema becomes $words', ({ schema, field }) => {
    expect(fieldOf(schema)).toMatchObject(field);
  });

  test('M18: every part has a field with a name, also without a title', () => {
    expect(
      [{}, { type: ['string', 'integer'] }, { type: 'array' }, { type: 'object' }].map(
        (part) => fieldOf(part)?.title,
      ),
    ).toEqual(['it', 'it', 'it', 'it']);
  });

  test('M17: a condition that narrows a part keeps its control, or gives it one', () => {
    const narrowed = {
      if: { properties: { a: { const: true } } },
      then: { properties: { u: { type: 'string' }, n: { maximum: 5 } } },
    };
    const plan = planForm(
      {
        type: 'object',
        properties: { a: { type: 'boolean' }, u: { type: ['string', 'integer'] }, n: { type: 'integer' } },
        ...narrowed,
      },
      {},
    );
    const [condition] = plan.root.kind === 'group' ? plan.root.conditions : [];
    expect([condition?.yes.members.get('u')?.kind, condition?.yes.members.get('n')]).toMatchObject([
      'text',
      { kind: 'number', max: 5 },
    ]);
  });

  test('schema texts that could read as other texts are cleaned', () => {
    expect(fieldOf({ type: 'string', title: 'Delete this \u202Eelbatrever si\u202C' })?.title).toBe(
      'Delete this elbatrever si',
    );
  });

  test('hazard M6: recursion and doubling references end in a free value', () => {
    expect(fieldOf({ $ref: '#' })).toMatchObject({ kind: 'shapes', isFree: true });
    const $defs = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [
        `d${n}`,
        {
          type: 'object',
          properties: { a: { $ref: `#/$defs/d${n + 1}` }, b: { $ref: `#/$defs/d${n + 1}` } },
        },
      ]),
    );
    // A part that is spent takes nothing from its neighbours.
    const members = membersOf({
      type: 'object',
      $defs,
      properties: { many: { $ref: '#/$defs/d0' }, plain: { type: 'string' } },
    });
    expect(sizeOf(members.get('many'))).toBeLessThan(3_000);
    expect(members.get('plain')).toMatchObject({ kind: 'text' });
  });

  test('F1: a root of several shapes is a choice where each of them is a form', () => {
    const shape = (name: string) => ({ type: 'object', properties: { [name]: { type: 'string' } } });
    const both = [shape('a'), shape('b')];
    expect(planForm({ oneOf: both }, {}).shapes?.plans).toHaveLength(2);
    // What is stored of the third shape would stand in the form of another, and be judged by it.
    const entries = { type: 'object', additionalProperties: { type: 'string' } };
    expect(planForm({ oneOf: [...both, entries] }, {}).shapes).toBeUndefined();
  });

  test('sections follow the hints; nested objects stand alone', () => {
    const plan = planForm(
      {
        type: 'object',
        properties: {
          a: { type: 'string' },
          b: { type: 'string' },
          c: { type: 'object', title: 'Sea', properties: { d: { type: 'string' } } },
        },
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
  test('each changed leaf is told, and lists as a whole', () => {
    const draft = { a: 2, b: { c: 'x' }, list: [1, 2] };
    expect(
      changesBetween({ a: 1, b: { c: 'x', d: true }, list: [1] }, draft).map((change) => change.pointer),
    ).toEqual(['/a', '/b/d', '/list']);
  });

  test('M17: what is half written is a change, and is not in the value', () => {
    const { value, unready } = settle({ a: 1, raw: new Unready('{"a":2', 'This is not JSON yet.') });
    expect([value, unready]).toEqual([{ a: 1 }, [{ pointer: '/raw', detail: 'This is not JSON yet.' }]]);
    const base = { a: 1, raw: {} };
    expect(withUnready(changesBetween(base, value), unready, base)).toMatchObject([
      { pointer: '/raw', isUnready: true },
    ]);
    expect(withUnready([], unready, { a: 1 })).toMatchObject([{ pointer: '/raw', isUnready: true }]);
  });

  test('a lost update is shown: what both changed is a conflict, the rest goes together', () => {
    const { merged, conflicts } = mergeThree(
      { a: 1, b: 1, c: 1 },
      { a: 2, b: 2, c: 1 },
      { a: 3, b: 1, c: 9 },
    );
    expect(merged).toEqual({ a: 3, b: 2, c: 9 });
    expect(conflicts).toMatchObject([{ pointer: '/a', mine: 2, theirs: 3 }]);
  });

  test('errors stand at their field, at the nearest one around it, or at the foot with a name', () => {
    const list = { type: 'array', items: { type: 'object', properties: { 'b/c': { type: 'string' } } } };
    const plan = planForm({ type: 'object', properties: { list, raw: { title: 'Raw' } } }, {});
    const value = { list: [{}], raw: { x: 1 } };
    const errors = ['/list/0/b~1c', '/raw/x', '/gone/x', '', '/list/7'].map((pointer) => ({
      pointer,
      detail: 'wrong',
    }));
    expect(Object.fromEntries(errorsByPlace(plan, value, errors, {}))).toEqual({
      '/list/0/b~1c': ['Wrong.'],
      '/raw/x': ['Wrong.'],
      '': ['gone › x: Wrong.', 'Wrong.'],
      '/list': ['list › 8: Wrong.'],
    });
  });

  test("the browser's own check speaks plainly and once", () => {
    const schema = {
      type: 'object',
      required: ['name', 'gone'],
      properties: { name: { type: 'string', minLength: 2 }, port: { type: 'integer', maximum: 9 } },
    };
    expect(check(schema, {}, { name: 'x', port: 10 })).toEqual(
      expect.arrayContaining([
        { pointer: '/gone', detail: 'Fill this in.' },
        { pointer: '/name', detail: 'Use at least 2 characters.' },
        { pointer: '/port', detail: 'Choose 9 or less.' },
      ]),
    );
  });

  test('a setting may be called as what every object inherits', () => {
    const schema = {
      type: 'object',
      required: ['valueOf'],
      properties: { toString: { type: 'string' }, valueOf: { type: 'integer' }, n: { type: 'integer' } },
    };
    expect(check(schema, {}, { n: 'x' })).toEqual(
      expect.arrayContaining([
        { pointer: '/valueOf', detail: 'Fill this in.' },
        { pointer: '/n', detail: 'Write a whole number.' },
      ]),
    );
  });

  test('F8, seed 589206121: a setting may have any name, and what the browser finds is told at that setting', () => {
    const names = ['über größe', 'max size', 'a/b', 'til~de', 'C#', '100%', '%41', '日本'];
    for (const name of names) {
      const text = {
        type: 'object',
        required: [name],
        properties: { [name]: { type: 'string', maxLength: 3 } },
      };
      expect(check(text, {}, {})).toEqual([{ pointer: pointerOf([name]), detail: 'Fill this in.' }]);
      expect(check(text, {}, { [name]: 'long' })).toEqual([
        { pointer: pointerOf([name]), detail: 'Use at most 3 characters.' },
      ]);
      const pin = { type: 'object', properties: { [name]: { type: 'integer', writeOnly: true } } };
      expect(check(pin, { [name]: secretMask }, { [name]: secretMask })).toEqual([]);
    }
    expect(['/%41', '#/%41', '#/100%'].map(pathOf)).toEqual([['%41'], ['A'], ['100%']]);
  });

  test('of several kinds the chosen one is judged; where none is chosen, the choice is', () => {
    const kind = (name: string, member: string) => ({
      properties: { kind: { const: name }, [member]: { type: 'string' } },
      required: ['kind', member],
    });
    const schema = {
      type: 'object',
      properties: { store: { oneOf: [kind('folder', 'path'), kind('bucket', 'bucket')] } },
    };
    expect(check(schema, {}, { store: { kind: 'bucket' } })).toEqual([
      { pointer: '/store/bucket', detail: 'Fill this in.' },
    ]);
    expect(check(schema, {}, { store: {} })).toEqual([
      { pointer: '/store', detail: 'This fits none of the forms that are allowed here.' },
    ]);
    expect(check(schema, {}, { store: { kind: 'none' } })).toEqual([
      { pointer: '/store', detail: 'This fits none of the forms that are allowed here.' },
    ]);
    expect(check(schema, {}, { store: { kind: 'folder', path: 'x' } })).toEqual([]);
    expect(check({ properties: { a: { enum: [1] } } }, {}, { a: 2 })).toEqual([
      { pointer: '/a', detail: 'Choose one of the values offered.' },
    ]);
  });

  test('the review speaks as the form does', () => {
    const { root } = planForm(
      { properties: { proxy: { title: 'Proxy', properties: { address: { title: 'Address' }, on: {} } } } },
      {},
    );
    expect([
      labelOf(root, ['proxy', 'address']),
      labelOf(root, ['proxy', 'on']),
      labelOf(root, ['new', 'key']),
    ]).toEqual(['Proxy › Address', 'Proxy › on', 'new › key']);
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
    expect([wordsFor([], false), wordsFor([null], false), wordsFor([{ key: secretMask }], false)]).toEqual([
      'none',
      'no value',
      'key: a secret value',
    ]);
  });
});

test('G5: the review says values in the language of the page', async () => {
  await speak(['de']);
  const values: Parameters<typeof wordsFor>[0][] = [true, false, '', [], {}, null, undefined];
  const said = values.map((value) => wordsFor(value, false));
  await speak(['en']);
  expect(said).toEqual(['ein', 'aus', 'leer', 'keine', 'leer', 'kein Wert', 'nicht gesetzt']);
});

describe('F3 secrets', () => {
  test('an untouched secret is neither judged nor shown, and a required one that is stored empty blocks nothing', () => {
    const schema = {
      type: 'object',
      required: ['key'],
      properties: { key: { type: 'string', writeOnly: true, maxLength: 3 }, a: { type: 'integer' } },
    };
    expect(check(schema, { key: secretMask }, { key: secretMask })).toEqual([]);
    expect(check(schema, {}, { a: 1 })).toEqual([]);
    expect(check(schema, { key: secretMask }, {})).toEqual([{ pointer: '/key', detail: 'Fill this in.' }]);
    const whole = membersOf({ properties: { it: { type: ['object', 'null'], writeOnly: true } } }).get('it');
    expect(
      whole &&
        [null, true, { a: 1 }, secretMask].map((value) => whole.kind === 'secret' && fits(whole, value)),
    ).toEqual([true, true, true, true]);
    expect(wordsFor('hunter2', true)).toBe('a secret value');
    expect(wordsFor(`${secretMask}#k7f3`, false)).toBe('a secret value');
  });
});

test('F4: search looks into titles, descriptions and nested names', () => {
  const members = membersOf({
    properties: { a: { properties: { deep: { title: 'Processors' } } }, b: { description: 'Memory' } },
  });
  const hits = [...members].map(([key, field]) => matchesSearch('process', key, field, 'General'));
  expect(hits).toEqual([true, false]);
});

function membersOf(schema: JsonObject): ReadonlyMap<string, Field> {
  const { root } = planForm(schema, {});
  return root.kind === 'group' ? root.members : new Map();
}

function sizeOf(field: Field | undefined): number {
  return field?.kind === 'group'
    ? [...field.members.values()].reduce((sum, inner) => sum + sizeOf(inner), 1)
    : 1;
}
