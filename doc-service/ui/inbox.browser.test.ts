import { expect, test } from 'vitest';

import { fakeDocuments } from './harness/fake-documents.ts';
import type { FakeDocuments, FakeProposal } from './harness/fake-documents.types.ts';
import { household } from './harness/sample.ts';
import { appears, axeFindings, desktop, disappears, lookAt, phone, preparePage } from './harness/visit.ts';

const visit = preparePage();

const propose = (
  field: string,
  value: string | string[],
  confidence: number,
  more: Partial<FakeProposal> = {},
): FakeProposal => ({
  field,
  value,
  reason: 'It is so with 7 of the 8 documents that are most like it.',
  confidence,
  source: { method: 'neighbours', page: null },
  state: 'pending',
  ...more,
});

/** Three documents wait: d0 and d1 for Home/Energy, d5 for a new folder. */
function archive() {
  const fake = fakeDocuments(household(8));
  const rules = { reason: 'The heading says so.', source: { method: 'rules', page: 1 } };
  fake.proposals.set('d0', [
    propose('folder', 'Home/Energy', 0.97),
    propose('title', 'Invoice 4711, Stadtwerke Seedorf', 0.92, rules),
    propose('tags', ['energy', 'paid'], 0.7),
  ]);
  fake.proposals.set('d1', [propose('folder', 'Home/Energy', 0.95)]);
  fake.proposals.set('d5', [propose('folder', 'Dentist/2026', 0.8, { is_new: true })]);
  return fake;
}

test('J2: A accepts what is ticked, E edits first, R rejects, J and K step, U takes the last decision back', async () => {
  const fake = archive();
  const { page, frame, refused } = await visit(fake, '#/inbox');
  await frame.getByRole('heading', { name: 'Household insurance policy' }).waitFor();
  await frame.getByText('1 of 3 documents wait').waitFor();
  await frame.getByRole('checkbox', { name: 'Tags: decide now' }).uncheck();
  await page.keyboard.press('a');
  await frame.getByText('Accepted.').waitFor();
  // What is left of it is less sure than the others, and waits behind them.
  await frame.getByRole('heading', { name: 'Electricity bill' }).waitFor();
  expect(fake.items.find(({ id }) => id === 'd0')).toMatchObject({
    category: 'Home/Energy',
    title: 'Invoice 4711, Stadtwerke Seedorf',
  });
  await page.keyboard.press('u');
  await frame.getByRole('heading', { name: 'Household insurance policy' }).waitFor();
  await frame.getByText('1 of 3 documents wait').waitFor();
  expect(fake.items.find(({ id }) => id === 'd0')?.title).toBe('Household insurance policy');

  await page.keyboard.press('j');
  await frame.getByRole('heading', { name: 'Electricity bill' }).waitFor();
  await page.keyboard.press('e');
  await frame.getByRole('textbox', { name: 'Folder' }).fill('Home/Power');
  await page.keyboard.press('Enter');
  await expect.poll(() => fake.items.find(({ id }) => id === 'd1')?.category).toBe('Home/Power');
  await frame.getByRole('heading', { name: 'Dental invoice' }).waitFor();
  await page.keyboard.press('r');
  await expect.poll(() => fake.proposals.get('d5')?.[0]?.state).toBe('rejected');
  expect(fake.items.find(({ id }) => id === 'd5')?.category).not.toBe('Dentist/2026');
  expect(refused).toEqual([]);
});

test('J5: what a model needed for a document is told beside its proposals', async () => {
  const documents = archive();
  documents.model = { state: 'answered', detail: null, name: 'small-1', is_local: true };
  const { frame } = await visit(documents, '#/inbox');
  await frame.getByText('the model used €0.0031, 1,321 tokens').waitFor();
});

test('J5, I16: Activity tells what models cost, how mail does, and what came by which way', async () => {
  const documents = archive();
  documents.model = { state: 'answered', detail: null, name: 'small-1', is_local: true };
  const { frame } = await visit(documents, '#/activity');
  await frame.getByRole('row', { name: /^small-1 41 44 3 1,321 €0\.0031$/ }).waitFor();
  await frame.getByRole('row', { name: /^Watched folder 1,204 2/ }).waitFor();
  await frame.getByText('3 of 8 messages, 2 documents').waitFor();
  await frame.getByText('The server refused the user or the password.').waitFor();
  await frame.getByText('Not taken from mail (1)').click();
  await frame.getByText('huge.pdf: larger than the limit.').waitFor();
  await frame.getByText('The file is not a PDF.').waitFor();
  expect(await axeFindings(frame)).toEqual([]);
});

test('I16: what Activity could not read says so until the answer, with the focus on its button', async () => {
  const documents = archive();
  const held: (() => void)[] = [];
  let asked = 0;
  const answer: FakeDocuments['answer'] = (request, response, url) => {
    if (!url.pathname.endsWith('/mail')) return documents.answer(request, response, url);
    asked += 1;
    if (asked === 1) response.writeHead(500, { 'content-type': 'application/json' }).end('{}');
    else held.push(() => documents.answer(request, response, url));
  };
  const { frame } = await visit({ ...documents, answer }, '#/activity');
  const failure = frame.getByRole('alert').filter({ hasText: 'Could not load the mailboxes' });
  const retry = failure.getByRole('button', { name: 'Retry' });
  await retry.press('Enter');
  await expect.poll(() => held.length).toBeGreaterThan(0);
  await retry.and(frame.locator(':focus')).waitFor();
  expect(await axeFindings(frame)).toEqual([]);
  await retry.and(frame.locator(':focus')).waitFor();
  for (const go of held) go();
  await frame.getByText('3 of 8 messages, 2 documents').waitFor();
  expect(await failure.count()).toBe(0);
});

