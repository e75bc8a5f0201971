/**
 * What an extension offers beside its form: actions, choices of the moment, checks; settings as files and
 * versions.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pdf } from '@berth/testing/pdf.ts';
import { accessibilityFindings } from './axe.ts';
import { openHouse, type House } from './house.ts';

let house: House;
let page: Page;

beforeAll(async () => {
  house = await openHouse();
  await house.drop('letters/one.pdf', await pdf('About the heliotrope'));
  ({ page } = await house.visitSignedIn());
  await page.goto('/extensions/doc-service/settings');
  await page.getByRole('heading', { name: 'Actions' }).waitFor();
});
afterAll(() => house?.close());

const dialog = () => page.getByRole('dialog');

test('F6: an action asks first, shows how far it is, and tells its result', async () => {
  await page.getByRole('button', { name: 'Rebuild the search index' }).click();
  await dialog().getByText('Searching works meanwhile.').waitFor();
  const folder = dialog().getByLabel('Folder');
  // The folder is there as soon as its document is kept.
  await expect
    .poll(
      async () => {
        await folder.fill('');
        await folder.pressSequentially('lett');
        return page.getByRole('option', { name: 'letters' }).count();
      },
      { timeout: 120_000, interval: 1000 },
    )
    .toBe(1);
  expect(await accessibilityFindings(page)).toEqual([]);
  await folder.press('ArrowDown');
  await folder.press('Enter');
  expect(await folder.inputValue()).toBe('letters');
  await dialog().getByRole('button', { name: 'Rebuild the search index' }).click();
  await dialog().getByText('One document can be found anew.').waitFor();
  await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
});

test('F6: the watched folder is checked from its field', async () => {
  await page.getByRole('button', { name: 'Check the folder: Watched folder' }).click();
  await page.getByText('It can be read: one entry.').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
});

test('F6: the palette leads to the dialog of an action, and what is typed in the form stays', async () => {
  const palette = page.getByRole('dialog', { name: 'Search' });
  const choose = async (words: string, title: string) => {
    await page.keyboard.press('Control+k');
    await palette.getByRole('combobox').fill(words);
    await palette.getByRole('option', { name: title }).click();
    await page.getByRole('dialog', { name: title }).waitFor();
  };
  await page.goto('/apps');
  await page.getByRole('heading', { level: 1, name: 'Apps' }).waitFor();
  await choose('rebuild', 'Rebuild the search index');
  await page.waitForURL('**/extensions/doc-service/settings');
  await dialog().getByText('Searching works meanwhile.').waitFor();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await dialog().waitFor({ state: 'detached' });
  const minutes = page.getByRole('textbox', { name: /Look through the whole folder every/ });
  await minutes.fill('9');
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor();
  await choose('folder now', 'Look through the folder now');
  expect(await dialog().count()).toBe(1);
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await dialog().waitFor({ state: 'detached' });
  expect(await minutes.inputValue()).toBe('9');
  await page.getByRole('button', { name: 'Discard' }).click();
});

test('F5: settings go out as a file, and what a file changes is seen before it is in the form', async () => {
  await page.getByRole('button', { name: 'More for these settings' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Export to a file' }).click(),
  ]);
  const file = join(house.data, 'settings.json');
  await download.saveAs(file);
  const exported = await readFile(file, 'utf8');
  expect(exported).toContain('"rescan_minutes": 5');
  await writeFile(file, exported.replace('"rescan_minutes": 5', '"rescan_minutes": 17'));

  await page.getByRole('button', { name: 'More for these settings' }).click();
  await page.getByRole('menuitem', { name: 'Import from a file …' }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    dialog().getByRole('button', { name: 'Choose a file' }).click(),
  ]);
  await chooser.setFiles(file);
  await dialog().getByRole('cell', { name: '17' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Put into the form' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Settings saved').first().waitFor();
});

test('F5: any two versions are compared, and a whole one is put back', async () => {
  await page.getByRole('button', { name: 'History' }).click();
  await dialog().getByRole('button', { name: 'Compare versions' }).click();
  await dialog().getByRole('cell', { name: '17' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Put this version into the form' }).click();
  await page.getByRole('region', { name: 'Unsaved changes' }).getByText('1 change').waitFor();
  expect(await page.getByLabel(/Look through the whole folder every/).inputValue()).toBe('5');
  await page.getByRole('button', { name: 'Discard' }).click();
});

test('F5: a section goes back to its defaults by way of the form', async () => {
  await page.getByRole('button', { name: 'More for these settings' }).click();
  await page.getByRole('menuitem', { name: 'Reset to defaults …' }).click();
  await dialog().getByRole('checkbox', { name: 'General' }).check();
  await dialog().getByRole('cell', { name: '17' }).waitFor();
  await dialog().getByRole('button', { name: 'Put into the form' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Settings saved').first().waitFor();
  await expect.poll(() => page.getByLabel(/Look through the whole folder every/).inputValue()).toBe('5');
});

test('G4: settings of Berth itself stand in the same form; what holds from the next start is said', async () => {
  await page.goto('/admin/settings');
  await page.getByLabel('Who may create an account').first().waitFor();
  // Set for this house by the environment.
  await page.getByText('Set by BERTH_POLL_SECONDS in the environment, which wins.').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('textbox', { name: 'Connections that one address may hold open' }).fill('900');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const waiting = page.getByText('Some of this holds from the next start of Berth');
  await waiting.waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
});
