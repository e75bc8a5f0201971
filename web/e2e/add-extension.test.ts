/** M8 and C10: adding an extension from the catalogue and by its address, with keyboard, phone and axe. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFindings } from './axe.ts';
import { openHouse, type House } from './house.ts';

let house: House;
let cranes: FakeContainer;
let hello: FakeContainer;

beforeAll(async () => {
  cranes = await startContainer(manifestOf('cranes', { name: 'Cranes' }));
  hello = await startContainer(manifestOf('hello', { name: 'Hello' }));
  house = await openHouse();
});
afterAll(async () => {
  await house?.close();
  await cranes?.stop();
  await hello?.stop();
});

const services = () => readFile(join(house.data, 'services.yaml'), 'utf8');

test('C10, C9 an address is refused at its field, then added; its report is live until it is approved', async () => {
  const { page, complaints, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await page.goto('/admin/add-extension');
  await page.getByRole('article', { name: 'Hello' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);

  await page.getByRole('button', { name: 'Add by address' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Add an extension by its address' });
  await dialog.getByLabel('Id', { exact: true }).fill('Cranes!');
  await dialog.getByLabel('Address', { exact: true }).fill(`${cranes.url}/plugin`);
  await dialog.getByRole('button', { name: 'Add extension' }).press('Enter');
  await dialog.getByText(/Lower-case letter first/).waitFor();
  await dialog.getByText(/without path, query or credentials/).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);

  await dialog.getByLabel('Id', { exact: true }).fill('cranes');
  await dialog.getByLabel('Address', { exact: true }).fill(cranes.url);
  await dialog.getByRole('button', { name: 'Add extension' }).press('Enter');
  const report = page.getByRole('dialog', { name: 'cranes is added' });
  await report.getByText('It waits for your approval.').waitFor();
  expect(await services()).toContain(`url: ${cranes.url}`);
  expect(await accessibilityFindings(page)).toEqual([]);
  await report.getByRole('button', { name: 'Approve: Cranes' }).press('Enter');
  await report.getByText('It is served.').waitFor();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Cranes' }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('M8 on a phone a card of the catalogue is found, says what it asks for, and is added by one press', async () => {
  const phone = { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' } as const;
  const { page, complaints, context } = await house.visitSignedIn(phone);
  await page.goto('/admin/add-extension');
  await page.getByLabel('Search the catalogue').fill('greets');
  const card = page.getByRole('article', { name: 'Hello' });
  await page.getByRole('article', { name: 'Documents' }).waitFor({ state: 'detached' });
  await card.getByText('Available').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);

  await card.getByRole('button', { name: 'Add Hello' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Add Hello' });
  await dialog.getByText('What it will ask for').waitFor();
  await dialog.getByLabel('Address', { exact: true }).fill(hello.url);
  await dialog.getByRole('combobox', { name: 'Approval' }).click();
  await page.getByRole('option', { name: /Serves at once/ }).click();
  expect(await accessibilityFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Add extension' }).click();
  const report = page.getByRole('dialog', { name: 'Hello is added' });
  await report.getByText('It is served.').waitFor();
  await report.getByText('cap_drop').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  const wide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(wide)).toBe(0);
  await report.getByRole('button', { name: 'Close', exact: true }).last().click();
  await card.getByText('Added').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('M8 an entry of the list is changed, and removed after a question', async () => {
  const { page, complaints, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await writeFile(
    join(house.data, 'services.yaml'),
    'services:\n  # Kept.\n  quay: http://127.0.0.1:1\n  crane-two: http://127.0.0.1:2\n',
  );
  await page.goto('/admin/add-extension');
  const quay = page.getByRole('listitem', { name: 'quay' });
  await quay.getByText('http://127.0.0.1:1').waitFor();
  await quay.getByRole('button', { name: 'Change quay' }).press('Enter');
  const change = page.getByRole('dialog', { name: 'Change quay' });
  await change.getByLabel('Address', { exact: true }).fill('http://127.0.0.1:3/x');
  await change.getByRole('button', { name: 'Save' }).press('Enter');
  await change.getByText(/without path, query or credentials/).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await change.getByLabel('Address', { exact: true }).fill('http://127.0.0.1:3');
  await change.getByRole('button', { name: 'Save' }).press('Enter');
  await quay.getByText('http://127.0.0.1:3').waitFor();
  expect(await services()).toContain('  # Kept.\n  quay: http://127.0.0.1:3\n');

  const two = page.getByRole('listitem', { name: 'crane-two' });
  await two.getByRole('button', { name: 'Remove crane-two' }).press('Enter');
  const remove = page.getByRole('dialog', { name: 'Remove crane-two?' });
  await remove.getByText('Its container runs on: stop it where you started it.').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await writeFile(join(house.data, 'services.yaml'), `${await services()}  by-hand: http://127.0.0.1:4\n`);
  await remove.getByRole('button', { name: 'Remove', exact: true }).press('Enter');
  await remove.getByText(/The list was changed meanwhile, but not this entry/).waitFor();
  expect(await services()).toContain('crane-two');
  await remove.getByRole('button', { name: 'Remove', exact: true }).press('Enter');
  await two.waitFor({ state: 'detached' });
  expect(await services()).not.toContain('crane-two');
  expect(complaints).toEqual([]);
  await context.close();
});

test('C10 what changed in the list meanwhile is said, what was typed stays, and is saved', async () => {
  const { page, complaints, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  const write = (quay: string) =>
    writeFile(join(house.data, 'services.yaml'), `services:\n  dock: http://127.0.0.1:1\n${quay}`);
  await write('  quay: http://127.0.0.1:2\n');
  await page.goto('/admin/add-extension');
  const quay = page.getByRole('listitem', { name: 'quay' });
  await quay.getByText('http://127.0.0.1:2').waitFor();
  await quay.getByRole('button', { name: 'Change quay' }).press('Enter');
  const change = page.getByRole('dialog', { name: 'Change quay' });
  const address = change.getByLabel('Address', { exact: true });
  const save = change.getByRole('button', { name: 'Save' });
  await address.fill('http://127.0.0.1:3');

  await write('  quay:\n    url: http://127.0.0.1:4\n    approve: always\n');
  await save.press('Enter');
  await change
    .getByText('Its address is http://127.0.0.1:4 now. Its approval is “Waits for your approval with every')
    .waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await address.inputValue()).toBe('http://127.0.0.1:3');
  // What was not touched is theirs.
  expect(await change.getByRole('combobox', { name: 'Approval' }).inputValue()).toContain('every change');
  await save.press('Enter');
  await quay.getByText('http://127.0.0.1:3').waitFor();
  expect(await services()).toMatch(/quay:\n    url: http:\/\/127.0.0.1:3\n    approve: always/);

  await quay.getByRole('button', { name: 'Change quay' }).press('Enter');
  await address.fill('http://127.0.0.1:5');
  await write('');
  await save.press('Enter');
  await change.getByText('This entry left the list meanwhile.').waitFor();
  expect(await address.inputValue()).toBe('http://127.0.0.1:5');
  expect(await save.isDisabled()).toBe(true);
  expect(complaints).toEqual([]);
  await context.close();
});
