/** Who sees what, by every way there is; over a real socket and a real database. */
import fc from 'fast-check';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pdf } from '@berth/testing/pdf.ts';
import {
  alice,
  bob,
  startService,
  until,
  type Asking,
  type Item,
  type TestService,
} from '../testing/service.ts';

let service: TestService;
let shared: Item[];
let upload: string;
beforeAll(async () => {
  service = await startService();
  const form = new FormData();
  const own = await pdf('Kangaroo of Bob alone');
  form.set('file', new Blob([new Uint8Array(own)]), 'own.pdf');
  const sent = await service.ask('/documents/upload', { method: 'POST', body: form, as: bob });
  const answer: unknown = await sent.json();
  upload = z.object({ id: z.string() }).parse(answer).id;
  for (const [index, folder] of folders.entries())
    await service.drop(`${folder}/paper ${index}.pdf`, await pdf(`Kangaroo number ${index}`));
  const all = await until(
    () => service.json('/documents?q=kangaroo', root),
    ({ items }) => items.filter(({ status }) => status === 'searchable').length === folders.length,
  );
  shared = all.items;
  await until(
    () => service.json(`/documents/${upload}`, { as: bob }),
    ({ status }) => status === 'searchable',
  );
});
afterAll(() => service.close());

const folders = ['staff', 'staff/pay', 'staff/pay/2026', 'open', 'openings'];
const root: Asking = { superuser: true };
type Entry = { everyone: boolean; read: string[]; edit: string[] } | null;
const send = (method: string, path: string, body: unknown, asking: Asking = root) =>
  service.ask(path, {
    method,
    ...asking,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const idOf = async (folder: string) => {
  const { items } = await service.json('/documents/categories', root);
  return items.find(({ path }) => path === folder)?.id ?? 'none';
};
const setRights = async (folder: string, rights: Entry) =>
  send('PUT', `/documents/categories/${await idOf(folder)}/rights`, { rights });
const documentIn = (folder: string): Item => {
  const found = shared.find(({ category }) => category === folder);
  if (!found) throw new Error(`no document in ${folder}`);
  return found;
};
const noEntries = () => Promise.all(folders.map((folder) => setRights(folder, null)));

/** The rule in words of the test: the nearest entry above decides. */
function deciding(entries: ReadonlyMap<string, Entry>, folder: string): Entry {
  const parts = folder.split('/');
  for (let length = parts.length; length > 0; length--) {
    const entry = entries.get(parts.slice(0, length).join('/'));
    if (entry) return entry;
  }
  return null;
}
const holdsAny = (names: readonly string[], groups: readonly string[]) =>
  names.some((name) => groups.includes(name));

/** By every way that the service has, the documents that it shows to this person. */
async function waysTo(asking: Asking) {
  const ids = async (path: string) => new Set((await service.json(path, asking)).items.map(({ id }) => id));
  const [listed, searched, { total, facets }, { counts }, categories] = await Promise.all([
    ids('/documents?page_size=200'),
    ids('/documents?q=kangaroo'),
    service.json('/documents?facets=true', asking),
    service.json('/documents/status', asking),
    service.json('/documents/categories', asking),
  ]);
  const opened = new Set<string>();
  for (const { id } of [...shared, { id: upload }]) {
    const answers = await Promise.all([
      ...['', '/download', '/pages/1.webp?width=100', '/versions/1/download'].map((rest) =>
        service.ask(`/documents/${id}${rest}`, asking),
      ),
      send('POST', `/documents/${id}/retry`, undefined, asking),
    ]);
    const found = answers.map(({ status }) => status !== 404);
    await Promise.all(answers.map(async (answer) => answer.body?.cancel()));
    expect(new Set(found).size, `${id}: one way tells what another hides`).toBe(1);
    if (found[0]) opened.add(id);
  }
  const counted = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const inTree = categories.items.reduce((sum, { count }) => sum + count, 0);
  const bySource = facets.sources.reduce((sum, { count }) => sum + count, 0);
  return { listed, searched, opened, numbers: { total, counted, bySource }, inTree };
}

describe('I12: rights by category', () => {
  const group = fc.constantFrom('pay', 'staff', 'doc-service-admin');
  const entry = fc.option(
    fc.record({
      everyone: fc.boolean(),
      read: fc.uniqueArray(group, { maxLength: 2 }),
      edit: fc.uniqueArray(group, { maxLength: 2 }),
    }),
  );
  const viewer = fc.record({
    as: fc.constantFrom(alice, bob),
    groups: fc.uniqueArray(group, { maxLength: 2 }),
    superuser: fc.boolean(),
  });

  test('I5 I12: whatever the entries are, no way shows what another hides, and each person sees what is theirs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 5, maxLength: 5 }), viewer, async (chosen, asking) => {
        const entries = new Map(folders.map((folder, at) => [folder, chosen[at] ?? null]));
        for (const [folder, rights] of entries) expect((await setRights(folder, rights)).status).toBe(200);
        const seen = shared.filter(({ category }) => {
          const rights = deciding(entries, category ?? '');
          return (
            asking.superuser ||
            rights === null ||
            rights.everyone ||
            holdsAny([...rights.read, ...rights.edit], asking.groups)
          );
        });
        const expected = new Set([...seen.map(({ id }) => id), ...(asking.as === bob ? [upload] : [])]);
        const ways = await waysTo(asking);
        expect(ways.listed).toEqual(expected);
        expect(ways.searched).toEqual(expected);
        expect(ways.opened).toEqual(expected);
        const many = expected.size;
        expect(ways.numbers).toEqual({ total: many, counted: many, bySource: many });
        expect(ways.inTree).toBe(seen.length);
        for (const { id, category } of shared) {
          const rights = deciding(entries, category ?? '');
          const mayEdit =
            asking.superuser ||
            holdsAny(rights === null ? ['doc-service-admin'] : rights.edit, asking.groups);
          const { status } = await send('PATCH', `/documents/${id}/type`, { type: null }, asking);
          const refused = expected.has(id) ? 403 : 404;
          expect(status).toBe(mayEdit ? 200 : refused);
        }
      }),
      { numRuns: 8 },
    );
    await noEntries();
  });

  test('I12: superusers alone set them; what a person does not see is 404 for them', async () => {
    const id = await idOf('staff/pay');
    const rights = { everyone: false, read: ['pay'], edit: [] };
    const path = `/documents/categories/${id}/rights`;
    expect((await send('PUT', path, { rights }, { groups: ['doc-service-admin'] })).status).toBe(403);
    expect((await send('PUT', path, { rights })).status).toBe(200);
    expect((await service.ask(path, { as: alice })).status).toBe(404);
    const { items } = await service.json('/documents/categories', { groups: ['doc-service-admin'] });
    expect(items.map((one) => one.path)).toEqual(['open', 'openings', 'staff']);
    expect(await service.json(path, { groups: ['pay'] })).toMatchObject({ own: rights, from: 'staff/pay' });
    const below = `/documents/categories/${await idOf('staff/pay/2026')}/rights`;
    expect(await service.json(below, root)).toMatchObject({
      own: null,
      effective: rights,
      from: 'staff/pay',
    });
    await noEntries();
  });

  test('I12: editors put nothing into a folder, nor move or rename one, beyond their own rights', async () => {
    await setRights('staff/pay', { everyone: true, read: [], edit: ['pay'] });
    const editors: Asking = { groups: ['doc-service-admin'] };
    const change = { category: 'staff/pay/2027' };
    const bulk = { ids: [documentIn('open').id], change };
    expect((await send('POST', '/documents/bulk', bulk, editors)).status).toBe(403);
    const [staff, open, pay] = [await idOf('staff'), await idOf('open'), await idOf('staff/pay')];
    const moves: [string, string, unknown][] = [
      ['PATCH', `/documents/categories/${staff}`, { path: 'people' }],
      ['PATCH', `/documents/categories/${open}`, { path: 'staff/pay/open' }],
      ['DELETE', `/documents/categories/${pay}?to=${open}`, undefined],
      ['POST', '/documents/categories', { path: 'staff/pay/new' }],
      ['POST', `/documents/${documentIn('open').id}/categories/${pay}`, undefined],
    ];
    for (const [method, path, body] of moves)
      expect((await send(method, path, body, editors)).status, `${method} ${path}`).toBe(403);
    const both: Asking = { groups: ['doc-service-admin', 'pay'] };
    const made = await send('POST', '/documents/categories', { path: 'staff/pay/new' }, both);
    expect(made.status).toBe(201);
    await noEntries();
  });

  test('I12: an entry goes along with a renamed folder, and stays for what the watched folder brings there later', async () => {
    await service.drop('secret/first.pdf', await pdf('A wallaby in secret'));
    const isFound = ({ items }: { items: Item[] }) => items[0]?.status === 'searchable';
    await until(() => service.json('/documents?q=wallaby', root), isFound);
    await setRights('secret', { everyone: false, read: ['pay'], edit: [] });
    const renamed = await send('PATCH', `/documents/categories/${await idOf('secret')}`, { path: 'vault' });
    expect(renamed.status).toBe(200);
    await service.drop('secret/second.pdf', await pdf('A wombat in secret'));
    await until(() => service.json('/documents?q=wombat', root), isFound);
    for (const word of ['wallaby', 'wombat']) {
      const [others, theirs] = [{}, { groups: ['pay'] }].map((asking) =>
        service.json(`/documents?q=${word}`, asking).then(({ total }) => total),
      );
      expect([word, await others, await theirs]).toEqual([word, 0, 1]);
    }
    const { items } = await service.json('/documents?q=wombat', root);
    expect(
      (await send('PUT', `/documents/${items[0]?.id}/sharing`, { read: ['staff'], edit: [] })).status,
    ).toBe(200);
    expect((await service.json('/documents?q=wombat', { groups: ['staff'] })).total).toBe(1);
  });
});

