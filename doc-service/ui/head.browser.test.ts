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
  expect(await said(visited, 'head')).toEqual([
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

test('G3: a shell that draws no head leaves the page its own bar', async () => {
  const visited = await visit(fakeDocuments(household(6)));
  const { frame } = visited;
  await frame.getByRole('navigation', { name: 'Documents' }).getByRole('link', { name: 'Inbox' }).click();
  await frame.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
  expect(await frame.getByRole('button', { name: 'Upload' }).count()).toBe(1);
  expect(await said(visited, 'head')).toEqual([]);
});
