import { readFile } from 'node:fs/promises';

import { atRest } from '@berth/testing/looks.ts';
import { describe, expect, test } from 'vitest';

import { fakeDocuments } from './harness/fake-documents.ts';
import { household } from './harness/sample.ts';
import { appears, axeFindings, desktop, disappears, lookAt, phone, preparePage } from './harness/visit.ts';

const visit = preparePage();

describe('G3 the page in its opaque-origin frame', () => {
  test('it needs scripts and styles of its own folder alone, no storage and no cookie', async () => {
    const { page, frame, refused } = await visit(fakeDocuments(household(120)), '#/?q=contract');
    await frame.getByRole('link', { name: 'Lease agreement', exact: true }).click();
    await frame.getByRole('heading', { name: 'Lease agreement' }).waitFor();
    await frame.getByRole('link', { name: 'Activity' }).click();
    await frame.getByText('Everything').or(frame.getByText('on the way')).first().waitFor();
    await page.evaluate('setTheme("dark")');
    await frame.locator('html[data-mantine-color-scheme=dark]').waitFor();
    expect(await frame.evaluate(() => window.origin)).toBe('null');
    expect(refused).toEqual([]);
  });

  test('M8 no text becomes markup in it, whatever a document is called', async () => {
    const { frame, refused } = await visit(fakeDocuments(household(6)));
    await frame.getByText('7 documents').waitFor();
    expect(refused).toEqual([]);
    const drawn = await frame.evaluate(() => {
      try {
        document.createElement('div').innerHTML = '<img src="x">';
        return 'drawn';
      } catch (error) {
        return error instanceof TypeError ? 'refused' : String(error);
      }
    });
    expect(drawn).toBe('refused');
  });

  test('the address bar follows each step, and back returns to the list as it was', async () => {
    const { page, frame } = await visit(fakeDocuments(household(120)));
    await frame.getByRole('searchbox').or(frame.getByLabel('Search documents')).fill('contract');
    await frame.getByText('121 documents').waitFor({ state: 'detached' });
    await page.waitForURL(/q=contract/);
    await frame.getByText('120 documents').waitFor();
    await frame.locator('main').evaluate((main) => main.scrollTo(0, main.scrollHeight));
    await page.waitForURL(/page=3/);
    await frame.locator('tr[data-at="112"] a').click();
    await page.waitForURL(/#\/documents\/d\d+\?q=contract&list_page=3/);
    await page.goBack();
    await page.waitForURL(/#\/\?q=contract&page=3/);
    await frame.locator('tr[data-at="112"] a').waitFor();
    expect(await frame.getByLabel('Search documents').inputValue()).toBe('contract');
  });
});

describe('I2 search', () => {
  test('what was found is marked, and markup of a document stays text', async () => {
    const { frame } = await visit(fakeDocuments(household(6)), '#/?q=payable');
    const snippet = frame.locator('tbody mark').first();
    await snippet.waitFor();
    expect(await snippet.textContent()).toBe('payable');
    expect(await frame.locator('tbody').innerText()).toContain('<b>');
    expect(await frame.locator('tbody b, tbody img[src=x]').count()).toBe(0);
  });

  test('nothing found says what to do next', async () => {
    const { frame } = await visit(fakeDocuments(household(6)), '#/?q=zebra&category=Home');
    await frame.getByText('Nothing found for “zebra”').waitFor();
    await frame.getByRole('button', { name: 'Show all documents' }).click();
    expect(await appears(frame.getByText('7 documents'))).toBe(true);
  });

  test('an empty archive says how to fill it', async () => {
    const { frame } = await visit(fakeDocuments([]));
    expect(await appears(frame.getByText('Drop a PDF into the watched folder or here.'))).toBe(true);
  });
});

describe('I3 a document', () => {
  test('the exact bytes are downloaded under the file’s own name', async () => {
    const { page, frame } = await visit(fakeDocuments(household(6)), '#/documents/d0');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      frame.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('household-insurance-policy.pdf');
    expect(await readFile(await download.path(), 'utf8')).toBe('%PDF-1.7 d0');
  });

  test('page pictures are shown; J leads to the next document of the list', async () => {
    const { page, frame } = await visit(fakeDocuments(household(6)), '#/documents/d0?sort=title');
    await frame.getByRole('img', { name: 'Page 1 of 1' }).waitFor();
    await frame.getByRole('button', { name: 'Next document' }).and(frame.locator(':enabled')).waitFor();
    await frame.getByRole('heading', { name: 'Household insurance policy' }).click();
    await page.keyboard.press('j');
    await page.waitForURL(
      (url) => url.hash.startsWith('#/documents/') && !url.hash.startsWith('#/documents/d0'),
    );
    expect(await appears(frame.getByRole('button', { name: 'Download' }))).toBe(true);
  });

  test('one that is stuck says why, and can be tried again', async () => {
    const { frame } = await visit(fakeDocuments(household(6)), '#/documents/stuck1');
    await frame.getByText('The file is encrypted and needs a password.').waitFor();
    await frame.getByRole('button', { name: 'Retry' }).click();
    expect(await disappears(frame.getByText('This document is stuck'))).toBe(true);
  });

  test('an unknown one is told apart from a failure', async () => {
    const { frame } = await visit(fakeDocuments([]), '#/documents/none');
    expect(await appears(frame.getByText('This document is not here'))).toBe(true);
  });
});

describe('H11 upload', () => {
  const pdf = (name: string) => ({ name, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') });

  test('several files are sent and followed until searchable', async () => {
    const { frame } = await visit(fakeDocuments([]));
    await frame.locator('input[type=file]').setInputFiles([pdf('one.pdf'), pdf('two ü.pdf')]);
    await frame.getByText('2 documents are searchable').waitFor();
    expect(await appears(frame.locator('tbody').getByRole('link', { name: 'two ü' }))).toBe(true);
  });

  test('a refusal is told at its file, and can be tried again', async () => {
    const documents = fakeDocuments([]);
    const { frame } = await visit(documents);
    documents.uploadStatus = 507;
    await frame.locator('input[type=file]').setInputFiles(pdf('one.pdf'));
    await frame.getByText('The disk of the archive is full.').waitFor();
    documents.uploadStatus = 202;
    await frame.getByRole('button', { name: 'Try one.pdf again' }).click();
    expect(await appears(frame.getByText('1 document is searchable'))).toBe(true);
  });

  test('H11: a connection that breaks is told, and the file goes on where it was', async () => {
    const documents = fakeDocuments([]);
    documents.chunkBytes = 40_000;
    documents.breaks = 1;
    const { frame } = await visit(documents);
    const buffer = Buffer.alloc(100_000, '%PDF-1.7 ');
    await frame
      .locator('input[type=file]')
      .setInputFiles({ name: 'long.pdf', mimeType: 'application/pdf', buffer });
    await frame.getByText('it goes on by itself').waitFor();
    expect(await appears(frame.getByText('1 document is searchable'))).toBe(true);
    expect(documents.requests.filter((one) => one === 'POST /documents/uploads')).toHaveLength(1);
  });

  test('files may be dropped anywhere', async () => {
    const { frame } = await visit(fakeDocuments([]));
    await frame.getByText('No documents yet').waitFor();
    const data = await frame.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['%PDF-1.7'], 'dropped.pdf', { type: 'application/pdf' }));
      return transfer;
    });
    await frame.dispatchEvent('body', 'dragover', { dataTransfer: data });
    await frame.getByText('Drop PDFs to add them').waitFor();
    await frame.dispatchEvent('body', 'drop', { dataTransfer: data });
    expect(await appears(frame.getByText('1 document is searchable'))).toBe(true);
  });
});

