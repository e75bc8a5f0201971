/**
 * Correspondents as a filter, a facet and a bulk change; and suggestions that name nothing which a person
 * may not see.
 */
import { pdf } from '@berth/testing/pdf.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { bob, startService, until, type Asking, type TestService } from '../testing/service.ts';

let service: TestService;
const named = z.object({ words: z.array(z.object({ text: z.string() })) });
const root: Asking = { superuser: true };
const send = (method: string, path: string, body: unknown, asking: Asking = root) =>
  service.ask(path, {
    method,
    ...asking,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const titles = async (query: string) =>
  (await service.json(`/documents?sort=title&${query}`, root)).items.map(({ title }) => title);
const suggest = (q: string, asking: Asking) =>
  service.json(`/documents/suggest?q=${encodeURIComponent(q)}`, asking);

beforeAll(async () => {
  service = await startService();
  await service.drop('open/one.pdf', await pdf('The quartzite quarry is open to everybody'));
  await service.drop('open/two.pdf', await pdf('A second letter'));
  await service.drop('board/three.pdf', await pdf('The quarantine of the merger is secret'));
  await until(
    () => service.json('/documents?status=searchable', root),
    ({ total }) => total === 3,
  );
});
afterAll(() => service.close());

test('I11: a correspondent is set on many at once, is a facet, a filter and a word of the search', async () => {
  const { items } = await service.json('/documents?category=open', root);
  const change = { correspondent: 'Stadtwerke Musterstadt', date: '2026-03-31' };
  const done = await send('POST', '/documents/bulk', { ids: items.map(({ id }) => id), change });
  expect(await done.json()).toMatchObject({ changed: 2 });
  const { facets } = await service.json('/documents?facets=true', root);
  expect(facets.correspondents).toEqual([{ value: 'Stadtwerke Musterstadt', count: 2 }]);
  expect(await titles('correspondent=stadtwerke%20musterstadt')).toEqual(['one', 'two']);
  expect(await titles('correspondent=Nobody')).toEqual([]);
  expect(await titles(`q=${encodeURIComponent('correspondent:"Stadtwerke Musterstadt"')}`)).toEqual([
    'one',
    'two',
  ]);
  expect(await titles(`q=${encodeURIComponent('-correspondent:"stadtwerke musterstadt"')}`)).toEqual([
    'three',
  ]);
  expect((await suggest('correspondent:stad', root)).filters).toEqual([
    {
      text: 'correspondent:"Stadtwerke Musterstadt"',
      query: 'correspondent:"Stadtwerke Musterstadt" ',
    },
  ]);
  const all = { correspondent: 'Stadtwerke Musterstadt' };
  const undone = await send('POST', '/documents/bulk', { all_of: all, change: { correspondent: null } });
  expect(await undone.json()).toMatchObject({ changed: 2 });
});

test('I2 I5: suggestions and similar words name no word that stands only where the person may not look', async () => {
  const { items } = await service.json('/documents/categories', root);
  const board = items.find(({ path }) => path === 'board')?.id;
  const rights = { rights: { everyone: false, read: ['board'], edit: [] } };
  expect((await send('PUT', `/documents/categories/${board}/rights`, rights)).status).toBe(200);
  const words = async (q: string, asking: Asking) =>
    named.parse(await suggest(q, asking)).words.map(({ text }) => text);
  expect(await words('quar', { as: bob, groups: ['board'] })).toEqual(
    expect.arrayContaining(['quarantine', 'quarry', 'quartzite']),
  );
  expect((await words('quar', { as: bob })).toSorted()).toEqual(['quarry', 'quartzite']);
  const similar = async (asking: Asking) =>
    (await service.json('/documents?q=quarantene', asking)).similar.flatMap(({ found }) => found);
  expect(await similar({ as: bob, groups: ['board'] })).toContain('quarantine');
  expect(await similar({ as: bob })).not.toContain('quarantine');
});
