import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { accessibilityFindings } from './axe.ts';
import { admin, openHouse, type House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await house.visitSignedIn();
  await house.drop(
    'letters/2026/harbour.pdf',
    await pdfWith('The harbour master confirms berth 17 for the schooner Quicksilverfish.'),
  );
});
afterAll(() => house?.close());

test('G1: the extension is in the sidebar, with its pages, and nobody named it in code', async () => {
  const { page, complaints } = await house.visitSignedIn();
  await page.goto('/');
  const entry = sidebar(page).getByRole('link', { name: 'Documents' });
  await entry.click();
  await page.waitForURL('**/extensions/doc-service*');
  await sidebar(page).getByRole('link', { name: 'Library' }).waitFor();
  await sidebar(page).getByRole('link', { name: 'Activity' }).waitFor();
  await pluginFrame(page);
  expect(complaints).toEqual([]);
});

test('G3: Documents has one head and one navigation; a folded sidebar leaves its parts to the head', async () => {
  const { page, complaints } = await house.visitSignedIn();
  await page.goto('/extensions/doc-service#/inbox');
  const frame = await pluginFrame(page);
  await frame.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
  expect(await frame.getByRole('navigation', { name: 'Documents' }).count()).toBe(0);
  const parts = page.locator('nav[aria-label="Parts of Documents"]');
  await parts.waitFor({ state: 'attached' });
  expect(await parts.isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const dialog = frame.getByRole('dialog', { name: 'Upload documents' });
  const chosen = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Choose files' }).click();
  await chosen;
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Collapse the sidebar' }).click();
  await parts.getByRole('link', { name: 'Library' }).click();
  await frame.getByRole('combobox', { name: 'Search documents' }).waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  await parts.waitFor({ state: 'hidden' });
  expect(await page.locator(':has(> #content) > header').isVisible()).toBe(false);
  // Beside the tools there is room for the whole name.
  const name = page.getByRole('heading', { level: 1, name: 'Documents' });
  expect(await name.evaluate((title) => title.scrollWidth - title.clientWidth)).toBe(0);
  await page.getByRole('button', { name: 'Open the menu' }).click();
  const menu = page.getByRole('dialog', { name: 'Menu' });
  await menu.getByRole('link', { name: 'Activity' }).click();
  await frame.getByRole('heading', { level: 1, name: 'Activity' }).waitFor();
  expect(complaints).toEqual([]);
});

test('F1: settings are changed in the generated form and kept', async () => {
  const { page, complaints } = await house.visitSignedIn();
  await page.goto('/extensions/doc-service/settings');
  const largest = page.getByRole('textbox', { name: 'Largest PDF in megabytes' });
  await largest.fill('64');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  await page.reload();
  await expect
    .poll(() => page.getByRole('textbox', { name: 'Largest PDF in megabytes' }).inputValue())
    .toMatch(/^64/);
  expect(complaints).toEqual([]);
});

test('H1: a PDF dropped into the watched folder is found by a word inside and opened with its page pictures', async () => {
  const { page, complaints } = await house.visitSignedIn();
  await page.goto('/extensions/doc-service');
  const frame = await pluginFrame(page);
  const found = frame.getByRole('link', { name: /harbour/i }).first();
  await expect
    .poll(
      async () => {
        await frame.getByRole('combobox', { name: 'Search documents' }).fill('');
        await frame.getByRole('combobox', { name: 'Search documents' }).fill('quicksilverfish');
        return found.waitFor({ timeout: 2_000 }).then(
          () => true,
          () => false,
        );
      },
      { timeout: 120_000 },
    )
    .toBe(true);
  await found.click();
  const picture = frame.getByRole('img', { name: /^Page 1/ });
  await picture.waitFor();
  await expect
    .poll(() =>
      picture.evaluate((element) =>
        element instanceof HTMLImageElement && element.complete ? element.naturalWidth : 0,
      ),
    )
    .toBeGreaterThan(200);
  expect(await page.evaluate(() => location.hash)).toContain('#/documents/');

  await page.reload();
  const again = await pluginFrame(page);
  await again.getByRole('img', { name: /^Page 1/ }).waitFor();
  expect(complaints).toEqual([]);
});

test('I3: Print opens the print dialog with the original, in a viewer that the page itself cannot have', async () => {
  const { page, complaints } = await house.visitSignedIn();
  // Chromium without a screen has no dialog: what would open it says so.
  await page.addInitScript(() => {
    window.print = () => {
      if (window.top) window.top.document.documentElement.dataset['printed'] = document.contentType;
    };
  });
  await page.goto('/extensions/doc-service');
  const frame = await pluginFrame(page);
  await frame
    .getByRole('link', { name: /harbour/i })
    .first()
    .click();
  await frame.getByRole('button', { name: 'Print' }).click();
  await expect
    .poll(() => page.evaluate(() => document.documentElement.dataset['printed']))
    .toBe('application/pdf');
  expect(complaints).toEqual([]);
});

test('C5: the example listed in services.yaml appears in the open browser without a reload; killed it is dimmed, and comes back', async () => {
  const { page } = await house.visitSignedIn();
  await page.goto('/apps');
  await page.evaluate(() => Reflect.set(window, 'sameVisit', true));
  const hello = await house.startHello();
  await hello.list();
  await sidebar(page).getByRole('link', { name: 'Hello', exact: true }).click();
  const frame = await pluginFrame(page);
  await frame.getByRole('heading', { name: /Hello, Ada/ }).waitFor();

  await hello.stop();
  await page.getByText(/Hello is not answering since/).waitFor();
  await sidebar(page)
    .getByRole('link', { name: /^Hello\W+offline$/ })
    .waitFor();

  await hello.startAgain();
  await sidebar(page).getByRole('link', { name: 'Hello', exact: true }).waitFor();
  await page.getByText(/Hello is not answering since/).waitFor({ state: 'detached' });
  expect(await page.evaluate(() => Reflect.get(window, 'sameVisit'))).toBe(true);
});

describe('G3: from inside a plugin page', () => {
  test('hazard M10: the shell, its cookies, its storage and who is signed in are out of reach', async () => {
    const { page } = await house.visitSignedIn();
    await page.goto('/extensions/doc-service');
    const frame = await pluginFrame(page);
    const outcome = await frame.evaluate(async () => {
      const attempt = async (what: () => unknown): Promise<string> => {
        try {
          return `reached: ${String(await what())}`;
        } catch (error) {
          return error instanceof Error ? error.name : String(error);
        }
      };
      return {
        origin: self.origin,
        shell: await attempt(() => window.parent.document.title),
        cookies: await attempt(() => document.cookie),
        localStorage: await attempt(() => window.localStorage.length),
        sessionStorage: await attempt(() => window.sessionStorage.length),
        indexedDb: await attempt(
          () =>
            new Promise((resolve, reject) =>
              Object.assign(indexedDB.open('x'), {
                onsuccess: resolve,
                onerror: () => reject(new Error('refused')),
              }),
            ),
        ),
        me: await attempt(
          async () =>
            (await fetch(new URL('/api/users/me', location.href), { credentials: 'include' })).status,
        ),
        elsewhere: await attempt(async () => (await fetch('http://127.0.0.1:9/')).status),
        leadingTheShellAway: await attempt(() => {
          if (window.top) window.top.location.href = 'about:blank';
          return 'asked';
        }),
      };
    });
    expect(outcome).toMatchObject({
      origin: 'null',
      shell: 'SecurityError',
      cookies: 'SecurityError',
      localStorage: 'SecurityError',
      sessionStorage: 'SecurityError',
      me: 'TypeError',
      elsewhere: 'TypeError',
    });
    expect(outcome.indexedDb).not.toContain('reached');
    expect(outcome.leadingTheShellAway).not.toBe('reached: asked');
    expect(new URL(page.url()).pathname).toBe('/extensions/doc-service');
  });

  test('its own API works with its token, and the token opens nothing else', async () => {
    const { page } = await house.visitSignedIn();
    const asked = page.waitForRequest(
      (request) =>
        request.url().includes('/api/plugins/doc-service/app/') &&
        request.headers()['authorization'] !== undefined,
    );
    await page.goto('/extensions/doc-service');
    const request = await asked;
    expect((await request.response())?.status()).toBe(200);
    const headers = { authorization: request.headers()['authorization'] ?? '', origin: 'null' };
    const statusOf = async (path: string): Promise<number> =>
      (await fetch(house.product.url + path, { headers })).status;
    expect(await statusOf('/api/plugins/doc-service/app/documents')).toBe(200);
    for (const path of [
      '/api/users/me',
      '/api/plugins',
      '/api/plugins/doc-service/settings',
      '/api/admin/users',
      '/api/profile',
    ])
      expect([path, await statusOf(path)]).toEqual([path, expect.toBeOneOf([401, 403])]);
  });
});

describe('G6: where one may not be', () => {
  test('without a session: sign-in, and then where one wanted to be', async () => {
    await house.visitSignedIn();
    const { page } = await house.visit();
    await page.goto('/admin/groups');
    await page.waitForURL('**/sign-in*');
    await page.getByLabel('E-mail').fill(admin.email);
    await page.getByLabel('Password', { exact: true }).fill(admin.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL('**/admin/groups');
  });

  test('not a superuser on an admin page: home', async () => {
    const { page, context } = await house.visit();
    await house.visitSignedIn();
    const person = { email: 'cleo@example.com', password: 'Anchor-Compass-2210-gull' };
    const headers = { origin: house.product.url };
    expect((await context.request.post('/api/auth/register', { data: person, headers })).status()).toBe(201);
    expect((await context.request.post('/api/auth/session', { data: person, headers })).status()).toBe(200);
    await page.goto('/admin/users');
    await page.waitForURL((url) => url.pathname === '/');
    await page.getByRole('navigation', { name: 'Main' }).getByText('Documents').waitFor();
    expect(await sidebar(page).getByText('Admin').count()).toBe(0);
  });
});

describe('G7: WCAG 2.2 AA as far as axe sees, light and dark, and no complaint of the content security policy', () => {
  const pages = [
    '/',
    '/apps',
    '/extensions/doc-service',
    '/extensions/doc-service/settings',
    '/admin/users',
    '/admin/groups',
    '/admin/plugins',
    '/profile',
  ];
  test.each(pages)('%s', async (path) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints } = await house.visitSignedIn({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      // A page that follows live events never has a quiet network.
      if (path === '/extensions/doc-service')
        expect(await accessibilityFindings(await pluginFrame(page))).toEqual([]);
      else await page.waitForLoadState('networkidle');
      expect(await accessibilityFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
    }
  });
});

function sidebar(page: Page) {
  return page.getByRole('navigation', { name: 'Main' });
}

/** The page of the plugin, once it has something to show. */
async function pluginFrame(page: Page): Promise<Frame> {
  const element = await page.waitForSelector('iframe');
  const frame = await element.contentFrame();
  if (!frame) throw new Error('The frame has no page.');
  await frame.waitForURL(/\/apps\/[a-z0-9-]+\/~/);
  await frame.waitForSelector('h1, main');
  return frame;
}

async function pdfWith(words: string): Promise<Uint8Array> {
  const made = await PDFDocument.create();
  const font = await made.embedFont(StandardFonts.Helvetica);
  made.addPage([595, 842]).drawText(words, { x: 60, y: 740, size: 12, font });
  return made.save();
}
