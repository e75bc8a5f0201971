/** I16: uploads as the programs for Paperless-ngx send them. */
import { pdf } from '@berth/testing/pdf.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bob, startService, until, type TestService } from '../testing/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service?.close());

type Values = readonly (readonly [string, string])[];
const post = async (bytes: Uint8Array, values: Values = [], more: Parameters<TestService['ask']>[1] = {}) => {
  const form = new FormData();
  form.set('document', new Blob([new Uint8Array(bytes)]), 'scan_0007.pdf');
  for (const [name, value] of values) form.append(name, value);
  return service.ask('/documents/post_document/', { method: 'POST', body: form, ...more });
};
const taskOf = async (answer: Response): Promise<string> => {
  const id: unknown = await answer.json();
  return String(id);
};

test('I16: the fields of the form are a person’s word, and the task leads to the document', async () => {
  const answer = await post(await pdf('Water bill of the harbour'), [
    ['title', 'Water'],
    ['created', '2026-03-31T00:00:00Z'],
    ['correspondent', 'Harbour Works'],
    ['document_type', 'Invoice'],
    ['tags', 'water'],
    ['tags', 'tax 2026'],
    ['archive_serial_number', ''],
  ]);
  expect(answer.status).toBe(200);
  const id = await taskOf(answer);
  const tasks = async (): Promise<{ status: string; related_document: string | null }[]> =>
    (await service.ask(`/tasks/?task_id=${id}`)).json();
  const [task] = await until(tasks, ([one]) => one?.status === 'SUCCESS');
  expect(task).toMatchObject({ status: 'SUCCESS', related_document: id });
  expect(await service.json(`/documents/${id}`)).toMatchObject({
    title: 'Water',
    date: '2026-03-31',
    correspondent: 'Harbour Works',
    type: 'Invoice',
    tags: ['water', 'tax 2026'],
    filename: 'scan_0007.pdf',
  });
  // Nothing of it is proposed.
  await service.app.suggestions.makeDue();
  const proposed: { items: { field: string }[] } = await (
    await service.ask(`/documents/${id}/suggestions`)
  ).json();
  expect(proposed.items.map(({ field }) => field)).not.toContain('title');
  // Another person is told of no such task.
  expect(await (await service.ask(`/tasks/?task_id=${id}`, { as: bob })).json()).toEqual([]);
});

test('I16: the same bytes once more are the same document, a person’s word stays', async () => {
  const bytes = await pdf('Sent twice, for the answer was lost');
  const id = await taskOf(await post(bytes, [['title', 'First']]));
  const said = { method: 'PATCH', headers: { 'content-type': 'application/json' } };
  await service.ask(`/documents/${id}/title`, { ...said, body: JSON.stringify({ title: 'Mine' }) });
  const again = await post(bytes, [
    ['title', 'First'],
    ['correspondent', 'Later'],
  ]);
  expect(await taskOf(again)).toBe(id);
  expect(await service.json(`/documents/${id}`)).toMatchObject({ title: 'Mine', correspondent: 'Later' });
});

test.each<[string, Values, number, string]>([
  ['a day that is none', [['created', '31.03.2026']], 422, '/date'],
  [
    'two titles',
    [
      ['title', 'a'],
      ['title', 'b'],
    ],
    422,
    '/title',
  ],
  ['a serial number that is none', [['archive_serial_number', 'x']], 422, '/archive_serial_number'],
  ['a serial number and no field for it', [['archive_serial_number', '7']], 422, 'a superuser adds one'],
  ['a folder of dots', [['storage_path', 'a/../b']], 422, '/category'],
])('I16: %s is refused in words, and nothing is taken', async (_, values, status, words) => {
  const { total } = await service.json('/documents');
  const answer = await post(await pdf(`Refused ${words}`), values);
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(words)]);
  expect((await service.json('/documents')).total).toBe(total);
});

test('I16: what is no PDF, and a form without a document, is refused in words', async () => {
  expect((await post(Buffer.from('GIF89a'))).status).toBe(415);
  const form = new FormData();
  form.set('title', 'Nothing');
  const empty = await service.ask('/documents/post_document/', { method: 'POST', body: form });
  expect([empty.status, await empty.text()]).toEqual([422, expect.stringContaining('/document')]);
});

test('I16: a serial number is kept in the field of the archive', async () => {
  const field = { name: 'Archive serial number', kind: 'number' };
  await service.ask('/documents/fields', {
    superuser: true,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(field),
  });
  const id = await taskOf(await post(await pdf('With a number'), [['archive_serial_number', '42']]));
  const { fields }: { fields: unknown[] } = await (await service.ask(`/documents/${id}`)).json();
  expect(fields).toMatchObject([{ key: 'archive-serial-number', value: 42 }]);
});
