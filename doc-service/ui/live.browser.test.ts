import { describe, expect, test } from 'vitest';

import { fakeDocuments } from './harness/fake-documents.ts';
import { household } from './harness/sample.ts';
import { appears, disappears, preparePage } from './harness/visit.ts';

const visit = preparePage();

function liveArchive() {
  const documents = fakeDocuments(household(6));
  documents.isLive = true;
  return documents;
}
const asked = (requests: readonly string[], path: string) =>
  requests.filter((request) => request === `GET ${path}`).length;

describe('I8 live progress', () => {
  test('I8: activity, list and document follow the archive without asking at intervals', async () => {
    const documents = liveArchive();
    const { page, frame } = await visit(documents, '#/activity');
    await frame.getByText('2 documents are on the way. 1 is stuck.').waitFor();
    const moved = documents.items.find(({ status }) => status === 'kept');
    if (moved === undefined) throw new Error('nothing is on its way');
    moved.status = 'searchable';
    documents.tell([moved.id]);
    await frame.getByText('1 document is on the way. 1 is stuck.').waitFor();
    expect(asked(documents.requests, '/documents/status')).toBeLessThanOrEqual(1);

    await frame.getByRole('link', { name: 'Library' }).click();
    await frame.getByRole('link', { name: 'Electricity bill', exact: true }).click();
    await frame.getByRole('heading', { name: 'Electricity bill' }).waitFor();
    const shown = documents.items.find(({ title }) => title === 'Electricity bill');
    if (shown === undefined) throw new Error('it is gone');
    shown.title = 'Power bill';
    documents.tell([shown.id]);
    expect(await appears(frame.getByRole('heading', { name: 'Power bill' }))).toBe(true);
    expect(page.url()).toContain(shown.id);
  });

  test('I8: a stream that breaks is opened again by itself', async () => {
    const documents = liveArchive();
    const { frame } = await visit(documents, '#/activity');
    await frame.getByText('1 is stuck').waitFor();
    documents.breakStreams();
    documents.items = documents.items.filter(({ status }) => status !== 'stuck');
    expect(await disappears(frame.getByText('1 is stuck'))).toBe(true);
    await expect.poll(() => asked(documents.requests, '/documents/events')).toBe(2);
  });

  test('I8: where the stream is refused, the page asks at intervals', async () => {
    const documents = fakeDocuments(household(6));
    const { frame } = await visit(documents, '#/activity');
    await frame.getByText('1 is stuck').waitFor();
    documents.items = documents.items.filter(({ status }) => status !== 'stuck');
    expect(await disappears(frame.getByText('1 is stuck'))).toBe(true);
    expect(asked(documents.requests, '/documents/events')).toBe(1);
  });
});

describe('H10 stuck', () => {
  test('H10: a file that wants a password can be given one, and its password is asked for by name', async () => {
    const documents = fakeDocuments(
      household(6).map((item) =>
        item.status === 'stuck' ? { ...item, error_reason: 'encrypted', reason: 'encrypted' } : item,
      ),
    );
    const { frame, page } = await visit(documents, '#/activity');
    await frame.getByRole('button', { name: /^Give the password of Scan/ }).click();
    await frame.getByLabel('Password', { exact: true }).fill('open sesame');
    await page.keyboard.press('Enter');
    expect(await appears(frame.getByText('Nothing is stuck'))).toBe(true);
    expect(documents.requests.join(' ')).not.toContain('sesame');
  });
});
