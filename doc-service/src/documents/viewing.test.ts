/** What the viewer asks beside pictures: where a search finds something in one document, and the text of each version. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pdf } from '@berth/testing/pdf.ts';
import { alice, bob, startService, until, type TestService } from '../testing/service.ts';

let service: TestService;
let id: string;

const arrived = (query: string, isRight: (item: { version: number; status: string }) => boolean) =>
  until(
    () => service.json(`/documents?q=${query}`),
    ({ items }) => items[0] !== undefined && items[0].status === 'searchable' && isRight(items[0]),
  );
const hits = async (q: string, as = alice) =>
  (await service.ask(`/documents/${id}/hits?q=${encodeURIComponent(q)}`, { as })).json();

beforeAll(async () => {
  service = await startService();
  await service.drop('lease.pdf', await pdf('The wombat pays rent.', 'Nothing here.', 'Wombat and wombat.'));
  id = (await arrived('wombat', () => true)).items[0]?.id ?? '';
});
afterAll(() => service.close());

describe('I14 hits in one document', () => {
  test('I14: each page with a hit is told, with how many there are', async () => {
    expect(await hits('wombat')).toMatchObject({
      pages: [
        { page: 1, count: 1 },
        { page: 3, count: 2 },
      ],
      is_all: true,
    });
    expect(await hits('nothing zebra')).toMatchObject({ pages: [{ page: 2, count: 1 }] });
    expect(await hits('')).toMatchObject({ pages: [] });
  });

  test('I14: a word that is only a part of another is found as the list finds it', async () => {
    expect(await hits('womba')).toMatchObject({ pages: [{ page: 1 }, { page: 3 }] });
  });

  test('I5: hits of a document that is not the caller’s are the same 404 as of none', async () => {
    const form = new FormData();
    form.append('file', new File([new Uint8Array(await pdf('A quokka, privately.'))], 'own.pdf'));
    const { id: own } = await service.json('/documents/upload', { method: 'POST', body: form, as: bob });
    for (const path of [`/documents/${own}/hits?q=quokka`, `/documents/${own}/versions/1/text`])
      expect((await service.ask(path, { as: alice })).status).toBe(404);
  });
});

describe('I10 versions by their text', () => {
  test('I10: the text of each version can be had, page by page', async () => {
    await service.drop('lease.pdf', await pdf('The wombat pays more rent.', 'Nothing here.'));
    await arrived('wombat', ({ version }) => version === 2);
    const first = await (await service.ask(`/documents/${id}/versions/1/text`)).json();
    const second = await (await service.ask(`/documents/${id}/versions/2/text`)).json();
    expect(first).toMatchObject({ number: 1, page_count: 3, is_all: true });
    expect(second).toMatchObject({
      number: 2,
      pages: [expect.stringContaining('more rent'), 'Nothing here.'],
    });
    expect((await service.ask(`/documents/${id}/versions/3/text`)).status).toBe(404);
  });
});
