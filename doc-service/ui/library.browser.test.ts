import type { Frame } from 'playwright-core';
import { atRest } from '@berth/testing/looks.ts';
import { describe, expect, test } from 'vitest';

import { fakeDocuments } from './harness/fake-documents.ts';
import type { FakeDocuments } from './harness/fake-documents.types.ts';
import { household } from './harness/sample.ts';
import { appears, axeFindings, desktop, disappears, lookAt, phone, preparePage } from './harness/visit.ts';

const visit = preparePage();
const itemOf = (documents: FakeDocuments, id: string) => documents.items.find((item) => item.id === id);
const tick = (frame: Frame, title: string) =>
  frame.getByRole('checkbox', { name: `Select ${title}`, exact: true }).click();

describe('I4: title, type, tags and folder are edited on the document', () => {
  test('I4: the title by key, saved by Enter, told, and undone', async () => {
    const documents = fakeDocuments(household(6));
    const { page, frame } = await visit(documents, '#/documents/d0');
    await frame.getByRole('button', { name: 'Edit the title' }).waitFor();
    await page.keyboard.press('Tab');
    await frame.getByRole('tab', { name: 'Pages' }).focus();
    await page.keyboard.press('e');
    await frame.getByLabel('Title', { exact: true }).fill('  Flood policy ');
    await page.keyboard.press('Enter');
    await frame.getByRole('heading', { name: 'Flood policy' }).waitFor();
    await frame.getByText('Title saved.').waitFor();
    expect(itemOf(documents, 'd0')?.title).toBe('Flood policy');
    await frame.getByRole('button', { name: 'Undo' }).click();
    await frame.getByRole('heading', { name: 'Household insurance policy' }).waitFor();
    await expect.poll(() => itemOf(documents, 'd0')?.title).toBe('Household insurance policy');
  });

  test('I4: Escape takes the title back and stays on the document', async () => {
    const documents = fakeDocuments(household(6));
    const { page, frame } = await visit(documents, '#/documents/d0');
    await frame.getByRole('button', { name: 'Edit the title' }).click();
    await frame.getByLabel('Title', { exact: true }).fill('Nonsense');
    await page.keyboard.press('Escape');
    expect(await appears(frame.getByRole('heading', { name: 'Household insurance policy' }))).toBe(true);
    expect(documents.requests.filter((request) => request.startsWith('PATCH'))).toEqual([]);
  });

  test('I4: tags and type save by themselves, one after the other, without a conflict with oneself', async () => {
    const documents = fakeDocuments(household(6));
    const { page, frame } = await visit(documents, '#/documents/d1');
    await frame.getByRole('tab', { name: 'Pages' }).focus();
    await page.keyboard.press('t');
    await frame.getByLabel('Tags', { exact: true }).and(frame.locator(':focus')).waitFor();
    await page.keyboard.type('power,home,');
    await expect.poll(() => itemOf(documents, 'd1')?.tags).toEqual(['power', 'home']);
    await frame
      .getByRole('combobox', { name: 'Type' })
      .or(frame.getByLabel('Type', { exact: true }))
      .first()
      .fill('Bill');
    await page.keyboard.press('Enter');
    await expect.poll(() => itemOf(documents, 'd1')?.type).toBe('Bill');
    expect(await frame.getByText('was not saved').count()).toBe(0);
  });

  test('I4: the folder is changed, a new one included, and undone by key', async () => {
    const documents = fakeDocuments(household(6));
    const { page, frame } = await visit(documents, '#/documents/d1');
    await frame
      .locator('input')
      .and(frame.getByLabel('Folder', { exact: true }))
      .fill('Home/Power');
    await page.keyboard.press('Enter');
    await frame.getByText('Moved to Home/Power.').waitFor();
    expect(itemOf(documents, 'd1')?.category).toBe('Home/Power');
    await frame.getByRole('tab', { name: 'Pages' }).focus();
    await page.keyboard.press('z');
    await expect.poll(() => itemOf(documents, 'd1')?.category).toBe('Insurance/2025');
  });

  test('I4: what somebody else changed meanwhile is shown and not overwritten until it is asked for', async () => {
    const documents = fakeDocuments(household(6));
    const { page, frame } = await visit(documents, '#/documents/d0');
    await frame.getByRole('button', { name: 'Edit the title' }).click();
    const item = itemOf(documents, 'd0');
    if (item === undefined) throw new Error('no item');
    item.title = 'Theirs';
    await frame.getByLabel('Title', { exact: true }).fill('Mine');
    await page.keyboard.press('Enter');
    await frame.getByText('Somebody else changed this document meanwhile.').waitFor();
    await frame.getByRole('heading', { name: 'Theirs' }).waitFor();
    expect(item.title).toBe('Theirs');
    await frame.getByRole('button', { name: 'Save mine' }).click();
    expect(await appears(frame.getByRole('heading', { name: 'Mine' }))).toBe(true);
    await expect.poll(() => itemOf(documents, 'd0')?.title).toBe('Mine');
  });

  test('I4: without the right to edit there is no field, and the page says why', async () => {
    const documents = fakeDocuments(household(6));
    documents.mayEdit = false;
    const { frame } = await visit(documents, '#/documents/d0');
    await frame.getByText('Changing it needs the group').waitFor();
    expect(await frame.getByRole('button', { name: /Edit the title|Trash/ }).count()).toBe(0);
    expect(await frame.getByLabel('Tags', { exact: true }).count()).toBe(0);
    await frame.getByRole('link', { name: '#tax' }).click();
    await frame.getByText('3 documents').waitFor();
    expect(await frame.getByRole('checkbox').count()).toBe(0);
  });
});

