/** Notes, views and documents that look alike; over a real socket and a real database. */
import { pdf } from '@berth/testing/pdf.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
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
beforeAll(async () => (service = await startService()));
afterAll(() => service.close());

const root: Asking = { superuser: true };
const send = (method: string, path: string, body: unknown, asking: Asking = {}) =>
  service.ask(path, {
    method,
    ...asking,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const found = async (path: string, word: string, text = `About the ${word}`): Promise<Item> => {
  await service.drop(path, await pdf(text));
  const { items } = await until(
    () => service.json(`/documents?q=${word}`),
    (list) => list.items[0]?.status === 'searchable',
  );
  if (!items[0]) throw new Error(`nothing found for ${word}`);
  return items[0];
};

describe('I11: notes', () => {
  const note = z.object({
    id: z.string(),
    text: z.string(),
    is_own: z.boolean(),
    edited_at: z.string().nullable(),
  });
  const notesOf = async (answer: Promise<Response>) =>
    z.object({ notes: z.array(note) }).parse(await (await answer).json()).notes;

  test('I11: whoever sees a document writes to it, changes their own alone, and finds it by its words', async () => {
    const { id } = await found('noted.pdf', 'numbat');
    const path = `/documents/${id}/notes`;
    const [made] = await notesOf(send('POST', path, { text: '  Ask the plumber again\n' }));
    expect(made).toMatchObject({ text: 'Ask the plumber again', is_own: true, edited_at: null });
    expect(await notesOf(service.ask(`/documents/${id}`, { as: bob }))).toMatchObject([{ is_own: false }]);
    const own = `${path}/${made?.id}`;
    for (const method of ['PATCH', 'DELETE'])
      expect((await send(method, own, { text: 'x' }, { as: bob, ...root })).status).toBe(403);
    const { items } = await until(
      () => service.json('/documents?q=plumber'),
      (list) => list.total === 1 && list.similar.length === 0,
    );
    expect(items.map((one) => one.id)).toEqual([id]);
    expect(await notesOf(send('PATCH', own, { text: 'Asked' }))).toMatchObject([{ text: 'Asked' }]);
    expect(await notesOf(send('DELETE', own, undefined))).toEqual([]);
    const { history } = await service.json(`/documents/${id}`);
    expect(history.filter(({ kind }) => kind === 'note').map(({ change }) => change)).toEqual([
      { from: 'Asked', to: null },
      { from: 'Ask the plumber again', to: 'Asked' },
      { from: null, to: 'Ask the plumber again' },
    ]);
    expect((await send('POST', path, { text: ' ' })).status).toBe(422);
    expect((await send('DELETE', own, undefined)).status).toBe(404);
  });
});

describe('I1 I11: saved views', () => {
  const view = z.object({ id: z.string(), name: z.string(), is_shared: z.boolean(), may_edit: z.boolean() });
  const views = async (asking: Asking = {}) =>
    z
      .object({ items: z.array(view), settings: z.looseObject({ default_view_id: z.string().nullable() }) })
      .parse(await (await service.ask('/documents/views', asking)).json());
  const idOf = async (answer: Promise<Response>) => view.parse(await (await answer).json()).id;

  test('I1: one’s own are one’s own; a superuser makes them everybody’s', async () => {
    const list = { q: 'water', tag: ['unpaid'], sort: 'title', layout: 'grid' };
    const own = await idOf(send('POST', '/documents/views', { name: 'Unpaid', list }));
    expect((await views()).items).toMatchObject([
      { id: own, name: 'Unpaid', is_shared: false, may_edit: true },
    ]);
    expect((await views({ as: bob })).items).toEqual([]);
    const path = `/documents/views/${own}`;
    expect((await send('PATCH', path, { name: 'x' }, { as: bob })).status).toBe(404);
    expect((await send('PATCH', path, { shared: true })).status).toBe(403);
    const shared = await idOf(send('POST', '/documents/views', { name: 'Taxes', list, shared: true }, root));
    expect((await views({ as: bob })).items).toMatchObject([{ id: shared, may_edit: false }]);
    expect((await send('DELETE', `/documents/views/${shared}`, undefined, { as: bob })).status).toBe(403);

    const settings = { default_view_id: shared, columns: ['folder', 'pages'], is_dense: true };
    expect((await send('PUT', '/documents/views/settings', settings, { as: bob })).status).toBe(200);
    expect((await views({ as: bob })).settings).toEqual(settings);
    const foreign = await send(
      'PUT',
      '/documents/views/settings',
      { ...settings, default_view_id: own },
      { as: bob },
    );
    expect(foreign.status).toBe(422);
    expect((await send('DELETE', `/documents/views/${shared}`, undefined, root)).status).toBe(204);
    expect((await views({ as: bob })).settings.default_view_id).toBeNull();
    expect((await send('PATCH', path, { name: 'Open bills', list: {} })).status).toBe(200);
  });

  test.each([
    [{ name: '', list: {} }, '/name'],
    [{ name: 'a', list: { colour: 'red' } }, '/list/colour'],
    [{ name: 'a', list: { after: 'soon' } }, '/list/after'],
    [{ name: 'a', list: { sort: 'colour' } }, '/list/sort'],
    [{ name: 'a' }, '/list'],
  ])('I1: what is no list is 422 at the field (%#)', async (body, pointer) => {
    const answer = await send('POST', '/documents/views', body);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer }] });
  });
});

describe('I11: documents that look alike', () => {
  const lines = Array.from({ length: 40 }, (_, at) => `clause ${at} of the agreement about item ${at * 31}`);
  const alike = async (id: string, asking: Asking = {}) =>
    z
      .object({ items: z.array(z.object({ id: z.string(), likeness: z.number() })) })
      .parse(await (await service.ask(`/documents/${id}/similar`, asking)).json()).items;

  test('I11 I5: the other draft is told, with how alike it is, and only to those who see it', async () => {
    const draft = await found('contracts/draft.pdf', 'quoll', ['quoll', ...lines].join('\n'));
    const final = await found('contracts/final.pdf', 'bettong', ['bettong', ...lines].join('\n'));
    await found(
      'other.pdf',
      'dunnart',
      Array.from({ length: 60 }, (_, at) => `dunnart ${at * at}`).join(' '),
    );
    const [first, ...rest] = await alike(final.id);
    expect(rest).toEqual([]);
    expect(first?.id).toBe(draft.id);
    expect(first?.likeness).toBeGreaterThan(0.9);
    const form = new FormData();
    const own = await pdf(['own', ...lines].join('\n'));
    form.set('file', new Blob([new Uint8Array(own)]), 'own.pdf');
    const sent = await service.ask('/documents/upload', { method: 'POST', body: form, as: bob });
    const { id } = z.object({ id: z.string() }).parse(await sent.json());
    await until(
      () => service.json(`/documents/${id}`, { as: bob }),
      ({ status }) => status === 'searchable',
    );
    expect((await alike(id, { as: bob })).length).toBe(2);
    expect((await alike(final.id, { as: bob })).length).toBe(2);
    expect((await alike(final.id, { as: alice, ...root })).length).toBe(1);
  });
});
