/** Lists of any length: few of their lines are drawn, and none is out of reach. */
import type { Frame } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { fakeDocuments } from './harness/fake-documents.ts';
import { household } from './harness/sample.ts';
import { axeFindings, desktop, lookAt, phone, preparePage } from './harness/visit.ts';

const visit = preparePage();
const [model] = household(1);

function archive(count: number) {
  if (model === undefined) throw new Error('no sample');
  const items = Array.from({ length: count }, (_, at) => ({
    ...model,
    id: `d${at}`,
    title: `Letter ${at + 1}`,
    tags: at % 7 === 0 ? ['tax'] : [],
  }));
  return fakeDocuments(items);
}

const scrollTo = (frame: Frame, share: number) =>
  frame.locator('main').evaluate((main, part) => main.scrollTo(0, main.scrollHeight * part), share);
/** The places of the documents that are drawn, counted from 0. */
const drawn = (frame: Frame) =>
  frame
    .locator('[data-at]')
    .evaluateAll((rows) => rows.map((row) => Number(row instanceof HTMLElement ? row.dataset['at'] : NaN)));
const focusedAt = (frame: Frame) =>
  frame.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-at]')?.dataset['at'] ?? null);

describe('I1: a list of 100,000', { timeout: 120_000 }, () => {
  test('I1: few rows are drawn, wherever it is scrolled to; J goes on from there, and the address knows its page', async () => {
    const { page, frame, refused } = await visit(archive(100_000));
    await frame.getByRole('link', { name: 'Letter 1', exact: true }).waitFor();
    await frame.getByText('More than 10,000 documents').waitFor();
    await scrollTo(frame, 0.5);
    await expect.poll(async () => Math.min(...(await drawn(frame)))).toBeGreaterThan(4000);
    await expect.poll(async () => (await drawn(frame)).length).toBeLessThan(60);
    await page.waitForURL(/page=\d{2,3}$/);
    const table = frame.getByRole('table');
    expect(await table.getAttribute('aria-rowcount')).toBe('-1');
    await frame.getByRole('button', { name: 'Trash', exact: true }).focus();
    await page.keyboard.press('j');
    await expect.poll(() => focusedAt(frame)).not.toBeNull();
    const start = Number(await focusedAt(frame));
    for (let step = 1; step <= 8; step++) {
      await page.keyboard.press('j');
      await expect.poll(() => focusedAt(frame)).toBe(String(start + step));
    }
    const row = frame.locator(`tr[data-at="${start + 8}"]`);
    expect(await row.getAttribute('aria-rowindex')).toBe(String(start + 10));
    expect(await row.getByRole('link').textContent()).toBe(`Letter ${start + 9}`);
    expect((await drawn(frame)).length).toBeLessThan(60);
    // What is not drawn takes no width from the titles.
    const widthPx = await row.getByRole('link').evaluate((link) => link.closest('td')?.clientWidth ?? 0);
    expect(widthPx).toBeGreaterThan(200);
    await lookAt(page, 'list-5000');
    expect(refused).toEqual([]);
  });

  test('I1: it goes on behind what is counted', async () => {
    const { frame } = await visit(archive(20_000), '#/?page=199');
    await expect.poll(() => drawn(frame)).toContain(9900);
    await expect
      .poll(async () => {
        await scrollTo(frame, 1);
        return Math.max(...(await drawn(frame)));
      })
      .toBeGreaterThan(10_020);
  });

  test('I1: a list that is not counted ends behind its last full page', async () => {
    const { frame } = await visit(archive(10_050), '#/?page=199');
    await expect.poll(() => drawn(frame)).toContain(9900);
    await expect
      .poll(async () => {
        await scrollTo(frame, 1);
        return frame.getByRole('table').getAttribute('aria-rowcount');
      })
      .toBe('10051');
    await expect.poll(async () => Math.max(...(await drawn(frame)))).toBe(10_049);
  });

  test('I1: the row with the focus stays, however far it is scrolled away; K goes on from it', async () => {
    const { page, frame } = await visit(archive(3000));
    await frame.getByRole('link', { name: 'Letter 3', exact: true }).focus();
    await scrollTo(frame, 0.9);
    await expect.poll(async () => Math.max(...(await drawn(frame)))).toBeGreaterThan(2500);
    expect(await focusedAt(frame)).toBe('2');
    await page.keyboard.press('k');
    await expect.poll(() => focusedAt(frame)).toBe('1');
    await expect
      .poll(async () => Math.max(...(await drawn(frame)).filter((at) => at !== 1)))
      .toBeLessThan(100);
  });
});