describe('I1, I11: filters in the address', () => {
  test('I11: a facet with its count narrows the list, is a chip, and survives in the address', async () => {
    const { page, frame } = await visit(fakeDocuments(household(12)));
    await frame.getByRole('button', { name: 'Type' }).first().click();
    await frame.getByRole('button', { name: /^Invoice\s*4$/ }).click();
    await page.waitForURL(/type=Invoice/);
    await page.keyboard.press('Escape');
    await frame.getByText('4 documents').waitFor();
    await frame.getByRole('button', { name: 'Tags' }).click();
    await frame.getByRole('button', { name: /^tax/ }).click();
    await page.waitForURL(/tag=tax/);
    await page.keyboard.press('Escape');
    await frame.getByText('2 documents').waitFor();
    await frame.getByRole('button', { name: 'Without Type: Invoice' }).click();
    expect(await appears(frame.getByText('6 documents'))).toBe(true);
  });

  test('I1: source and days come from the address, and each can be taken away', async () => {
    const { page, frame } = await visit(fakeDocuments(household(6)), '#/?source=upload&after=2020-01-01');
    await frame.getByText('Nothing here').waitFor();
    await frame.getByRole('button', { name: 'Without Uploaded' }).click();
    await frame.getByText('7 documents').waitFor();
    await frame.getByRole('button', { name: 'Without From 2020-01-01' }).click();
    await page.waitForURL((url) => url.hash === '#/');
  });
});

