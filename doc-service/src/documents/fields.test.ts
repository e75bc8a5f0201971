/** Fields that an archive has of its own; over a real socket and a real database. */
import { pdf } from '@berth/testing/pdf.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bob, startService, until, type Asking, type Item, type TestService } from '../testing/service.ts';

let service: TestService;
let documents: Item[];
beforeAll(async () => {
  service = await startService();
  for (const name of ['one', 'two', 'three'])
    await service.drop(`bills/${name}.pdf`, await pdf(`Bill ${name}`));
  const all = await until(
    () => service.json('/documents?category=bills&status=searchable&sort=title'),
    ({ total }) => total === 3,
  );
  documents = all.items;
});
afterAll(() => service.close());

const root: Asking = { superuser: true };
const send = (method: string, path: string, body?: unknown, asking: Asking = root) =>
  service.ask(path, {
    method,
    ...asking,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const idOf = (title: string) => documents.find((one) => one.title === title)?.id ?? '';
const listed = async (filter: string) =>
  (await service.json(`/documents?sort=title&field=${encodeURIComponent(filter)}`)).items.map(
    ({ title }) => title,
  );
const valuesOf = async (id: string, asking: Asking = root) => {
  const field = z.object({ key: z.string(), value: z.unknown(), linked: z.unknown() });
  const { fields } = z
    .object({ fields: z.array(field) })
    .parse(await service.json(`/documents/${id}`, asking));
  return Object.fromEntries(fields.map(({ key, value }) => [key, value]));
};

describe('I11: custom fields', () => {
  test('I11: superusers alone say which there are; a name is there once', async () => {
    const state = { name: 'State', kind: 'choice', choices: ['Open', 'Paid'] };
    expect((await send('POST', '/documents/fields', state, { groups: ['doc-service-admin'] })).status).toBe(
      403,
    );
    for (const body of [
      state,
      { name: 'Amount', kind: 'money' },
      { name: 'Due', kind: 'date' },
      { name: 'Copies', kind: 'number' },
      { name: 'Reference', kind: 'text' },
      { name: 'Answers', kind: 'link' },
    ])
      expect((await send('POST', '/documents/fields', body)).status).toBe(201);
    expect((await send('POST', '/documents/fields', { name: 'STATE', kind: 'text' })).status).toBe(409);
    const answer = z.object({
      items: z.array(z.object({ key: z.string(), id: z.string() })),
      may_edit: z.boolean(),
    });
    const { items, may_edit: mayEdit } = answer.parse(await service.json('/documents/fields', { as: bob }));
    expect(items.map(({ key }) => key)).toEqual(['amount', 'answers', 'copies', 'due', 'reference', 'state']);
    expect(mayEdit).toBe(false);
    const reference = items.find(({ key }) => key === 'reference')?.id;
    const renamed = await send('PATCH', `/documents/fields/${reference}`, { name: 'Invoice number' });
    expect(await renamed.json()).toMatchObject({ key: 'invoice-number' });
  });

  test('I11: values are checked by kind, found by filters, told in the history', async () => {
    const path = `/documents/${idOf('one')}/fields`;
    const fields = {
      state: 'paid',
      amount: { amount: '119.00', currency: 'EUR' },
      due: '2026-03-31',
      copies: 2,
      'invoice-number': 'RE-2024/001',
      answers: idOf('two'),
    };
    expect((await send('PATCH', path, { fields }, { as: bob })).status).toBe(403);
    expect((await send('PATCH', path, { fields })).status).toBe(200);
    await send('PATCH', `/documents/${idOf('two')}/fields`, { fields: { state: 'Open', copies: 7 } });
    expect(await valuesOf(idOf('one'))).toEqual({ ...fields, state: 'Paid' });
    for (const [filter, titles] of [
      ['state:PAID', ['one']],
      ['state:*', ['one', 'two']],
      ['amount:100..200', ['one']],
      ['amount:119', ['one']],
      ['amount:..100', []],
      ['due:2026-01..2026-03', ['one']],
      ['due:2026', ['one']],
      ['copies:3..', ['two']],
      ['invoice-number:re-2024/001', ['one']],
      [`answers:${idOf('two')}`, ['one']],
    ] as const)
      expect([filter, ...(await listed(filter))]).toEqual([filter, ...titles]);
    const { facets } = await service.json('/documents?facets=true');
    expect(facets.fields).toEqual([
      { value: 'invoice-number:RE-2024/001', count: 1 },
      { value: 'state:Open', count: 1 },
      { value: 'state:Paid', count: 1 },
    ]);
    const { history } = await service.json(`/documents/${idOf('one')}`);
    expect(history).toContainEqual(
      expect.objectContaining({ kind: 'field', change: { field: 'Copies', from: null, to: 2 } }),
    );
    const found = await until(
      () => service.json('/documents?q=%22RE-2024%2F001%22'),
      ({ total }) => total === 1,
    );
    expect(found.items[0]?.id).toBe(idOf('one'));
  });

  test('I11 I1: many at once, and undone', async () => {
    const change = { fields: { state: 'Paid', copies: null } };
    const done = z.object({ changed: z.number(), undo_id: z.string() });
    const bulk = await send('POST', '/documents/bulk', { all_of: { field: ['copies:*'] }, change });
    const { changed, undo_id: undoId } = done.parse(await bulk.json());
    expect(changed).toBe(2);
    expect(await listed('state:paid')).toEqual(['one', 'two']);
    expect(await listed('copies:*')).toEqual([]);
    expect((await send('POST', `/documents/bulk/${undoId}/undo`)).status).toBe(200);
    expect(await listed('copies:*')).toEqual(['one', 'two']);
    expect(await valuesOf(idOf('two'))).toEqual({ state: 'Open', copies: 7 });
  });

  test('I11: what is wrong is told at the value; a link leads to what one sees', async () => {
    const fields = {
      state: 'Later',
      amount: { amount: '1,5', currency: 'EUR' },
      colour: 'red',
      answers: idOf('none'),
    };
    const answer = await send('PATCH', `/documents/${idOf('three')}/fields`, {
      fields: { ...fields, answers: bob },
    });
    expect(answer.status).toBe(422);
    const { errors } = z
      .object({ errors: z.array(z.object({ pointer: z.string() })) })
      .parse(await answer.json());
    expect(errors.map(({ pointer }) => pointer)).toEqual(
      ['state', 'amount', 'colour', 'answers'].map((key) => `/fields/${key}`),
    );
    for (const [query, pointer] of [
      ['field=colour%3Ared', '/field'],
      ['field=colour', '/field'],
    ] as const) {
      const refused = await service.ask(`/documents?${query}`);
      expect(refused.status).toBe(422);
      expect(await refused.json()).toMatchObject({ errors: [{ pointer }] });
    }
  });

  test('I11: a field that is deleted goes with its values', async () => {
    const { items } = await service.json('/documents/fields');
    expect((await send('DELETE', `/documents/fields/${items[0]?.id}`)).status).toBe(204);
    expect(Object.keys(await valuesOf(idOf('one')))).not.toContain('amount');
  });
});
