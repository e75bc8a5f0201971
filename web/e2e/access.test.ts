import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manifestOf, startContainer, type FakeContainer } from '../../gateway/src/plugins/testing/fake-container.ts';
import { accessibilityFindings } from './axe.ts';
import { openHouse, type House, type Visit } from './house.ts';

const ben = { email: 'ben@example.com', name: 'Ben Quay', password: 'Anchor-Rope-8812-swell' };
const shotsFolder = process.env['BERTH_SHOTS'];

let house: House;
let cranes: FakeContainer;

beforeAll(async () => {
  cranes = await startContainer(manifestOf('cranes', { name: 'Cranes', icon: 'crane', access: { required_groups: ['cranes-admin'], allow_superuser: true } }));
  house = await openHouse({ BERTH_SERVICES: `cranes=${cranes.url}` });
  await house.visitSignedIn();
});
afterAll(async () => {
  await house?.close();
  await cranes?.stop();
});

async function visitAsBen(): Promise<Visit> {
  const visit = await house.visit();
  const headers = { origin: house.product.url };
  await visit.context.request.post('/api/auth/register', { data: ben, headers });
  const answer = await visit.context.request.post('/api/auth/session', { data: { email: ben.email, password: ben.password }, headers });
  if (!answer.ok()) throw new Error(await answer.text());
  return visit;
}

test('B6: who meets an extension that is not open to them asks; an admin approves; it opens without a reload; what is open to everybody opened all along', async () => {
  const { page, complaints } = await visitAsBen();
  await page.goto('/extensions/cranes');
  await page.getByRole('button', { name: 'Ask for access' }).click();
  await page.getByRole('textbox', { name: 'Why' }).fill('I lift containers on Fridays.');
  await looked(page, 'ask');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByText('You asked for access.').waitFor();

  const admin = await house.visitSignedIn();
  await admin.page.goto('/admin/requests');
  const card = admin.page.getByRole('article', { name: 'Ben Quay: Cranes' });
  await card.getByText('I lift containers on Fridays.').waitFor();
  await looked(admin.page, 'requests');
  const entry = admin.page.getByRole('navigation', { name: 'Main' });
  await entry.getByRole('link', { name: /^Access requests.*1 waiting$/ }).waitFor();
  await card.getByRole('button', { name: /^Approve/ }).click();
  await entry.getByRole('link', { name: 'Access requests', exact: true }).waitFor();
  await admin.page.getByText('Nobody is waiting').waitFor();
  await page.getByRole('heading', { name: 'Cranes', exact: true }).waitFor();
  await page.goto('/extensions/doc-service');
  await page.frameLocator('iframe').getByRole('textbox', { name: 'Search documents' }).waitFor();
  expect([...complaints, ...admin.complaints]).toEqual([]);
});

test('B5 B6: an admin sees what was said, takes it back, denies, and reads why', async () => {
  const { page, complaints } = await house.visitSignedIn();
  await page.goto('/admin/plugins');
  await page.getByRole('link', { name: 'Access: Cranes' }).click();
  await page.getByRole('region', { name: 'What was said' }).getByText('Ben Quay').waitFor();
  await chooser(page, 'Whom is it about').fill('ben');
  await page.getByRole('option', { name: /Ben Quay/ }).click();
  await page.getByText('Ben Quay may use it').waitFor();
  await page.getByText('An admin opened it to Ben Quay.').waitFor();
  expect(await chooser(page, 'Whom is it about').inputValue()).toContain('Ben Quay');
  await looked(page, 'plugin-access');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Take back: Ben Quay' }).click();
  await page.getByText('Ben Quay may not use it').waitFor();
  await page.getByRole('radiogroup', { name: 'A person or a group' }).getByText('Group', { exact: true }).click();
  await chooser(page, 'Group').click();
  await page.getByRole('option', { name: 'cranes-admin' }).click();
  await page.getByRole('combobox', { name: 'Access', exact: true }).selectOption('deny');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'What was said' }).getByText('Denied').waitFor();
  expect(complaints).toEqual([]);
});

test('B7: the audit is filtered by its address, pages, shows a row whole, is exported and says that its chain is whole', async () => {
  const { page, complaints, context } = await house.visitSignedIn();
  await page.goto('/admin/audit');
  await page.getByRole('button', { name: /^Chain whole: \d+ rows$/ }).waitFor();
  await page.getByRole('combobox', { name: 'What' }).selectOption({ label: 'Set up Berth' });
  await page.waitForURL(/action=setup/);
  await page.reload();
  const region = page.getByRole('region', { name: 'Events' });
  await region.getByRole('button', { name: 'Set up Berth' }).waitFor();
  expect(await region.getByRole('row').count()).toBe(2);
  await region.getByRole('button', { name: 'Set up Berth' }).click();
  await page.getByRole('dialog').getByText('setup', { exact: true }).waitFor();
  await looked(page, 'audit-row');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Export' }).click();
  const href = await page.getByRole('menuitem', { name: /CSV/ }).getAttribute('href');
  const csv = await (await context.request.get(href ?? '')).text();
  expect(csv.trim().split('\r\n')).toHaveLength(2);
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'Who' }).fill('nobody@nowhere');
  await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect.poll(() => region.getByRole('row').count(), { timeout: 10_000 }).toBeGreaterThan(2);
  await looked(page, 'audit');
  expect(complaints).toEqual([]);
});

// Each theme and each width once: what axe sees of a colour does not hang on the width.
describe.each([
  ['light', 1280],
  ['dark', 390],
] as const)('G7 access and audit in %s at %i', (colorScheme, width) => {
  test.each(['/admin/audit', '/admin/requests', '/admin/requests?state=approved', '/admin/plugins/cranes'])(
    '%s has nothing for axe to say and fits',
    async (path) => {
      const { page } = await house.visitSignedIn({ colorScheme, viewport: { width, height: 900 } });
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
      await looked(page, `${path.replaceAll(/[^a-z]+/g, '-').slice(1)}-${width}-${colorScheme}`);
      expect(await accessibilityFindings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    },
  );
});

/** The text field of a list to choose from. */
function chooser(page: Page, label: string) {
  return page.getByRole('combobox', { name: label, exact: true });
}

/** A picture for whoever asked for pictures. */
async function looked(page: Page, name: string): Promise<void> {
  if (shotsFolder !== undefined) await page.screenshot({ path: `${shotsFolder}/${name}.png` });
}