describe('I1: many documents at once', () => {
  test('I1: a range with Shift is tagged in one step and undone in one', async () => {
    const documents = fakeDocuments(household(6));
    const { page, frame } = await visit(documents, '#/?sort=title');
    await tick(frame, 'Electricity bill');
    await frame
      .getByRole('checkbox', { name: 'Select Household insurance policy' })
      .click({ modifiers: ['Shift'] });
    await frame.getByText('3 documents selected').waitFor();
    await frame
      .getByRole('tab')
      .or(frame.getByRole('checkbox', { name: 'Select Electricity bill' }))
      .first()
      .focus();
    await page.keyboard.press('t');
    await frame.getByLabel('Add tags').and(frame.locator(':focus')).waitFor();
    await page.keyboard.type('checked,');
    await frame.getByRole('button', { name: 'Apply' }).click();
    await frame.getByText('3 documents tagged checked.').waitFor();
    const tagged = () => documents.items.filter(({ tags }) => tags?.includes('checked')).length;
    expect(tagged()).toBe(3);
    await frame.getByRole('button', { name: 'Undo' }).click();
    await frame.getByText('Undone.').waitFor();
    expect(tagged()).toBe(0);
  });

  test('I1: all documents of a query, over its pages, are moved', async () => {
    const documents = fakeDocuments(household(120));
    const { frame } = await visit(documents, '#/?type=Invoice&tag=tax');
    await frame.getByRole('checkbox', { name: 'Select all that are loaded' }).waitFor();
    const total = documents.items.filter(
      ({ type, tags }) => type === 'Invoice' && tags?.includes('tax'),
    ).length;
    expect(total).toBe(20);
    documents.items.forEach((item) => (item.type = 'Invoice'));
    await frame.getByRole('button', { name: 'Without Tag: tax' }).click();
    await frame.getByText('121 documents').waitFor();
    await frame.getByRole('checkbox', { name: 'Select all that are loaded' }).click();
    await frame.getByRole('button', { name: 'Select all 121 documents' }).click();
    await frame.getByRole('button', { name: 'Move', exact: true }).click();
    await frame
      .getByRole('textbox', { name: 'Folder' })
      .or(frame.getByRole('combobox', { name: 'Folder' }))
      .first()
      .fill('Archive');
    await frame.getByRole('dialog').getByRole('button', { name: 'Move' }).click();
    await frame.getByText('121 documents moved to Archive.').waitFor();
    expect(new Set(documents.items.map(({ category }) => category))).toEqual(new Set(['Archive']));
  });

  test('I7: by keys alone: j, x, # and z; the trash restores', async () => {
    const documents = fakeDocuments(household(6));
    const { page, frame } = await visit(documents, '#/?sort=title');
    await frame.getByRole('checkbox', { name: 'Select all that are loaded' }).focus();
    const inTrash = () => documents.items.filter(({ isTrashed }) => isTrashed).map(({ title }) => title);
    for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
    await frame.getByText('2 documents selected').waitFor();
    await page.keyboard.press('#');
    await frame.getByText('2 documents moved to the trash.').waitFor();
    expect(inTrash().length).toBe(2);
    await page.keyboard.press('z');
    await frame.getByText('Undone.').waitFor();
    expect(inTrash()).toEqual([]);
    await frame.getByRole('link', { name: 'Lease agreement' }).focus();
    await page.keyboard.press('#');
    await expect.poll(inTrash).toEqual(['Lease agreement']);
    await frame.getByRole('button', { name: 'Trash', exact: true }).click();
    await page.waitForURL(/trash=true/);
    await tick(frame, 'Lease agreement');
    await frame.getByRole('button', { name: 'Restore' }).click();
    expect(await appears(frame.getByText('The trash is empty'))).toBe(true);
    expect(inTrash()).toEqual([]);
  });
});

describe('I4: folders', () => {
  const menuOf = async (frame: Frame, name: string, item: string) => {
    await frame.getByRole('button', { name: `Folder ${name}`, exact: true }).focus();
    await frame.getByRole('button', { name: `Folder ${name}`, exact: true }).press('Enter');
    await frame.getByRole('menuitem', { name: item }).click();
  };

  test('I4: a folder is made, renamed, and merged only when that is asked for', async () => {
    const documents = fakeDocuments(household(12));
    const { frame } = await visit(documents);
    await frame.getByRole('button', { name: 'New folder' }).click();
    await frame.getByRole('textbox', { name: 'Name' }).fill('Receipts');
    await frame.getByRole('button', { name: 'Create' }).click();
    await frame.getByRole('button', { name: 'Folder Receipts' }).waitFor();
    await menuOf(frame, 'Travel', 'Rename');
    await frame.getByRole('textbox', { name: 'Name' }).fill('Health');
    await frame.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await frame.getByLabel('There is a folder Health already.').click();
    await frame.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    expect(await disappears(frame.getByRole('button', { name: 'Folder Travel' }))).toBe(true);
    expect(documents.items.some(({ category }) => category === 'Travel')).toBe(false);
  });

  test('I4: a folder with documents is deleted only with a place for them', async () => {
    const documents = fakeDocuments(household(12));
    const { frame } = await visit(documents);
    await menuOf(frame, 'Travel', 'Delete');
    const dialog = frame.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Move its documents to').selectOption('Home');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await frame.getByText('Folder Travel deleted.').waitFor();
    expect(documents.items.some(({ category }) => category === 'Travel')).toBe(false);
    expect(documents.items.length).toBe(13);
  });

  test('I4: a document is dropped onto a folder', async () => {
    const documents = fakeDocuments(household(6));
    const { frame } = await visit(documents);
    await frame.locator('tr[data-document=d0]').dragTo(frame.getByRole('button', { name: /^Health/ }));
    await frame.getByText('1 document moved to Health.').waitFor();
    expect(itemOf(documents, 'd0')?.category).toBe('Health');
  });
});

