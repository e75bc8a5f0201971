/** The shell in German: chosen, kept, whole, and with room for its longer words (G5, ADR 56). */
import { readFileSync } from 'node:fs';
import { layoutFaults } from '@berth/testing/layout.ts';
import { looks, settled } from '@berth/testing/looks.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { accessibilityFindings } from './axe.ts';
import { admin, type Visit } from './house.ts';
import { furnish, type Furnished } from './looks/furnish.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 400_000 });
const catalogue: Record<string, string> = JSON.parse(
  readFileSync(new URL('../src/words/de.json', import.meta.url), 'utf8'),
);
const english = new Set(Object.keys(catalogue).filter((text) => catalogue[text] !== text));
/** Names in a catalogue of containers are signed by their publishers, and stay in their language. */
const signed: Readonly<Record<string, readonly string[]>> = { '/admin/add-extension': ['Documents'] };
const phone = looks.find(({ name }) => name === 'phone-light')?.options;

let furnished: Furnished;
let signedIn: Visit;

beforeAll(async () => {
  furnished = await furnish();
  signedIn = await furnished.house.visitSignedIn({ ...phone, locale: 'de-DE' });
  signedIn.context.setDefaultTimeout(60_000);
});
afterAll(() => furnished?.close());

test('G5 the door speaks the language of the browser', async () => {
  const { page, context } = await furnished.house.visit({ ...phone, locale: 'de-DE' });
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Anmelden', exact: true }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await context.close();
});

test.each([
  '/',
  '/profile',
  '/notifications',
  '/workspaces',
  '/workspaces/shop',
  '/extensions/doc-service/settings',
  '/extensions/lighthouse',
  '/admin/users',
  '/admin/groups',
  '/admin/requests',
  '/admin/plugins',
  '/admin/plugins/doc-service',
  '/admin/add-extension',
  '/admin/workspaces',
  '/admin/capabilities',
  '/admin/connections',
  '/admin/traffic',
  '/admin/mail',
  '/admin/settings',
  '/admin/audit',
])('G5 %s is German from end to end, for a screen reader too, and fits a phone', async (path) => {
  const { page, complaints } = signedIn;
  await page.goto(path);
  await page.locator('h1:visible, h2:visible').first().waitFor();
  await settled(page);
  expect(await faultsOf(page, signed[path])).toEqual([]);
  expect(complaints).toEqual([]);
});

test('G5 a chosen language is shown at once, asked for, and follows the person to another browser', async () => {
  const { page, context } = await furnished.house.visitSignedIn({ locale: 'en-GB' });
  await page.goto('/profile');
  await page.getByLabel('Present password', { exact: true }).fill('Half a pass');
  await page.getByLabel('Language and region').first().click();
  await page.getByRole('option', { name: 'Deutsch (Deutschland) (de-DE)' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Profil und Sicherheit' }).waitFor();
  await page.getByRole('navigation').getByText('Startseite').waitFor();
  await expect.poll(() => languageOf(page)).toBe('de-DE');
  // Other cards of the page keep what is typed into them, and the page is German from end to end.
  expect(await page.getByLabel('Jetziges Passwort', { exact: true }).inputValue()).toBe('Half a pass');
  // What was told before the change was told in English; what servers say is asked for again.
  await expect.poll(() => englishIn(page, ['Profile saved'])).toEqual([]);

  const asked = page.waitForRequest((one) => one.url().endsWith('/api/admin/groups'));
  await page.goto('/admin/groups');
  expect((await (await asked).allHeaders())['accept-language']).toBe('de-DE');

  const other = await furnished.house.visit({ locale: 'en-GB' });
  await other.page.goto('/sign-in');
  await other.page.getByLabel('E-mail').fill(admin.email);
  await other.page.getByLabel('Password', { exact: true }).fill(admin.password);
  await other.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await other.page.getByRole('navigation').getByText('Startseite').waitFor();
  await expect.poll(() => languageOf(other.page)).toBe('de-DE');
  await other.context.close();
  await context.close();
});

test('G5 a language that is chosen in another browser waits for the next page: what is typed stays', async () => {
  const person = { email: 'half@example.org', password: admin.password };
  await furnished.house.addPerson(person);
  const { page, context } = await furnished.house.visitSignedIn({ locale: 'de-DE' }, person);
  const name = page.getByLabel('Name', { exact: true }).first();
  const sidebar = page.locator('aside nav');
  await page.goto('/profile');
  await page.getByRole('heading', { level: 1, name: 'Profil und Sicherheit' }).waitFor();
  await name.fill('Half a na');

  const other = await furnished.house.visitSignedIn({ locale: 'de-DE' }, person);
  await other.page.goto('/profile');
  await other.page.getByLabel('Sprache und Region').first().click();
  await other.page.getByRole('option', { name: /\(en-GB\)$/ }).click();
  await other.page.getByRole('button', { name: 'Speichern', exact: true }).click();
  await other.page.getByRole('heading', { level: 1, name: 'Profile and security' }).waitFor();
  await other.context.close();

  // Later, when the window is looked at again, the profile is asked for.
  await page.clock.setFixedTime(Date.now() + 600_000);
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await page.waitForFunction(() => localStorage.getItem('berth-locale') === 'en-GB');
  expect(await name.inputValue()).toBe('Half a na');
  expect(await languageOf(page)).toBe('de-DE');
  await sidebar.getByText('Startseite').click();
  await page.waitForFunction(() => document.documentElement.lang === 'en-GB');
  await sidebar.getByText('Home', { exact: true }).waitFor();
  await context.close();
});

async function faultsOf(page: Page, publishers: readonly string[] = []): Promise<string[]> {
  expect(await languageOf(page)).toBe('de-DE');
  return [
    ...(await accessibilityFindings(page)),
    ...(await layoutFaults(page, { isPhone: true })),
    ...(await englishIn(page, publishers)),
  ];
}

async function englishIn(page: Page, publishers: readonly string[] = []): Promise<string[]> {
  return (await textsOf(page))
    .filter((text) => english.has(text) && !publishers.includes(text))
    .map((text) => `English: ${text}`);
}

function languageOf(page: Page): Promise<string> {
  return page.evaluate(() => document.documentElement.lang);
}

/** What is read on the page, and what is read out. */
function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode.textContent ?? '');
    for (const element of document.querySelectorAll('*'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        texts.push(element.getAttribute(name) ?? '');
    return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))];
  });
}
