/**
 * I16: what came by which way is told to its editors, and to each person what was not taken.
 */
import { pdf } from '@berth/testing/pdf.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bob, startService, until, type TestService } from '../testing/service.ts';

type Arrivals = {
  may_manage: boolean;
  ways: { way: string; taken: number; refused: number; last_at: string | null }[];
  refused: { way: string; name: string; reason: string }[];
};
const editor = { groups: ['doc-service-admin'] };
let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service?.close());

const arrivals = async (who: Parameters<TestService['ask']>[1] = {}): Promise<Arrivals> =>
  (await service.ask('/documents/arrivals', who)).json();
const upload = (bytes: Uint8Array, name: string) => {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bytes)]), name);
  const path = `/documents/upload?filename=${name}`;
  return service.ask(path, { method: 'POST', body: form });
};

test('I16: each way counts what came and what was not taken, and says why to the person who sent it', async () => {
  const [one, other] = await Promise.all([pdf('One way in'), pdf('Another way in')]);
  expect((await upload(one, 'one.pdf')).status).toBe(202);
  expect((await upload(Buffer.from('GIF89a'), 'picture.gif')).status).toBe(415);
  const put = (bytes: Uint8Array<ArrayBuffer> | string) =>
    service.ask('/documents/dav/post/scan.pdf', { method: 'PUT', body: new Blob([bytes]), as: bob });
  // Desktops first make the name; that is no file yet.
  expect((await put('')).status).toBe(201);
  expect((await put(new Uint8Array(other))).status).toBe(204);
  expect((await put('no PDF')).status).toBe(415);
  await service.drop('watched.pdf', await pdf('By the folder'));
  const told = await until(
    () => arrivals(editor),
    ({ ways }) => ways[0]?.taken === 1,
  );
  const recent = expect.stringMatching(/^\d{4}-/);
  expect(told.ways).toEqual([
    { way: 'watch', taken: 1, refused: 0, last_at: recent },
    { way: 'upload', taken: 1, refused: 1, last_at: recent },
    { way: 'paperless', taken: 0, refused: 0, last_at: null },
    { way: 'dav', taken: 1, refused: 1, last_at: recent },
    { way: 'mail', taken: 0, refused: 0, last_at: null },
    { way: 'import', taken: 0, refused: 0, last_at: null },
  ]);
  // The name of another person's file stays with that person.
  const detail = 'The file is not a PDF.';
  expect(told.refused).toMatchObject([{ way: 'upload', name: 'picture.gif', reason: detail }]);
  expect(await arrivals({ as: bob })).toMatchObject({
    may_manage: false,
    ways: [],
    refused: [{ way: 'dav', name: 'scan.pdf', reason: detail }],
  });
  // The reason is the archive's own sentence: it comes in the language of the reader (G5).
  expect(await arrivals({ as: bob, headers: { 'accept-language': 'de-AT' } })).toMatchObject({
    refused: [{ way: 'dav', name: 'scan.pdf', reason: 'Die Datei ist kein PDF.' }],
  });
});

test('I16: of a person who is refused again and again the latest fifty are remembered', async () => {
  const carol = '33333333-3333-4333-8333-333333333333';
  for (let at = 0; at < 53; at++)
    await service.ask(`/documents/dav/${at}.pdf`, { method: 'PUT', body: 'no PDF', as: carol });
  const { refused } = await arrivals({ as: carol });
  expect(refused.map(({ name }) => name)).toEqual(Array.from({ length: 50 }, (_, at) => `${52 - at}.pdf`));
  expect((await arrivals()).refused).toHaveLength(1);
});