describe('I5: who may', () => {
  test('I5: the tree of folders is changed by editors alone, own uploads by their owner', async () => {
    const documents = fakeDocuments(household(6));
    documents.mayEditFolders = false;
    const { frame } = await visit(documents);
    await frame.getByRole('checkbox', { name: 'Select Lease agreement' }).waitFor();
    await frame.getByRole('button', { name: /^Travel/ }).waitFor();
    expect(await frame.getByRole('button', { name: /^(New folder|Folder )/ }).count()).toBe(0);
  });
});

describe('I3, I10, I14: a document', () => {
  test('I14: the page in the address is the page that is shown, and a hit puts its page there', async () => {
    const { page, frame } = await visit(fakeDocuments(household(14)), '#/documents/d13?page=9');
    const ninth = frame.getByRole('img', { name: 'Page 9 of 14' });
    await ninth.waitFor();
    await expect
      .poll(() => ninth.evaluate((picture) => Math.abs(picture.getBoundingClientRect().top) < 400))
      .toBe(true);
    const other = await visit(fakeDocuments(household(14)), '#/documents/d13?q=payable');
    await other.frame.getByRole('button', { name: 'Page 2' }).click();
    await other.page.waitForURL(/#\/documents\/d13\?q=payable&page=2$/);
    expect(page.url()).toContain('page=9');
  });

  test('I3: the text is there to read and to select', async () => {
    const { frame } = await visit(fakeDocuments(household(6)), '#/documents/d0');
    await frame.getByRole('tab', { name: 'Text' }).click();
    const article = frame.getByRole('article', { name: 'Text of the document' });
    expect(await article.innerText()).toContain('<b>payable</b>');
  });

  test('I10: an older version is downloaded under a name of its own', async () => {
    const { page, frame } = await visit(fakeDocuments(household(6)), '#/documents/d5');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      frame.getByRole('button', { name: 'Download version 1' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('dental-invoice (version 1).pdf');
  });
});

describe('WCAG 2.2 AA: what is changed', () => {
  const looks = [
    { size: 'desktop', viewport: desktop, theme: 'light' },
    { size: 'desktop', viewport: desktop, theme: 'dark' },
    { size: 'phone', viewport: phone, theme: 'light' },
    { size: 'phone', viewport: phone, theme: 'dark' },
  ];
  const views = {
    'bulk bar': async (frame: Frame) => {
      await tick(frame, 'Lease agreement');
      const bar = frame.getByRole('toolbar', { name: 'Selected documents' });
      await bar.getByRole('button', { name: 'Tags', exact: true }).click();
      await frame.getByLabel('Add tags').first().waitFor();
    },
    grid: async (frame: Frame) => {
      await frame.getByRole('button', { name: 'As pictures' }).click();
      await tick(frame, 'Lease agreement');
    },
    facets: async (frame: Frame) => {
      await frame.getByRole('button', { name: 'Tags' }).click();
      await frame.getByRole('button', { name: /^tax/ }).click();
    },
    document: async (frame: Frame) => {
      await frame.getByRole('link', { name: 'Household insurance policy', exact: true }).click();
      await frame.getByText('History').click();
    },
    text: async (frame: Frame) => {
      await frame.getByRole('link', { name: 'Household insurance policy', exact: true }).click();
      await frame.getByRole('tab', { name: 'Text' }).click();
    },
    trash: async (frame: Frame) => {
      await frame.getByRole('checkbox', { name: 'Select Lease agreement' }).waitFor();
      if ((await frame.getByRole('button', { name: 'Trash', exact: true }).count()) === 0)
        await frame.getByRole('button', { name: 'Folders' }).click();
      await frame.getByRole('button', { name: 'Trash', exact: true }).click();
      await frame.getByText('The trash is empty').waitFor();
    },
  };
  for (const { size, viewport, theme } of looks) {
    for (const [name, open] of Object.entries(views)) {
      test(`axe finds nothing: ${name}, ${size}, ${theme}`, async () => {
        const { page, frame, refused } = await visit(fakeDocuments(household(14)), '#/', { theme, viewport });
        await frame.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor();
        await open(frame);
        await atRest(frame);
        await lookAt(page, `${name}-${size}-${theme}`);
        expect(await axeFindings(frame)).toEqual([]);
        const overPx = await frame.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overPx).toBeLessThanOrEqual(0);
        expect(refused).toEqual([]);
      });
    }
  }
});