describe('states of the page', () => {
  test('offline: the last good list stays, dimmed, and comes back by itself', async () => {
    const documents = fakeDocuments(household(6));
    const { frame } = await visit(documents);
    await frame.getByText('7 documents').waitFor();
    documents.down = 503;
    await frame.getByRole('button', { name: 'Searchable' }).click();
    await frame.getByText('Documents is not answering since').waitFor();
    await frame.getByRole('link', { name: 'Lease agreement', includeHidden: true }).waitFor();
    // It is looked at and not used.
    expect(await frame.locator('[inert] tbody').count()).toBe(1);
    documents.down = null;
    expect(await disappears(frame.getByText('Documents is not answering since'))).toBe(true);
  });

  test('an error names the request and offers Retry', async () => {
    const documents = fakeDocuments(household(6));
    documents.down = 500;
    const { frame } = await visit(documents);
    await frame.getByText('req-7f3a').waitFor();
    documents.down = null;
    await frame.getByRole('button', { name: 'Retry' }).click();
    expect(await appears(frame.getByText('7 documents'))).toBe(true);
  });
});

describe('I8 activity', () => {
  test('stations, the current file and what is stuck with a way on', async () => {
    const documents = fakeDocuments(household(20));
    const { frame } = await visit(documents, '#/activity');
    await frame.getByText('2 documents are on the way. 1 is stuck.').waitFor();
    await frame.getByText('lease-agreement.pdf').waitFor();
    await frame.getByRole('button', { name: /^Retry Scan/ }).click();
    expect(await appears(frame.getByText('Nothing is stuck'))).toBe(true);
  });
});

