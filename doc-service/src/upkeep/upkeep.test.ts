/** What admins start by a button, what they choose from, and how they check the watched folder. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { editors, libraryOf } from '../testing/library.ts';
import { startService, type TestService } from '../testing/service.ts';

let service: TestService;
const library = libraryOf(() => service);
beforeAll(async () => {
  service = await startService();
  await library.found('letters/one.pdf', 'heliotrope');
});
afterAll(() => service?.close());

test('F6: a look through the folder is one answer with how long it took', async () => {
  const answer = await library.send('POST', '/plugin/actions/rescan', {});
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { message: expect.stringMatching(/^Looked through the whole folder in \d+ ms\.$/) },
  ]);
});

test('F6: rebuilding the index of a folder tells how far it is, and its documents are found afterwards', async () => {
  const answer = await library.send('POST', '/plugin/actions/rebuild-index', { folder: 'letters' });
  const text = await answer.text();
  expect(text).toContain('data: {"done":1,"total":1,"message":"1 / 1"}');
  expect(text).toContain('event: result\ndata: {"message":"One document can be found anew."}');
  expect((await library.searchable('heliotrope')).title).not.toBe('');
});

test('F6: folders to choose from are those of the archive that hold the letters', async () => {
  const asked = async (q: string): Promise<unknown> =>
    (await service.ask(`/choices/folders?q=${q}`, { groups: editors })).json();
  expect(await asked('ETT')).toEqual({ items: [{ value: 'letters' }] });
  expect(await asked('nothing')).toEqual({ items: [] });
});

test('F6: the check of the watched folder says whether it can be read', async () => {
  const answer = await library.send('POST', '/check/folder', { settings: {} });
  expect(await answer.json()).toEqual({ ok: true, message: 'It can be read: one entry.' });
});
