import type { Frame } from 'playwright-core';
import { atRest } from '@berth/testing/looks.ts';
import { describe, expect, test } from 'vitest';

import { fakeDocuments } from './harness/fake-documents.ts';
import { household } from './harness/sample.ts';
import { appears, axeFindings, desktop, disappears, lookAt, phone, preparePage } from './harness/visit.ts';

const visit = preparePage();
const household6 = () => fakeDocuments(household(6));
const fields = [
  { id: 'state', key: 'state', name: 'State', kind: 'choice', choices: ['Open', 'Paid'] },
  { id: 'amount', key: 'amount', name: 'Amount', kind: 'money', choices: [] },
  { id: 'due', key: 'due', name: 'Due', kind: 'date', choices: [] },
];
const openMenu = async (frame: Frame, button: string, item: string) => {
  await frame.getByRole('button', { name: button, exact: true }).focus();
  await frame.getByRole('button', { name: button, exact: true }).press('Enter');
  await frame.getByRole('menuitem', { name: item }).click();
};

const inputOf = (frame: Frame, label: string) =>
  frame.locator('input').and(frame.getByLabel(label, { exact: true }));

describe('I12: who can see a folder', () => {
  test('I12: a superuser says so in the folder’s menu, and the tree shows it', async () => {
    const documents = household6();
    const { page, frame } = await visit(documents);
    await openMenu(frame, 'Folder Travel', 'Who can see this folder');
    await frame.getByRole('radio', { name: 'Some groups alone' }).click();
    await frame.getByText('Superusers see every folder').waitFor();
    await inputOf(frame, 'Groups that may read').fill('family');
    await page.keyboard.press('Enter');
    await frame.getByRole('button', { name: 'Save', exact: true }).click();
    await frame.getByText('Saved who can see this folder.').waitFor();
    expect(documents.beside.rights.get('c-Travel')).toMatchObject({ everyone: false, read: ['family'] });
    expect(await appears(frame.getByRole('img', { name: 'Some groups alone see it' }))).toBe(true);
  });
});

describe('I5, I11: beside a document', () => {
  test('I5: it is shared with a group, and taken back', async () => {
    const documents = household6();
    const { page, frame } = await visit(documents, '#/documents/d0');
    await inputOf(frame, 'Groups that may read it').fill('family');
    await page.keyboard.press('Enter');
    await expect.poll(() => documents.beside.sharing.get('d0')).toEqual({ read: ['family'], edit: [] });
    await frame.locator('.mantine-Pill-label', { hasText: 'family' }).waitFor();
    await inputOf(frame, 'Groups that may read it').press('Backspace');
    await expect.poll(() => documents.beside.sharing.get('d0')).toEqual({ read: [], edit: [] });
  });

  test('I11: a note is written and deleted', async () => {
    const documents = household6();
    const { frame } = await visit(documents, '#/documents/d0');
    await frame.getByRole('textbox', { name: 'New note' }).fill('Ask <b>again</b>');
    await frame.getByRole('button', { name: 'Add note' }).click();
    await frame.getByText('Ask <b>again</b>').waitFor();
    await frame.getByRole('button', { name: 'Delete the note' }).click();
    expect(await disappears(frame.getByText('Ask <b>again</b>'))).toBe(true);
    expect(documents.beside.notes.get('d0')).toEqual([]);
  });

  test('I11: fields save by themselves, by kind', async () => {
    const documents = household6();
    documents.beside.fields = fields;
    const { page, frame } = await visit(documents, '#/documents/d0');
    await frame.getByLabel('State').selectOption('Paid');
    await frame.getByRole('textbox', { name: 'Amount', exact: true }).fill('119');
    await page.keyboard.press('Tab');
    await expect
      .poll(() => documents.beside.values.get('d0'))
      .toEqual({ state: 'Paid', amount: { amount: '119.00', currency: 'EUR' } });
  });

  test('I11: what looks like another document says so, and leads there', async () => {
    const documents = household6();
    documents.beside.similar.set('d0', [
      { id: 'd1', title: 'Electricity bill', category: 'Home', likeness: 0.926 },
    ]);
    const { page, frame } = await visit(documents, '#/documents/d0');
    await frame.getByText('92 %').waitFor();
    await frame
      .getByRole('region', { name: 'Duplicates' })
      .getByRole('link', { name: 'Electricity bill' })
      .click();
    await page.waitForURL(/documents\/d1/);
  });
});

