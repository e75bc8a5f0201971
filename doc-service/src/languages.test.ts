/** The archive answers in the language of the reader; titles and names stay as they were written (G5). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockedPdf } from './testing/locked-pdf.ts';
import { startService, until, type TestService } from './testing/service.ts';

/** A title that is itself a sentence of the archive. */
const title = 'It wants a password.';
const german = { headers: { 'accept-language': 'de-CH' } };
const error = 'Die Datei ist verschlüsselt: Es verlangt ein Passwort.';

let service: TestService;
let id: string;
beforeAll(async () => {
  service = await startService();
  await service.drop(`${title}.pdf`, lockedPdf('secret', 'Nobody reads this'));
  const stuck = () => service.json('/documents?status=stuck');
  id = (await until(stuck, ({ total }) => total === 1)).items[0]?.id ?? '';
});
afterAll(() => service?.close());

test('G5: the list, the document and the status say why it is stuck; its title is as it was', async () => {
  expect((await service.json('/documents', german)).items).toMatchObject([{ title, error }]);
  expect(await service.json(`/documents/${id}`, german)).toMatchObject({ title, error });
  expect(await service.json('/documents/status', german)).toMatchObject({ stuck: [{ title, error }] });
  const others = { headers: { 'accept-language': 'fr, en' } };
  expect(await service.json('/documents/status', others)).toMatchObject({
    stuck: [{ title, error: 'The file is encrypted: It wants a password.' }],
  });
});

test('G5: the live events say it too', async () => {
  const stop = new AbortController();
  const { body } = await service.ask('/documents/events', { ...german, signal: stop.signal });
  if (!body) throw new Error('no events came');
  let heard = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    heard += chunk;
    if (/event: status\n.*\n\n/.test(heard)) break;
  }
  stop.abort();
  expect(heard).toContain(`"title":"${title}"`);
  expect(heard).toContain(`"error":"${error}"`);
});

test('G5: what was made of a query, and why an upload was refused', async () => {
  const { notes } = await service.json('/documents?q=date:soon', german);
  expect(notes).toMatchObject([{ detail: 'ist kein Datum wie 2026, 2026-03 oder 2026-03-31' }]);
  const form = new FormData();
  form.append('file', new File(['GIF89a'], 'The file is not a PDF.'));
  expect((await service.ask('/documents/upload', { method: 'POST', body: form })).status).toBe(415);
  expect(await service.json('/documents/arrivals', german)).toMatchObject({
    refused: [{ reason: 'Die Datei ist kein PDF.' }],
  });
});
