/**
 * Each page of the shell in four looks: its layout on every machine, its picture where there is one to
 * compare with.
 */
import { openGallery, type Gallery } from '@berth/testing/album.ts';
import { layoutFaults } from '@berth/testing/layout.ts';
import { looks, settled } from '@berth/testing/looks.ts';
import { steadyPicture } from '@berth/testing/pictures.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Visit } from './house.ts';
import { ben, furnish, type Furnished } from './looks/furnish.ts';
import { places, type Place, type Seer } from './looks/places.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 600_000 });
let furnished: Furnished;
let gallery: Gallery;
const visits = new Map<string, Visit>();

beforeAll(async () => {
  furnished = await furnish();
  const { context } = await furnished.house.visit();
  const browser = context.browser();
  if (!browser) throw new Error('The context has no browser.');
  gallery = await openGallery(browser, 'web/e2e/baselines');
  await context.close();
});
afterAll(() => furnished?.close());

const isRenewing = process.env['BERTH_BASELINES'] === 'renew';
const visited = places.filter(({ isForEyesAlone, moves }) => !isForEyesAlone && !(moves && isRenewing));

describe.each(looks.filter(({ options }) => options.colorScheme === 'light'))('$name', (look) => {
  test.each(visited)('G7: $name', async (place) => {
    const visit = await visitAs(place.as ?? 'superuser', look.name);
    const { page, complaints } = visit;
    await page.goto(place.path(furnished.ids));
    await page.locator('h1:visible, h2:visible').first().waitFor();
    await settled(page);
    if (place.before) {
      await place.before(page);
      await settled(page);
    }
    const faults = await layoutFaults(page, { isPhone: look.isPhone });
    if (!place.moves && !gallery.whyNot)
      faults.push(...(await pictureFaults(place, look.isPhone ? 'phone' : 'wide', visit)));
    expect(faults).toEqual([]);
    expect(complaints).toEqual([]);
  });

  async function visitAs(as: Seer, name: string): Promise<Visit> {
    const { house } = furnished;
    const key = `${name} ${as}`;
    const known = visits.get(key);
    if (known) return known;
    const made =
      as === 'stranger'
        ? await house.visit(look.options)
        : await house.visitSignedIn(look.options, ...(as === 'person' ? [ben] : []));
    // A machine under load draws a page late; nothing here is about how fast it is.
    made.context.setDefaultTimeout(60_000);
    visits.set(key, made);
    return made;
  }
});

test('G7: there are pictures of this renderer to compare with', ({ skip }) => {
  if (gallery.whyNot) skip(gallery.whyNot);
});

test('G7: a button of another colour and a bar that moved are seen in a picture of a page', async ({
  skip,
}) => {
  if (gallery.whyNot || gallery.isRenewing) skip(gallery.whyNot ?? 'Pictures are being renewed');
  const { page, context, requests } = await furnished.house.visitSignedIn(looks[0]?.options);
  context.setDefaultTimeout(60_000);
  await page.goto('/admin/groups');
  const button = page.getByRole('button', { name: 'Add group' });
  const bar = page.getByRole('complementary', { name: 'Sidebar' });
  await button.waitFor();
  await settled(page);
  const fault = async () => gallery.faultOf('groups.wide-light', await steadyPicture(page, { requests }));
  expect(await fault()).toBeNull();
  await button.evaluate((element) => (element.style.background = '#2f7a4d'));
  expect(await fault()).toMatch(/pixels differ/);
  await button.evaluate((element) => (element.style.background = ''));
  await bar.evaluate((element) => (element.style.translate = '0 4px'));
  expect(await fault()).toMatch(/pixels differ/);
  await context.close();
});

test.each(['/admin/users', '/admin/audit', '/profile', '/extensions/doc-service'])(
  'G7: at 200 % zoom at least 60 %% of the height of %s is for content',
  async (path) => {
    const { page, context } = await furnished.house.visitSignedIn({
      viewport: { width: 640, height: 400 },
      deviceScaleFactor: 2,
    });
    await page.goto(path);
    await page.locator('h1:visible, h2:visible').first().waitFor();
    const share = await page.evaluate(() => {
      const bars = Array.from(
        document.querySelectorAll(':has(> #content) > header, [data-head-of-extension]'),
        (bar) => (bar.checkVisibility() ? bar.getBoundingClientRect().bottom : 0),
      );
      return 1 - Math.max(0, ...bars) / innerHeight;
    });
    expect(share).toBeGreaterThanOrEqual(0.6);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    await context.close();
  },
);

test('G7: on a phone the filters of the audit take one row, and the last of them is reached by keys', async () => {
  const { page, context } = await furnished.house.visitSignedIn({ viewport: { width: 390, height: 844 } });
  await page.goto('/admin/audit');
  const last = page.getByRole('checkbox', { name: 'Other days' });
  await last.waitFor({ state: 'attached' });
  const height = await page
    .locator('[class*="_row_"]')
    .filter({ has: last })
    .evaluate((row) => row.getBoundingClientRect().height);
  expect(height).toBeLessThan(64);
  await last.focus();
  await expect
    .poll(() => last.evaluate((chip) => (chip.parentElement ?? chip).getBoundingClientRect().right))
    .toBeLessThanOrEqual(391);
  await context.close();
});

test('G7: by keyboard alone from the palette to a form, which is saved; with reduced motion nothing moves', async () => {
  const { page, context, complaints } = await furnished.house.visitSignedIn({ reducedMotion: 'reduce' });
  await page.goto('/apps');
  await page.getByRole('heading', { name: 'Apps', level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  const box = page.getByRole('dialog').getByRole('combobox');
  await box.and(page.locator(':focus')).waitFor();
  expect(await movements(page)).toEqual([]);
  await page.keyboard.type('Profile');
  await page
    .getByRole('option', { name: /^Profile/ })
    .and(page.locator('[aria-selected="true"]'))
    .waitFor();
  await page.keyboard.press('Enter');
  const phone = page.getByRole('textbox', { name: 'Phone' });
  await phone.waitFor();
  await phone.focus();
  await page.keyboard.type('0471 1234');
  await page.keyboard.press('Enter');
  await page.getByText('Profile saved').waitFor();
  expect(await movements(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

/** What moves for longer than a blink. */
async function movements(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ effect }) => Number(effect?.getComputedTiming().duration ?? 0) > 100)
      .map((animation) => `${animation.constructor.name} ${animation.id}`),
  );
}

async function pictureFaults({ name }: Place, width: string, { page, requests }: Visit): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
    const fault = await gallery.faultOf(
      `${name}.${width}-${colorScheme}`,
      await steadyPicture(page, { requests }),
    );
    if (fault) faults.push(fault);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return faults;
}