describe('I5: sharing', () => {
  test('I5: an upload is shared with groups by its owner, to read or to edit; nobody else shares it', async () => {
    const path = `/documents/${upload}`;
    const staff: Asking = { as: alice, groups: ['staff'] };
    const sharing = { read: ['staff'], edit: ['pay'] };
    expect((await send('PUT', `${path}/sharing`, sharing, { as: alice, superuser: true })).status).toBe(404);
    const answer = await send('PUT', `${path}/sharing`, sharing, { as: bob });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ may_share: true, shared_with: sharing });
    expect(await service.json(path, staff)).toMatchObject({ may_edit: false, may_share: false, places: [] });
    expect((await send('PATCH', `${path}/title`, { title: 'x' }, staff)).status).toBe(403);
    expect((await send('PUT', `${path}/sharing`, sharing, staff)).status).toBe(403);
    const editing = await send('PATCH', `${path}/title`, { title: 'Ours' }, { as: alice, groups: ['pay'] });
    expect(editing.status).toBe(200);
    const { history } = await service.json(path, { as: bob });
    expect(history.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['sharing', 'title']));
    await send('PUT', `${path}/sharing`, { read: [], edit: [] }, { as: bob });
    expect((await service.ask(path, staff)).status).toBe(404);
  });

  test.each([
    [{ read: [''], edit: [] }, '/read/0'],
    [{ read: 'staff', edit: [] }, '/read'],
    [{ read: [] }, '/edit'],
    [{ read: [], edit: Array.from({ length: 101 }, (_, at) => `group ${at}`) }, '/edit'],
  ])('I5: bad input is 422 at the field (%#)', async (body, pointer) => {
    const answer = await send('PUT', `/documents/${upload}/sharing`, body, { as: bob });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer }] });
  });
});
