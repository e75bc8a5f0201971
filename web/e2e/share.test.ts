/** I16: the installed app, and what other apps share with it, in a real Chromium. */
import { pdf } from '@berth/testing/pdf.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHouse, type House, type Visit } from './house.ts';

let house: House;
let visit: Visit;
let page: Page;

beforeAll(async () => {
  house = await openHouse();
  visit = await house.visitSignedIn();
  page = visit.page;
}, 120_000);
afterAll(() => house?.close());

const isActive = () =>
  page.evaluate(async () => (await navigator.serviceWorker.getRegistration('/share'))?.active?.state);

/** As the system hands files over: a form that is sent to the share target. */
const shareFile = (name: string, type: string, bytes: Uint8Array) =>
  page.evaluate(
    ([file, kind, base64]) => {
      const form = document.createElement('form');
      form.action = '/share';
      form.method = 'post';
      form.enctype = 'multipart/form-data';
      const input = document.createElement('input');
      input.type = 'file';
      input.name = 'files';
      const given = new DataTransfer();
      const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      given.items.add(new File([content], file, { type: kind }));
      input.files = given.files;
      form.append(input);
      document.body.append(form);
      form.submit();
    },
    [name, type, Buffer.from(bytes).toString('base64')] as const,
  );

test('I16: the shell can be installed: its manifest, icons and share target are there', async () => {
  await page.goto('/');
  const answer = await page.request.get('/manifest.webmanifest');
  expect(answer.headers()['content-type']).toBe('application/manifest+json');
  const manifest: { icons: { src: string }[]; share_target: { action: string } } = await answer.json();
  for (const { src } of manifest.icons) expect((await page.request.get(src)).status()).toBe(200);
  expect(manifest.share_target.action).toBe('/share');
  const session = await visit.context.newCDPSession(page);
  const { errors } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  await expect.poll(isActive, { timeout: 20_000 }).toBe('activated');
});

test('I16: what is shared waits for a person, who hands it to an extension that takes such files', async () => {
  await page.goto('/');
  await expect.poll(isActive, { timeout: 20_000 }).toBe('activated');
  await shareFile('from the phone.pdf', 'application/pdf', await pdf('Shared from the phone'));
  await page.waitForURL('**/share');
  await page.getByText('from the phone.pdf').waitFor();
  await page.getByText('Not handed over yet').waitFor();
  await page.getByRole('button', { name: 'Save to Documents' }).click();
  await page.getByText('Handed to Documents').waitFor();
  const listed = await page.request.get('/api/documents');
  const { items }: { items: { filename: string }[] } = await listed.json();
  expect(items.map(({ filename }) => filename)).toContain('from the phone.pdf');
  await page.goto('/share');
  await page.getByText('Nothing was shared').waitFor();
  expect(visit.complaints).toEqual([]);
});

test('I16: files that no extension takes are said so', async () => {
  await page.goto('/share');
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files' }).click();
  await (await chosen).setFiles({ name: 'song.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('la') });
  await page.getByText('No extension that is open to you takes such files.').waitFor();
});
