/** What the page hands over to a shell that draws the head and the counts. */
import { expect, test } from 'vitest';

import { fakeDocuments } from './harness/fake-documents.ts';
import { household } from './harness/sample.ts';
import { appears, axeFindings, lookAt, phone, preparePage, type Visited } from './harness/visit.ts';

const visit = preparePage();

/** What the page has said to the shell, of one type. */
const said = ({ page }: Visited, type: string) =>
  page.evaluate(`window.said.filter((message) => message.type === '${type}')`);

test('G3: where the shell draws the head, the page gives tabs and Upload, and draws no bar', async () => {
  const visited = await visit(fakeDocuments(household(6)), '#/', { hasHead: true });
  const { frame, refused } = visited;
  await frame.getByText('7 documents').waitFor();
  expect(await frame.getByRole('navigation', { name: 'Documents' }).count()).toBe(0);
  expect(await frame.getByRole('button', { name: 'Upload' }).count()).toBe(0);
  await expect
    .poll(() => said(visited, 'head'))
    .toEqual([
      {
        type: 'head',
        head: {
          tabs: [
            { title: 'Library', path: '#/' },
            { title: 'Inbox', path: '#/inbox' },
            { title: 'Activity', path: '#/activity' },
          ],
          action: { id: 'upload', title: 'Upload', icon: 'upload' },
        },
      },
    ]);
  expect(refused).toEqual([]);
});

test('G3: a press on Upload in the shell opens a dialog, and the chosen files are sent', async () => {
  const { page, frame } = await visit(fakeDocuments([]), '#/inbox', { hasHead: true, viewport: phone });
  await frame.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
  await page.evaluate('press("upload")');
  const dialog = frame.getByRole('dialog', { name: 'Upload documents' });
  await dialog.waitFor();
  await lookAt(page, 'upload-dialog');
  expect(await axeFindings(frame)).toEqual([]);
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    dialog.getByRole('button', { name: 'Choose files' }).click(),
  ]);
  await chooser.setFiles({ name: 'one.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') });
  await dialog.waitFor({ state: 'detached' });
  expect(await appears(frame.getByText('1 document is searchable'))).toBe(true);
});

test('G3: a dialog for files that cannot be fetched is said, and asked for anew when shown anew', async () => {
  const missing = /upload-dialog/;
  const { page, frame } = await visit(fakeDocuments(household(6)), '#/', { hasHead: true, missing });
  await frame.getByText('7 documents').waitFor();
  await page.evaluate('press("upload")');
  await frame.getByRole('alert').getByText('This view broke').waitFor();
  await frame.getByRole('button', { name: 'Show it again' }).click();
  await frame.getByText('7 documents').waitFor();
  await page.context().unroute(missing);
  await page.evaluate('press("upload")');
  await frame.getByRole('dialog', { name: 'Upload documents' }).waitFor();
});

test('G5: another language and region are there at once, in the page and in the head that the shell draws', async () => {
  const visited = await visit(fakeDocuments(household(1300)), '#/', { hasHead: true });
  const { page, frame } = visited;
  await frame.getByText('1,301 documents').waitFor();
  const askedAnew = page.waitForRequest(
    async (one) =>
      one.url().includes('/documents?') && (await one.allHeaders())['accept-language'] === 'de-DE',
  );
  await page.evaluate('setLocale("de-DE", "Asia/Tokyo")');
  expect(await appears(frame.getByText('1.301 Dokumente'))).toBe(true);
  expect(await appears(frame.getByLabel('Dokumente durchsuchen'))).toBe(true);
  // Why a document is stuck, and what was made of a query, is said in it too.
  await askedAnew;
  await expect
    .poll(() => said(visited, 'head'))
    .toContainEqual(
      expect.objectContaining({
        head: expect.objectContaining({ action: { id: 'upload', title: 'Hochladen', icon: 'upload' } }),
      }),
    );
});

test('G3: a shell that draws no head leaves the page its own bar', async () => {
  const visited = await visit(fakeDocuments(household(6)));
  const { frame } = visited;
  await frame.getByRole('navigation', { name: 'Documents' }).getByRole('link', { name: 'Inbox' }).click();
  await frame.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
  expect(await frame.getByRole('button', { name: 'Upload' }).count()).toBe(1);
  expect(await said(visited, 'head')).toEqual([]);
});

test('G1: a decision in the inbox has the counts of the sidebar asked for again', async () => {
  const documents = fakeDocuments(household(6));
  documents.proposals.set('d0', [
    {
      field: 'folder',
      value: 'Home/Energy',
      reason: 'The heading says so.',
      confidence: 0.97,
      source: { method: 'rules', page: 1 },
      state: 'pending',
    },
  ]);
  const visited = await visit(documents, '#/inbox', { hasHead: true });
  await visited.frame.getByText('1 of 1 document waits').waitFor();
  expect(await said(visited, 'badges')).toEqual([]);
  await visited.frame.getByRole('button', { name: /^Accept/ }).click();
  await visited.frame.getByText('Nothing waits for you').waitFor();
  await expect.poll(() => said(visited, 'badges')).toContainEqual({ type: 'badges' });
});

test('G1: when a document is stuck no more, the counts of the sidebar are asked for again', async () => {
  const documents = fakeDocuments(household(6));
  documents.isLive = true;
  const visited = await visit(documents, '#/activity', { hasHead: true });
  await visited.frame.getByText('1 is stuck').waitFor();
  expect(await said(visited, 'badges')).toEqual([]);
  documents.items = documents.items.filter(({ status }) => status !== 'stuck');
  documents.tell([]);
  await visited.frame.getByText('Nothing is stuck').waitFor();
  await expect.poll(() => said(visited, 'badges')).toEqual([{ type: 'badges' }]);
});
