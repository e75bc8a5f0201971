/**
 * I16: ways in through the whole product: the installed app in a real Chromium, and programs with an API
 * key.
 */
import { pdf } from '@berth/testing/pdf.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from 'webdav';
import { openHouse, unsafeHeaders, type House, type Visit } from './house.ts';

let house: House;
let visit: Visit;
let page: Page;

beforeAll(async () => {
  house = await openHouse();
  visit = await house.visitSignedIn();
  page = visit.page;
});
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
  await expect.poll(isActive).toBe('activated');
});

test('I16: what is shared waits until a person hands it to an extension that takes it', async () => {
  await page.goto('/');
  await expect.poll(isActive).toBe('activated');
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

test('I16: WebDAV and the clients of Paperless come through the gateway with an API key', async () => {
  const made = await page.request.post('/api/auth/keys', {
    data: { name: 'scanner', scopes: ['plugins:doc-service'] },
    headers: await unsafeHeaders(visit.context, house.product),
  });
  const { key }: { key: string } = await made.json();
  const inbox = createClient(new URL('/api/documents/dav/', house.product.url).href, {
    username: 'scanner',
    password: key,
  });
  await inbox.createDirectory('/letters');
  await inbox.putFileContents('/letters/scan.pdf.part', Buffer.from(await pdf('From the scanner')));
  await inbox.moveFile('/letters/scan.pdf.part', '/letters/scan.pdf');
  expect(await inbox.stat('/letters/scan.pdf')).toMatchObject({ filename: '/letters/scan.pdf' });
  const form = new FormData();
  form.set('document', new Blob([new Uint8Array(await pdf('From a script'))]), 'script.pdf');
  form.set('title', 'By a script');
  const authorization = `Token ${key}`;
  const posted = await fetch(new URL('/api/documents/post_document/', house.product.url), {
    method: 'POST',
    headers: { authorization },
    body: form,
  });
  const taskId: unknown = await posted.json();
  const status = async (): Promise<string | undefined> => {
    const url = new URL(`/api/tasks/?task_id=${String(taskId)}`, house.product.url);
    const tasks: { status: string }[] = await (await fetch(url, { headers: { authorization } })).json();
    return tasks[0]?.status;
  };
  await expect.poll(status).toBe('SUCCESS');
  const listed = await page.request.get('/api/documents');
  const { items }: { items: { title: string; category: string | null }[] } = await listed.json();
  expect(items).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ title: 'By a script' }),
      expect.objectContaining({ title: 'scan', category: 'letters' }),
    ]),
  );
});