test('I16: a person without rights on the archive is told of their own files alone', async () => {
  const documents = archive();
  documents.mayEdit = false;
  const { frame } = await visit(documents, '#/activity');
  await frame.getByText('holiday.jpg').waitFor();
  expect(await frame.getByText('Ways in').count()).toBe(0);
  expect(documents.requests.filter((one) => /mail|imports|usage/.test(one))).toEqual([]);
});

test('J2: what is sure in one folder is accepted at once, and undone at once', async () => {
  const fake = archive();
  const { frame } = await visit(fake, '#/inbox');
  await frame.getByLabel('Folder', { exact: true }).selectOption('Home/Energy');
  await frame.getByRole('button', { name: 'Accept all from 90 % (2)' }).click();
  await frame.getByText('2 documents changed.').waitFor();
  expect(fake.proposals.get('d0')?.map(({ state }) => state)).toEqual(['confirmed', 'confirmed', 'pending']);
  await frame.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => fake.proposals.get('d1')?.[0]?.state).toBe('pending');
});

test('J1: on its page a document shows what is proposed, each accepted or rejected alone', async () => {
  const fake = archive();
  const { frame } = await visit(fake, '#/documents/d0');
  const chips = frame.getByRole('region', { name: 'Proposals' });
  await chips.getByRole('button', { name: 'Accept Folder' }).click();
  expect(await disappears(chips.getByRole('button', { name: 'Accept Folder' }))).toBe(true);
  expect(fake.items.find(({ id }) => id === 'd0')?.category).toBe('Home/Energy');
  await chips.getByRole('button', { name: 'Reject Title' }).click();
  await expect
    .poll(() => fake.proposals.get('d0')?.map(({ state }) => state))
    .toEqual(['confirmed', 'rejected', 'pending']);
});

test('J5, J6: a model that does not help is told with the next step; which model may read what is said by folder', async () => {
  const fake = archive();
  fake.model = {
    state: 'budget',
    detail: 'The budget of this month is used up.',
    name: 'small-1',
    is_local: false,
  };
  const { frame } = await visit(fake, '#/inbox');
  await frame.getByText('A superuser can raise it on the page Connections.').waitFor();
  await frame.getByRole('button', { name: 'Privacy' }).click();
  const dialog = frame.getByRole('dialog');
  await dialog.getByLabel('Another folder').fill('Health');
  await dialog.getByRole('button', { name: 'Keep from models' }).click();
  await dialog.getByLabel('Health', { exact: true }).waitFor();
  expect(fake.privacy).toEqual([{ path: 'Health', level: 'none' }]);
  await dialog.getByLabel('Health', { exact: true }).selectOption('A model in the house only');
  await expect.poll(() => fake.privacy).toEqual([{ path: 'Health', level: 'local' }]);
});

test('G7: a dialog that is closed gives the focus back to what opened it', async () => {
  const { page, frame } = await visit(archive(), '#/inbox');
  const opener = frame.getByRole('button', { name: 'Privacy' });
  await opener.focus();
  await page.keyboard.press('Enter');
  await frame.getByRole('dialog').getByText('All other folders').waitFor();
  await page.keyboard.press('Escape');
  await frame.getByRole('dialog').waitFor({ state: 'detached' });
  await opener.and(frame.locator(':focus')).waitFor();
});

test('J2: an empty inbox, and one that does not answer, say what to do', async () => {
  const empty = await visit(fakeDocuments(household(3)), '#/inbox');
  await empty.frame.getByText('Nothing waits for you').waitFor();
  await lookAt(empty.page, 'inbox-empty');
  const fake = archive();
  const { frame } = await visit(fake, '#/inbox');
  await frame.getByText('1 of 3').waitFor();
  fake.down = 503;
  await frame.getByLabel('Folder', { exact: true }).selectOption('Dentist/2026');
  expect(await appears(frame.getByText('not answering since'))).toBe(true);
});

test.each([
  ['light', 'desktop', desktop],
  ['dark', 'phone', phone],
  ['light', 'phone', phone],
  ['dark', 'desktop', desktop],
] as const)('J2: the inbox in %s on a %s is for everybody', async (theme, name, viewport) => {
  const { page, frame } = await visit(archive(), '#/inbox', { theme, viewport });
  await frame.getByRole('heading', { name: 'Household insurance policy' }).waitFor();
  await frame.getByRole('img', { name: /First page/ }).waitFor();
  await lookAt(page, `inbox-${theme}-${name}`);
  expect(await axeFindings(frame)).toEqual([]);
  await page.keyboard.press('e');
  await lookAt(page, `inbox-${theme}-${name}-edit`);
  await frame.getByRole('button', { name: 'Privacy' }).click();
  await frame.getByRole('dialog').getByText('All other folders').waitFor();
  await lookAt(page, `inbox-${theme}-${name}-privacy`);
  expect(await axeFindings(frame)).toEqual([]);
});