describe('WCAG 2.2 AA', () => {
  const views = {
    library: '#/',
    search: '#/?q=payable',
    document: '#/documents/d5?q=payable',
    stuck: '#/documents/stuck1',
    activity: '#/activity',
    empty: '#/?q=zebra',
  };
  // Each theme and each width once: what axe sees of a colour does not hang on the width.
  const looks = [
    { size: 'desktop', viewport: desktop, theme: 'light' },
    { size: 'phone', viewport: phone, theme: 'dark' },
  ];
  for (const { size, viewport, theme } of looks) {
    for (const [name, path] of Object.entries(views)) {
      test(`axe finds nothing: ${name}, ${size}, ${theme}`, async () => {
        const { page, frame } = await visit(fakeDocuments(household(14)), path, { theme, viewport });
        await frame.locator('dl, tbody, li[class*=card], [class*=state]').first().waitFor();
        await frame.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor();
        // Colours on their way from one theme to the other are not what a person reads.
        await atRest(frame);
        const problems = await axeFindings(frame);
        await lookAt(page, `${name}-${size}-${theme}`);
        expect(problems).toEqual([]);
        expect(await frame.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(
          true,
        );
      });
    }
    test(`item 26: dimmed while it is offline, text keeps its contrast: ${size}, ${theme}`, async () => {
      const documents = fakeDocuments(household(14));
      const { page, frame } = await visit(documents, '#/?q=payable', { theme, viewport });
      await frame.locator('tbody, li[class*=card]').first().waitFor();
      documents.down = 503;
      await frame.getByRole('button', { name: 'Searchable' }).click();
      await frame.getByText('Documents is not answering since').waitFor();
      const dimmed = frame.locator('[inert]').filter({ has: frame.locator('tbody, li[class*=card]') });
      await dimmed.waitFor();
      // What is inert is not looked at by axe; for eyes it is there all the same.
      await dimmed.evaluate((element) => element.removeAttribute('inert'));
      // axe takes the colours as they are written: what makes them paler is looked for here.
      expect(await dimmed.evaluate(palerText)).toEqual([]);
      await atRest(frame);
      await lookAt(page, `offline-${size}-${theme}`);
      expect(await axeFindings(frame)).toEqual([]);
    });
  }
});

describe('S10 keys of overlays', () => {
  test('keys in the drawer of folders and in the help of the search reach nothing behind, and Escape closes them', async () => {
    const { page, frame } = await visit(fakeDocuments(household(14)), '#/', { viewport: phone });
    await frame.getByRole('button', { name: 'Folders' }).focus();
    await page.keyboard.press('Enter');
    const drawer = frame.getByRole('dialog', { name: 'Folders' });
    const hasFocus = () => drawer.evaluate((element) => element.contains(document.activeElement));
    await expect.poll(hasFocus).toBe(true);
    await page.keyboard.press('/');
    expect(await hasFocus()).toBe(true);
    for (let times = 0; times < 3; times++) await page.keyboard.down('Escape');
    await page.keyboard.up('Escape');
    expect(await disappears(drawer)).toBe(true);
    await frame
      .getByRole('button', { name: /help|understands|How to search/i })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    const help = frame.getByRole('dialog');
    await help.waitFor();
    await page.keyboard.press('Escape');
    expect(await disappears(help)).toBe(true);
  });
});

/** Text that is drawn paler than its colour says, by itself or by what lies around it. */
function palerText(within: Element): string[] {
  const isPaler = (element: Element | null): boolean =>
    element !== null && (getComputedStyle(element).opacity !== '1' || isPaler(element.parentElement));
  return [...within.querySelectorAll('a, td, p, small, span')]
    .filter((text) => isPaler(text))
    .map(({ textContent }) => textContent);
}