test.each([
  ['pictures', '#/?view=grid', desktop],
  ['cards on a phone', '#/', phone],
] as const)(
  'I1: of 3,000 as %s few are drawn, and each says where it stands',
  async (what, path, viewport) => {
    const { page, frame } = await visit(archive(3000), path, { viewport });
    await frame.getByRole('link', { name: 'Letter 1', exact: true }).waitFor();
    await scrollTo(frame, 0.5);
    await expect.poll(async () => Math.min(...(await drawn(frame)))).toBeGreaterThan(1000);
    await expect.poll(async () => (await drawn(frame)).length).toBeLessThan(150);
    const first = frame.locator('li[data-at]').first();
    const at = Number(await first.getAttribute('data-at'));
    expect(await first.getAttribute('aria-posinset')).toBe(String(at + 1));
    expect(await first.getAttribute('aria-setsize')).toBe('3000');
    await frame.locator('li[data-at] a').nth(12).waitFor();
    await lookAt(page, `list-${what.replaceAll(' ', '-')}`);
    expect(await axeFindings(frame)).toEqual([]);
  },
);

test('I7: J on a list without documents goes nowhere, and the list after it stands', async () => {
  const { page, frame, refused } = await visit(archive(3), '#/?q=walrus&view=grid');
  await frame.getByText('Nothing found for “walrus”').waitFor();
  await frame.getByRole('button', { name: 'Trash', exact: true }).focus();
  await page.keyboard.press('j');
  await frame.getByLabel('Search documents').fill('');
  await frame.getByRole('link', { name: 'Letter 1', exact: true }).waitFor();
  // As many as fit stand beside each other, also where there were none before.
  const columns = () =>
    frame
      .locator('ul:has(> li[data-at])')
      .evaluate((grid) => getComputedStyle(grid).gridTemplateColumns.split(' ').length);
  await expect.poll(columns).toBeGreaterThan(3);
  expect(refused).toEqual([]);
});

test('I7: K on the first document leaves the focus free to go, and J comes back to it', async () => {
  const { page, frame } = await visit(archive(9));
  await frame.getByRole('link', { name: 'Letter 2', exact: true }).focus();
  await page.keyboard.press('k');
  await expect.poll(() => focusedAt(frame)).toBe('0');
  await page.keyboard.press('k');
  const search = frame.getByLabel('Search documents');
  await search.focus();
  await page.keyboard.type('enclosed');
  expect(await search.inputValue()).toBe('enclosed');
  const trash = frame.getByRole('button', { name: 'Trash', exact: true });
  await search.fill('');
  await page.waitForURL((url) => url.hash === '#/');
  await trash.focus();
  await page.keyboard.press('j');
  await expect.poll(() => focusedAt(frame)).toBe('0');
});

test('I7: in another list J begins at the top', async () => {
  const { page, frame } = await visit(archive(20));
  await frame.getByRole('link', { name: 'Letter 9', exact: true }).focus();
  await frame.getByLabel('Search documents').fill('enclosed');
  await page.waitForURL(/q=enclosed/);
  await frame.locator('tbody mark').first().waitFor();
  await frame.getByRole('button', { name: 'Trash', exact: true }).focus();
  await page.keyboard.press('j');
  await expect.poll(() => focusedAt(frame)).toBe('0');
});

test('I1: pages behind a cursor keep their number, the last and short one too', async () => {
  const documents = archive(10_030);
  const { page, frame } = await visit(documents, '#/?page=199');
  await expect.poll(() => drawn(frame)).toContain(9900);
  await expect
    .poll(async () => {
      await scrollTo(frame, 1);
      return page.url();
    })
    .toMatch(/page=201$/);
  await expect.poll(async () => Math.max(...(await drawn(frame)))).toBe(10_029);
  expect(await frame.getByRole('table').getAttribute('aria-rowcount')).toBe('10031');
  expect(documents.requests.some((request) => request.includes('cursor='))).toBe(true);
});

test('I1: a range with Shift whose middle is not at hand is the last document alone', async () => {
  const { frame } = await visit(archive(1000));
  await frame.getByRole('checkbox', { name: 'Select Letter 1', exact: true }).click();
  await frame.getByText('1 document selected').waitFor();
  await scrollTo(frame, 0.5);
  await expect.poll(async () => Math.max(...(await drawn(frame)))).toBeGreaterThan(400);
  const far = frame.getByRole('checkbox', { name: /^Select Letter [45]\d\d$/ });
  await far.nth(6).click({ modifiers: ['Shift'] });
  await frame.getByText('2 documents selected').waitFor();
});

test('G7: on a phone, Escape in the folders gives the focus back to their button', async () => {
  const { page, frame } = await visit(archive(3), '#/', { viewport: phone });
  const button = frame.getByRole('button', { name: 'Folders' });
  await button.focus();
  await page.keyboard.press('Enter');
  const folders = frame.getByRole('dialog', { name: 'Folders' });
  await folders.waitFor();
  await expect.poll(() => folders.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Escape');
  await folders.waitFor({ state: 'detached' });
  await button.and(frame.locator(':focus')).waitFor();
});
