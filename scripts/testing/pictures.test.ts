/** The comparison of pictures itself: what it must find, and what it must not mind. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumFlags, ensureChromium } from './chromium.ts';
import { openAlbum, steadyPicture } from './pictures.ts';

let browser: Browser;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-pictures-'));
  const executablePath = await ensureChromium(process.env, console.log);
  browser = await chromium.launch({ executablePath, headless: true, args: chromiumFlags });
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

const style = `body { font: 14px sans-serif; margin: 20px } a { color: #06c }
  button { position: absolute; left: var(--left); top: 60px; padding: 8px 16px; border: 1px solid #345;
    background: var(--colour) }`;
const asKept = {
  left: '200px',
  colour: '#1b7393',
  words: 'Save',
  time: 'now',
  address: '127.0.0.1:4711',
  month: 'May 2026',
};
async function pictureOf(given: Partial<typeof asKept> = {}) {
  const { left, colour, words, time, address, month } = { ...asKept, ...given };
  const page = await browser.newPage({ viewport: { width: 400, height: 200 } });
  await page.setContent(`<style>${style}</style>
    <body style="--left: ${left}; --colour: ${colour}"><h1>Quay</h1>
    <p>At ${address}, <time>${time}</time>, ${month}.</p><button>${words}</button>`);
  const picture = await steadyPicture(page);
  await page.close();
  return picture;
}

test('G7: moved parts, other colours and words are found; times and addresses of the run are not', async () => {
  const renewing = await openAlbum(browser, folder, true);
  expect(await renewing.compare('page', await pictureOf())).toEqual({ outcome: 'renewed' });
  const album = await openAlbum(browser, folder, false);
  expect(album.isKnown).toBe(true);
  const compare = async (given: Parameters<typeof pictureOf>[0]) =>
    (await album.compare('page', await pictureOf(given))).outcome;
  expect(await compare({})).toBe('same');
  expect(await compare({ time: '3 hours ago', address: '127.0.0.1:9999' })).toBe('same');
  expect(await compare({ left: '206px' })).toBe('different');
  expect(await compare({ words: 'Send' })).toBe('different');
  expect(await compare({ colour: '#1b9373' })).toBe('different');
  expect(await compare({ month: 'September 2027' })).toBe('same');
});

test('G7: a picture that is not kept, and one of another size, are told; a renderer without any is no fault', async () => {
  await (await openAlbum(browser, folder, true)).compare('small', await pictureOf());
  const album = await openAlbum(browser, folder, false);
  expect((await album.compare('other', await pictureOf())).outcome).toBe('missing');
  const page = await browser.newPage({ viewport: { width: 300, height: 200 } });
  expect((await album.compare('small', await page.screenshot())).outcome).toBe('size');
  await page.close();
  const stranger = await openAlbum(browser, join(folder, 'of-another-machine'), false);
  expect(stranger.isKnown).toBe(false);
  expect((await stranger.compare('page', await pictureOf())).outcome).toBe('no-baselines');
});