describe('I1: views and how the library looks', () => {
  test('I1: a list is saved as a view, opens first, and is opened from the menu', async () => {
    const documents = household6();
    const { page, frame } = await visit(documents, '#/?tag=tax&view=grid');
    await openMenu(frame, 'Views', 'Save this list as a view');
    await frame.getByRole('textbox', { name: 'Name' }).fill('Taxes');
    await frame.getByRole('button', { name: 'Save', exact: true }).click();
    await frame.getByRole('button', { name: 'Taxes', exact: true }).waitFor();
    expect(documents.beside.views).toMatchObject([{ name: 'Taxes', list: { tag: ['tax'], layout: 'grid' } }]);
    await openMenu(frame, 'Taxes', 'Open this view first');
    await expect.poll(() => documents.beside.settings['default_view_id']).toBe('v0');
    await frame.getByRole('button', { name: 'Without Tag: tax' }).click();
    await openMenu(frame, 'Views', 'Taxes');
    await page.waitForURL(/tag=tax/);
    const later = await visit(documents, '#/');
    await later.page.waitForURL(/tag=tax&view=grid/);
  });

  test('I11: a field is set for many documents at once', async () => {
    const documents = household6();
    documents.beside.fields = fields;
    const { frame } = await visit(documents);
    await frame.getByRole('checkbox', { name: 'Select Lease agreement' }).click();
    await frame.getByRole('button', { name: 'Field', exact: true }).click();
    await frame.getByLabel('Value').selectOption('Paid');
    await frame.getByRole('button', { name: 'Set the field' }).click();
    expect(await appears(frame.getByText('1 document with State Paid.'))).toBe(true);
  });

  test('I1: columns and density are the person’s own', async () => {
    const documents = household6();
    const { frame } = await visit(documents);
    await openMenu(frame, 'Views', 'Columns and density');
    await frame.getByRole('checkbox', { name: 'Size' }).click();
    await frame.getByRole('checkbox', { name: 'Tags' }).click();
    await frame.getByText('Dense').click();
    await frame.getByRole('button', { name: 'Save', exact: true }).click();
    await frame.getByRole('columnheader', { name: 'Tags' }).waitFor();
    expect(await frame.getByRole('columnheader', { name: /Size|Preview/ }).count()).toBe(0);
    expect(documents.beside.settings).toMatchObject({
      columns: ['folder', 'tags', 'added', 'pages', 'status'],
      is_dense: true,
    });
  });

  test('I11: a superuser adds a field to the archive', async () => {
    const documents = household6();
    const { page, frame } = await visit(documents);
    await openMenu(frame, 'Views', 'Fields of the archive');
    await frame.getByRole('textbox', { name: 'New field' }).fill('State');
    await frame.getByLabel('Kind').selectOption('choice');
    await inputOf(frame, 'Choices').fill('Open');
    await page.keyboard.press('Enter');
    await frame.getByRole('button', { name: 'Add the field' }).click();
    expect(await appears(frame.getByRole('group', { name: 'State' }))).toBe(true);
    expect(documents.beside.fields).toMatchObject([{ key: 'state', kind: 'choice', choices: ['Open'] }]);
  });
});

describe('WCAG 2.2 AA: what is kept beside documents', () => {
  const views = {
    rights: async (frame: Frame) => {
      await frame.getByRole('button', { name: 'Folders' }).click();
      await openMenu(frame, 'Folder Travel', 'Who can see this folder');
      await frame.getByRole('radio', { name: 'Some groups alone' }).click();
    },
    beside: async (frame: Frame) => {
      await frame.getByRole('link', { name: 'Household insurance policy', exact: true }).click();
      await frame.getByRole('textbox', { name: 'New note' }).scrollIntoViewIfNeeded();
      await frame.getByText('Looks like').waitFor();
    },
    fields: async (frame: Frame) => {
      await openMenu(frame, 'Views', 'Fields of the archive');
      await frame.getByRole('group', { name: 'State' }).waitFor();
    },
    columns: async (frame: Frame) => {
      await openMenu(frame, 'Views', 'Columns and density');
      await frame.getByRole('checkbox', { name: 'Tags' }).waitFor();
    },
  };
  const looks = {
    rights: [phone, 'dark'],
    beside: [desktop, 'light'],
    fields: [desktop, 'dark'],
    columns: [phone, 'light'],
  } as const;
  for (const name of ['rights', 'beside', 'fields', 'columns'] as const) {
    const [viewport, theme] = looks[name];
    test(`axe finds nothing: ${name}, ${viewport.width}, ${theme}`, async () => {
      const documents = household6();
      documents.beside.fields = fields;
      documents.beside.notes.set('d0', [
        {
          id: 'n',
          text: 'Sent back on Monday.\nNo answer yet.',
          by: { name: 'Bob' },
          is_own: true,
          at: new Date(0),
        },
      ]);
      const alike = { id: 'd1', title: 'Electricity bill', category: 'Home', likeness: 0.926 };
      documents.beside.similar.set('d0', [alike]);
      const { page, frame, refused } = await visit(documents, '#/', { theme, viewport });
      await frame.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor();
      await views[name](frame);
      await atRest(frame);
      await lookAt(page, `${name}-${viewport.width}-${theme}`);
      expect(await axeFindings(frame)).toEqual([]);
      expect(await frame.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(
        true,
      );
      expect(refused).toEqual([]);
    });
  }
});
