import { readManifest } from '@berth/plugin-kit/contract/read-manifest.ts';
import { manifestOf } from '@berth/testing/fake-container.ts';
import { expect, test } from 'vitest';
import { badgesIn, filled, itemsIn, widgetIn } from './contributions.rules.ts';

function fieldsOf(more: Parameters<typeof manifestOf>[1]) {
  const reading = readManifest(manifestOf('hello', more));
  if (!reading.ok) throw new Error(JSON.stringify(reading));
  return reading.manifest;
}

test('G1: badges are whole numbers above zero of entries that the person sees; all else is left out', () => {
  const answer = { inbox: 3, none: 0, minus: -1, half: 1.5, text: '4', hidden: 9, huge: 1e12 };
  expect(badgesIn(answer, ['inbox', 'none', 'minus', 'half', 'text', 'huge', 'constructor'])).toEqual({
    inbox: 3,
    huge: 1_000_000,
  });
  expect(badgesIn([1], ['0'])).toBeNull();
  expect(badgesIn(null, [])).toBeNull();
});

test('G1: a template reads own members alone, and a value cannot leave its place in a path', () => {
  const item = { id: '../../x?y#z', file: { name: 'A\u202ebill' }, list: [1], no: null };
  expect(filled('{id} {file.name} {list} {no} {constructor} {__proto__}', item)).toBe(
    '../../x?y#z A\u202ebill    ',
  );
  const { search } = fieldsOf({ search: { template: { title: '{file.name}', path: '#/items/{id}' } } });
  expect(search && itemsIn({ items: [item, { file: {} }, 7] }, search)).toEqual([
    { title: 'A bill', subtitle: '', path: '#/items/..%2F..%2Fx%3Fy%23z', icon: null },
  ]);
});

test('G1: a path of the answer must be one of the page itself, and results are at most as many as asked for', () => {
  const { search } = fieldsOf({ search: {} });
  const items = ['#/a', 'https://elsewhere.example', 'javascript:alert(1)', '/admin', '#/b"c'].map(
    (path, index) => ({ title: `T${index}`, path, icon: index === 0 ? 'mail' : '../x' }),
  );
  const found = search && itemsIn({ items }, search, 4);
  expect(found?.map(({ path }) => path)).toEqual(['#/a', null, null, null]);
  expect(found?.map(({ icon }) => icon)).toEqual(['mail', null, null, null]);
  expect(search && itemsIn({ results: items }, search)).toBeNull();
});

test('G2: a widget is a list, a number or a progress, or it is said that it cannot be made', () => {
  const { widgets } = fieldsOf({
    widgets: [
      { id: 'sum', title: 'Sum', kind: 'number', path: '/plugin/w', value: '{deep.n}', link: '#/x/{id}' },
      { id: 'part', title: 'Part', kind: 'progress', path: '/plugin/w', value: '{n}', max: '{m}' },
    ],
  });
  const [sum, part] = widgets;
  if (!sum || !part) throw new Error('no widgets');
  expect(widgetIn({ deep: { n: '12.5' }, id: 7 }, sum)).toEqual({
    kind: 'number',
    value: 12.5,
    unit: '',
    path: '#/x/7',
  });
  expect(widgetIn({ deep: {} }, sum)).toBeNull();
  expect(widgetIn({ n: 1, m: -1 }, part)).toBeNull();
  expect(widgetIn({ n: 0, m: 0 }, part)).toMatchObject({ value: 0, max: 0 });
  expect(widgetIn({ n: 1, m: 4 }, part)).toEqual({ kind: 'progress', value: 1, max: 4, path: null });
});
