import { describe, expect, test } from 'vitest';

import { fakeDocuments } from './harness/fake-documents.ts';
import { household } from './harness/sample.ts';
import { appears, axeFindings, desktop, disappears, lookAt, phone, preparePage } from './harness/visit.ts';

const visit = preparePage();

/** An archive whose first document has this many pages. */
function withPages(pages: number) {
  const items = household(6);
  return fakeDocuments(items.map((item, index) => (index === 0 ? { ...item, pages } : item)));
}

describe('I3 the viewer', () => {
  test('I3: a document of 5,000 pages draws a few of them, and goes to any at once', async () => {
    const { page, frame } = await visit(withPages(5000), '#/documents/d0');
    await frame.getByRole('img', { name: 'Page 1 of 5000' }).waitFor();
    const field = frame.getByRole('textbox', { name: 'Page', exact: true });
    await field.fill('4321');
    await field.press('Enter');
    await frame.getByRole('img', { name: 'Page 4321 of 5000' }).waitFor();
    expect(await frame.locator('[data-page]').count()).toBeLessThan(12);
    await page.waitForURL(/page=4321/);
    await frame.getByRole('button', { name: 'Thumbnails' }).click();
    const thumbnails = frame.getByRole('navigation', { name: 'Thumbnails of the pages' });
    await thumbnails.getByRole('button', { name: 'Page 4322', exact: true }).click();
    await page.waitForURL(/page=4322/);
    expect(await thumbnails.getByRole('button').count()).toBeLessThan(30);
  });

  test('I3: words are selected over the picture, and copied in reading order with their spaces', async () => {
    const { frame } = await visit(withPages(2), '#/documents/d0');
    const words = frame.locator('[data-page="1"] span', { hasText: /^Dear / });
    await words.waitFor();
    const said = await frame.evaluate(() => {
      const spans = [...document.querySelectorAll('[data-page="1"] [class*=line] span')];
      const range = document.createRange();
      range.setStartBefore(spans[0] ?? document.body);
      range.setEndAfter(spans.at(11) ?? document.body);
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
      return getSelection()?.toString().trimEnd();
    });
    expect(said).toBe('Dear customer, please find enclosed the statement of\nyour contract. The total');
  });

  test('I3: each word lies over its picture, at every size and turned', async () => {
    const { page, frame } = await visit(withPages(2), '#/documents/d0');
    const paper = frame.locator('[data-page="1"] > div');
    const word = paper.locator('span', { hasText: 'statement' });
    await word.waitFor();
    const place = async () => {
      const [sheet, box] = [await paper.boundingBox(), await word.boundingBox()];
      if (sheet === null || box === null) throw new Error('not drawn');
      return {
        x: (box.x - sheet.x) / sheet.width,
        y: (box.y - sheet.y) / sheet.height,
        width: sheet.width,
        share: box.height / sheet.height,
      };
    };
    const before = await place();
    expect(before.x).toBeCloseTo((60 + 6 * 60) / 595, 2);
    expect(before.y).toBeCloseTo(150 / 842, 2);
    await frame.locator('[data-page="1"]').click();
    await page.keyboard.press('+');
    await expect.poll(async () => (await place()).width).not.toBeCloseTo(before.width, 0);
    const larger = await place();
    expect(larger.x).toBeCloseTo(before.x, 2);
    expect(larger.y).toBeCloseTo(before.y, 2);
    await page.keyboard.press('r');
    await expect.poll(async () => (await place()).x).toBeCloseTo(1 - before.y - before.share, 1);
  });
});

describe('I14 what was found', () => {
  test('I14: hits are counted and marked; N goes from one to the next, over the pages', async () => {
    const { page, frame } = await visit(withPages(5000), '#/documents/d0?q=needle');
    await frame.getByText('2,000 on 1,000 pages').waitFor();
    await frame.getByRole('heading', { name: 'Household insurance policy' }).click();
    await page.keyboard.press('n');
    await frame.getByText('1 of 2,000').waitFor();
    await frame.locator('[data-page="3"] [data-current=true]').waitFor();
    await page.keyboard.press('n');
    await page.keyboard.press('n');
    await frame.locator('[data-page="6"] [data-current=true]').waitFor();
    await page.keyboard.press('N');
    expect(await appears(frame.locator('[data-page="3"] [data-current=true]'))).toBe(true);
    await page.keyboard.press('F3');
    expect(await appears(frame.locator('[data-page="6"] [data-current=true]'))).toBe(true);
  });

  test('I14: a link to a page opens there, marked, also after a reload', async () => {
    const { page, frame } = await visit(withPages(300), '#/documents/d0?q=needle&page=150');
    const mark = () => frame.locator('[data-page="150"] [data-current]').first();
    await mark().waitFor();
    expect(await frame.getByRole('textbox', { name: 'Page', exact: true }).inputValue()).toBe('150');
    await page.reload();
    const again = page.frames().find((one) => one.url().includes('/apps/x/'));
    await again?.locator('[data-page="150"] [data-current]').first().waitFor();
    expect(new URL(page.url()).hash).toContain('page=150');
  });

  test('I14: what is typed into the document’s own search is in the address; Back leaves the document', async () => {
    const { page, frame } = await visit(withPages(9), '#/?sort=title');
    await frame.getByRole('link', { name: 'Household insurance policy', exact: true }).click();
    await frame.getByRole('img', { name: 'Page 1 of 9' }).waitFor();
    await page.keyboard.press('Control+f');
    await frame.locator('input:focus').waitFor();
    await page.keyboard.type('needle');
    await frame.getByText('6 on 3 pages').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/find=needle&page=3/);
    await page.goBack();
    expect(await appears(frame.getByText('7 documents'))).toBe(true);
  });
});

describe('I10 versions', () => {
  test('I10: an older version is compared with the present one by its text', async () => {
    const { page, frame } = await visit(withPages(2), '#/documents/d5');
    await frame.getByRole('button', { name: 'Compare version 1 with the present one' }).click();
    const dialog = frame.getByRole('dialog', { name: 'Version 1 and version 2' });
    await dialog.getByText('Different on 1 page.').waitFor();
    expect(await dialog.locator('del').allTextContents()).toEqual(['900']);
    expect(await dialog.locator('ins').allTextContents()).toEqual(['920']);
    await lookAt(page, 'compare');
    expect(await axeFindings(frame)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await disappears(dialog)).toBe(true);
  });
});

describe('WCAG 2.2 AA', () => {
  const looks = [
    { size: 'desktop', viewport: desktop, theme: 'dark' },
    { size: 'phone', viewport: phone, theme: 'light' },
  ];
  test.each(looks)('axe finds nothing in the viewer: $size, $theme', async ({ size, viewport, theme }) => {
    const { page, frame } = await visit(withPages(40), '#/documents/d0?q=needle&page=3', { theme, viewport });
    await frame.locator('[data-page="3"] [data-current]').first().waitFor();
    await frame.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor();
    if (size === 'desktop') await frame.getByRole('button', { name: 'Thumbnails' }).click();
    // The pages have become as wide as what is left.
    await expect
      .poll(() =>
        frame
          .getByRole('region', { name: /^Document, page/ })
          .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
      )
      .toBe(0);
    await frame.getByRole('img', { name: 'Page 3 of 40' }).waitFor();
    await lookAt(page, `viewer-${size}-${theme}`);
    expect(await axeFindings(frame)).toEqual([]);
    expect(await frame.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  });
});
