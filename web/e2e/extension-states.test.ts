/**
 * An extension that does not start, one that is switched off, and what an admin is told of both: items 25 and
 * 26.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  manifestOf,
  startContainer,
  type Answer,
  type FakeContainer,
} from '@berth/testing/fake-container.ts';
import { accessibilityFindings } from './axe.ts';
import { focusWithin } from './focus.ts';
import { openHouse, type House } from './house.ts';

const ben = { email: 'ben@example.com', name: 'Ben', password: 'Correct-Horse-7' };
const hello = `import { connectToShell } from './berth-frame.js';\nawait connectToShell();\n`;
const pages = {
  missing: null,
  throwing: 'throw new Error("before the hello");',
  later: `${hello}document.body.textContent = 'It works'; throw new Error("after the hello");`,
} as const;

let house: House;
const containers: FakeContainer[] = [];

const file =
  (body: string, type: string): Answer =>
  (_, res) =>
    void res.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' }).end(body);

beforeAll(async () => {
  const frame = await readFile('plugin-kit/frame.js', 'utf8');
  for (const [id, script] of Object.entries(pages)) {
    const nav = [{ id: 'all', title: 'All', path: '#/' }];
    const container = await startContainer(
      manifestOf(id, {
        name: `Quay ${id}`,
        access: { any_user: true },
        ui: { entry: '/ui/' },
        icon: 'none.png',
        nav,
      }),
    );
    container.answers.set(
      '/ui/',
      file(
        '<!doctype html><title>x</title><script type="module" src="x.js" crossorigin></script>',
        'text/html',
      ),
    );
    if (script !== null) container.answers.set('/ui/x.js', file(script, 'text/javascript'));
    container.answers.set('/ui/berth-frame.js', file(frame, 'text/javascript'));
    containers.push(container);
  }
  const services = Object.keys(pages).map((id, index) => `${id}=${containers[index]?.url ?? ''}`);
  house = await openHouse({ BERTH_SERVICES: services.join(',') });
  await house.addPerson(ben);
});
afterAll(async () => {
  await house?.close();
  await Promise.all(containers.map((container) => container.stop()));
});

const picture = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['BERTH_PICTURES'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
};

test.each([
  ['missing', 'light', 1280],
  ['throwing', 'dark', 390],
] as const)(
  'item 25: a page whose script is %s says that it did not start (%s, %d), and Try again loads it anew',
  async (id, colorScheme, width) => {
    const { page, context } = await house.visitSignedIn({
      colorScheme,
      viewport: { width, height: 844 },
      reducedMotion: 'reduce',
    });
    await page.goto(`/extensions/${id}`);
    await page.getByRole('heading', { name: `Quay ${id} did not start` }).waitFor();
    expect(await page.locator('iframe').isVisible()).toBe(false);
    expect(await page.getByRole('link', { name: 'See the connection report' }).getAttribute('href')).toBe(
      `/admin/plugins#${id}`,
    );
    expect(await accessibilityFindings(page)).toEqual([]);
    await picture(page, `did-not-start-${colorScheme}-${width}`);
    const container = containers[Object.keys(pages).indexOf(id)];
    const before = container?.answers.get('/ui/x.js');
    container?.answers.set(
      '/ui/x.js',
      file(`${hello}document.body.textContent = 'Mended';`, 'text/javascript'),
    );
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.frameLocator('iframe').getByText('Mended').waitFor();
    await page.locator('iframe').waitFor({ state: 'visible' });
    if (before) container?.answers.set('/ui/x.js', before);
    await context.close();
  },
);

test('item 25: people without rights get no link to the report; a page that fails after its hello stays', async () => {
  const { page, context } = await house.visitSignedIn({ reducedMotion: 'reduce' }, ben);
  const other = await context.newPage();
  await other.goto('/extensions/later');
  await other.frameLocator('iframe').getByText('It works').waitFor();
  await page.goto('/extensions/throwing');
  await page.getByRole('heading', { name: 'Quay throwing did not start' }).waitFor();
  expect(await page.getByRole('link', { name: 'See the connection report' }).count()).toBe(0);
  expect(await other.frameLocator('iframe').getByText('It works').isVisible()).toBe(true);
  expect(await other.getByText('did not start').count()).toBe(0);
  await context.close();
});

test('G3: a page whose first token is refused gets the next one over the same line', async () => {
  const { page, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  let refused = 0;
  await page.route('**/frame-token', (route) =>
    refused++ === 0 ? route.fulfill({ status: 500, body: '{}' }) : route.continue(),
  );
  await page.goto('/extensions/later');
  await page.frameLocator('iframe').getByText('It works').waitFor();
  await context.close();
});

test('item 26: switching off asks, says how many lose it, and is shown as Switched off to those who could use it', async () => {
  const { page, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  const bens = await house.visitSignedIn(
    { viewport: { width: 390, height: 844 }, colorScheme: 'dark', reducedMotion: 'reduce' },
    ben,
  );
  await bens.page.goto('/extensions/later');
  await bens.page.frameLocator('iframe').getByText('It works').waitFor();
  await page.goto('/admin/plugins#later');
  const enabled = page.getByRole('switch', { name: 'Enabled: Quay later' });
  await enabled.press('Space');
  const question = page.getByRole('dialog', { name: 'Switch off Quay later?' });
  await question.getByText('2 people can use it now, and will lose it.').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await picture(page, 'switch-off-question');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  expect(await enabled.isChecked()).toBe(true);
  await focusWithin(enabled);
  await page.keyboard.press('Space');
  await question.getByRole('button', { name: 'Switch off' }).click();
  await question.waitFor({ state: 'detached' });
  await expect.poll(() => enabled.isChecked()).toBe(false);

  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: /^Quay later\W+switched off$/ })
    .click();
  await page.getByRole('heading', { name: 'Quay later is switched off' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await picture(page, 'switched-off-page');
  expect(await page.getByRole('link', { name: 'Switch it on again' }).getAttribute('href')).toBe(
    '/admin/plugins#later',
  );

  await bens.page.getByRole('heading', { name: 'Quay later is switched off' }).waitFor();
  await picture(bens.page, 'switched-off-phone-dark');
  await bens.page.goto('/apps');
  await bens.page
    .getByRole('region', { name: 'Switched off' })
    .getByRole('link', { name: 'Quay later' })
    .waitFor();
  expect(await accessibilityFindings(bens.page)).toEqual([]);
  await bens.page.getByRole('button', { name: 'Open the menu' }).click();
  const menu = bens.page.getByRole('dialog', { name: 'Menu' });
  await menu.getByRole('link', { name: 'Quay missing' }).waitFor();
  expect(await menu.getByRole('link', { name: /Quay later/ }).count()).toBe(0);

  await page.goto('/admin/plugins#later');
  await enabled.press('Space');
  await expect.poll(() => enabled.isChecked()).toBe(true);
  await Promise.all([context.close(), bens.context.close()]);
});

test('item 26: notes on an extension, and bad lines of services.yaml, are on the page of the admin', async () => {
  const { page, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await writeFile(join(house.data, 'services.yaml'), 'services:\n  later2: ftp://127.0.0.1:9\n');
  await page.goto('/admin/plugins');
  const card = page.getByRole('article', { name: 'Quay later' });
  await card.getByText('Its icon is not shown').waitFor();
  const problems = page.getByRole('status').filter({ hasText: 'Something is not as it should be' });
  await problems.getByText('later2').first().waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await picture(page, 'admin-notes');
  await context.close();
});
