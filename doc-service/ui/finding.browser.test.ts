import { readFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { fakeDocuments } from './harness/fake-documents.ts';
import { household } from './harness/sample.ts';
import { axeFindings, lookAt, phone, preparePage } from './harness/visit.ts';

const visit = preparePage();

describe('I2: proposals while one types', () => {
  test('I2: arrows choose a word, Enter takes it, Escape closes the proposals and then empties the search', async () => {
    const { page, frame } = await visit(fakeDocuments(household(6)));
    const box = frame.getByRole('combobox', { name: 'Search documents' });
    await frame.getByText('7 documents').waitFor();
    await box.pressSequentially('cust');
    await frame.getByRole('option', { name: 'customer' }).waitFor();
    expect(await box.getAttribute('aria-expanded')).toBe('true');
    await lookAt(page, 'search-proposals');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => box.getAttribute('aria-activedescendant')).not.toBeNull();
    const active = await box.getAttribute('aria-activedescendant');
    expect(await frame.locator(`[id="${active}"]`).textContent()).toContain('customer');
    await page.keyboard.press('Enter');
    await expect.poll(() => box.inputValue()).toBe('customer ');
    await page.waitForURL(/q=customer/);
    await box.pressSequentially('ta');
    await frame.getByRole('option', { name: 'tag:tax' }).waitFor();
    expect(await axeFindings(frame)).toEqual([]);
    await box.press('Escape');
    await frame.getByRole('option', { name: 'tag:tax' }).waitFor({ state: 'hidden' });
    expect(await box.inputValue()).toBe('customer ta');
    await box.press('Escape');
    await expect.poll(() => box.inputValue()).toBe('');
  });

  test('I2: Enter without a choice searches what was typed; a title opens its document', async () => {
    const { page, frame } = await visit(fakeDocuments(household(6)));
    const box = frame.getByRole('combobox', { name: 'Search documents' });
    await frame.getByText('7 documents').waitFor();
    await box.pressSequentially('lease');
    await frame.getByRole('option', { name: 'Lease agreement' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=lease/);
    expect(await box.inputValue()).toBe('lease');
    await box.fill('Lease');
    await frame.getByRole('option', { name: 'Lease agreement' }).click();
    await page.waitForURL(/documents\/d2/);
  });

  test('I14: a row that was found leads to the page of the hit', async () => {
    const { frame } = await visit(fakeDocuments(household(6)), '#/?q=payable');
    await frame.getByRole('link', { name: 'Electricity bill' }).click();
    await frame.getByRole('region', { name: /^Document, page 2 of/ }).waitFor();
  });
});

describe('I11: correspondent and date', () => {
  test('I11: both are set on the document, and the correspondent narrows the list', async () => {
    const documents = fakeDocuments(household(6));
    const { page, frame } = await visit(documents, '#/documents/d1');
    const field = (name: string) => frame.locator('input').and(frame.getByLabel(name, { exact: true }));
    await field('Correspondent').fill('City works');
    await page.keyboard.press('Enter');
    await expect.poll(() => documents.items.find(({ id }) => id === 'd1')?.correspondent).toBe('City works');
    await field('Date').fill('2026-03-31');
    await field('Date').press('Enter');
    await expect.poll(() => documents.items.find(({ id }) => id === 'd1')?.date).toBe('2026-03-31');
    await lookAt(page, 'document-correspondent');
    await frame.getByRole('main').getByRole('link', { name: 'Library' }).click();
    await frame.getByRole('button', { name: 'Correspondent' }).click();
    await frame.getByRole('button', { name: /^City works\s*1$/ }).click();
    await page.waitForURL(/correspondent=City/);
    await frame.getByText('1 document').first().waitFor();
    await lookAt(page, 'list-correspondent');
  });

  test('I1: many documents get a correspondent in one step', async () => {
    const documents = fakeDocuments(household(6));
    const { frame } = await visit(documents);
    await frame.getByRole('checkbox', { name: 'Select all that are loaded' }).click();
    const bar = frame.getByRole('toolbar', { name: 'Selected documents' });
    await bar.getByRole('button', { name: 'Correspondent' }).click();
    await frame.getByRole('combobox', { name: 'Correspondent' }).fill('City works');
    await frame.getByRole('button', { name: 'Set the correspondent' }).click();
    await frame.getByText('7 documents of City works.').waitFor();
    expect(documents.items.every(({ correspondent }) => correspondent === 'City works')).toBe(true);
  });
});

test('I10: superusers export everything by button, and see how much has come', async () => {
  const { page, frame } = await visit(fakeDocuments(household(3)), '#/', { viewport: phone });
  await frame.getByRole('button', { name: 'Views' }).click();
  await frame.getByRole('menuitem', { name: 'Export everything' }).click();
  const download = page.waitForEvent('download');
  await frame.getByRole('button', { name: 'Export', exact: true }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^documents-\d{4}-\d\d-\d\d\.tar$/);
  expect(await readFile(await file.path(), 'utf8')).toBe('a tar of everything');
  await frame.getByText(/exported\. The browser/).waitFor();
  await lookAt(page, 'export-phone');
});

describe('I17: an import from Paperless-ngx', () => {
  test('I17: a dry run first, then the import, with what was not taken; nothing without a folder', async () => {
    const documents = fakeDocuments(household(3));
    const { page, frame } = await visit(documents, '#/import');
    const start = frame.getByRole('button', { name: 'Import', exact: true });
    await start.waitFor();
    expect(await start.isDisabled()).toBe(true);
    await frame.getByRole('button', { name: 'Dry run' }).click();
    await frame.getByText('Nothing was written.').waitFor();
    await frame.getByText('Not taken: 22.pdf is missing.').waitFor();
    expect(await axeFindings(frame)).toEqual([]);
    await lookAt(page, 'import');
    await start.click();
    await frame.getByRole('heading', { name: 'Import of office' }).waitFor();
    expect(documents.requests.filter((request) => request.startsWith('POST'))).toHaveLength(2);
  });

  test('I17: without a folder for exports the page says how to name one', async () => {
    const documents = fakeDocuments(household(3));
    documents.imports.folder = null;
    const { page, frame } = await visit(documents, '#/import', { viewport: phone, theme: 'dark' });
    await frame.getByText('No folder for exports').waitFor();
    await lookAt(page, 'import-phone-dark');
  });
});
