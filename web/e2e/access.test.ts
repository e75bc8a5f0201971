import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { accessibilityFindings } from './axe.ts';
import { openHouse, unsafeHeaders, type House, type Visit } from './house.ts';

const ben = { email: 'ben@example.com', name: 'Ben Quay', password: 'Anchor-Rope-8812-swell' };
const shotsFolder = process.env['BERTH_SHOTS'];

let house: House;
let cranes: FakeContainer;

beforeAll(async () => {
  cranes = await startContainer(
    manifestOf('cranes', {
      name: 'Cranes',
      icon: 'crane',
      access: { required_groups: ['cranes-admin'], allow_superuser: true },
    }),
  );
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
  const answer = await visit.context.request.post('/api/auth/session', {
    data: { email: ben.email, password: ben.password },
    headers,
  });
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
  await page.frameLocator('iframe').getByRole('combobox', { name: 'Search documents' }).waitFor();
  expect([...complaints, ...admin.complaints]).toEqual([]);
});

test('B6: who looks after an extension sees in the shell who asks for it, and decides; others see nothing of it', async () => {
  const [olga, cara] = [
    { email: 'olga@example.com', name: 'Olga Crane', password: ben.password },
    { email: 'cara@example.com', name: 'Cara Quay', password: ben.password },
  ];
  await house.addPerson(olga);
  await house.addPerson(cara);
  const { context: admin } = await house.visitSignedIn();
  const idIn = async (path: string, key: 'name' | 'email', value: string) => {
    const { items }: { items: Record<string, string>[] } = await (await admin.request.get(path)).json();
    return items.find((item) => item[key] === value)?.['id'] ?? '';
  };
  const cranesAdmin = await idIn('/api/admin/groups', 'name', 'cranes-admin');
  const olgaId = await idIn('/api/admin/users?q=olga', 'email', olga.email);
  const headers = await unsafeHeaders(admin, house.product);
  expect(
    (
      await admin.request.post(`/api/admin/groups/${cranesAdmin}/members`, {
        data: { user_ids: [olgaId] },
        headers,
      })
    ).ok(),
  ).toBe(true);
  const asking = await house.visitSignedIn({}, cara);
  for (const id of ['cranes', 'doc-service']) {
    const answer = await asking.context.request.post(`/api/plugins/${id}/access-requests`, {
      data: { reason: 'I lift.' },
      headers: await unsafeHeaders(asking.context, house.product),
    });
    expect(answer.status()).toBe(202);
  }
  const { page, complaints } = await house.visitSignedIn({}, olga);
  await page.goto('/');
  const nav = page.getByRole('navigation', { name: 'Main' });
  await nav.getByRole('link', { name: /^Access requests.*1 waiting$/ }).click();
  expect(await nav.getByRole('region', { name: 'Admin' }).getByRole('link').count()).toBe(1);
  await page.getByText('People who would like to use Cranes, which you look after.').waitFor();
  const card = page.getByRole('article', { name: 'Cara Quay: Cranes' });
  await card.getByText('I lift.').waitFor();
  expect(await card.getByRole('combobox').count()).toBe(0);
  await looked(page, 'requests-owner');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 900 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 900 });
  await card.getByRole('button', { name: /^Approve/ }).click();
  await page.getByText('Nobody is waiting').waitFor();
  await nav.getByRole('link', { name: 'Access requests', exact: true }).waitFor();
  await page.goto('/admin/requests?state=approved');
  await card.getByText(`By ${olga.email}`).waitFor();
  expect(await page.getByRole('link', { name: /^Who may use/ }).count()).toBe(0);
  await asking.page.goto('/extensions/cranes');
  await asking.page.getByRole('heading', { name: 'Cranes', exact: true }).waitFor();
  await asking.page.goto('/admin/requests');
  await asking.page.waitForURL((url) => url.pathname === '/');
  expect(await asking.page.getByRole('link', { name: /^Access requests/ }).count()).toBe(0);
  await page.goto('/admin/users');
  await page.waitForURL((url) => url.pathname === '/');
  expect([...complaints, ...asking.complaints]).toEqual([]);
});

test('B6 G4: from a row of Users one sees what is open to a person and why, and changes their groups there; a group says what it opens', async () => {
  const dora = { email: 'dora@example.com', name: 'Dora Tide', password: ben.password };
  await house.addPerson(dora);
  const { page, complaints } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await page.goto('/admin/users?q=dora');
  await page.getByRole('link', { name: dora.name, exact: true }).click();
  await page.getByRole('heading', { name: dora.name, level: 1 }).waitFor();
  await page.getByText('Signed in nowhere now.').waitFor();
  const extensions = page.getByRole('region', { name: 'Extensions and why' });
  await extensions.getByRole('row', { name: /Documents .* one of its pages/ }).waitFor();
  await page.getByRole('button', { name: /^Show \d+ that (is|are) not open$/ }).click();
  await extensions.getByRole('row', { name: /Cranes Not open .* being in cranes-admin/ }).waitFor();
  await chooser(page, 'Add to a group').click();
  await page.getByRole('option', { name: 'cranes-admin' }).click();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await extensions.getByRole('row', { name: /Cranes Dora Tide is in cranes-admin/ }).waitFor();
  await looked(page, 'user');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Remove from cranes-admin' }).click();
  await page.getByText('In no group.').waitFor();
  await extensions.getByRole('row', { name: /Cranes Not open/ }).waitFor();
  await page.goto('/admin/groups?q=cranes-admin');
  const group = page.getByRole('article', { name: 'cranes-admin' });
  await group.getByText('Opens Cranes').waitFor();
  await looked(page, 'groups');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.goto('/admin/users/nothing');
  await page.getByRole('heading', { name: 'There is no such user' }).waitFor();
  expect(complaints).toEqual([]);
});

test('B5 B6: an admin sees what was said, takes it back, denies, and reads why', async () => {
  const { page, complaints } = await house.visitSignedIn();
  await page.goto('/admin/plugins');
  await page.getByRole('link', { name: 'Access: Cranes' }).click();
  await page.getByRole('region', { name: 'Exceptions' }).getByText('Ben Quay').waitFor();
  await chooser(page, 'Whose access').fill('ben');
  await page.getByRole('option', { name: /Ben Quay/ }).click();
  await page.getByText('Ben Quay may use it').waitFor();
  await page.getByText('An admin opened it to Ben Quay.').waitFor();
  expect(await chooser(page, 'Whose access').inputValue()).toContain('Ben Quay');
  await looked(page, 'plugin-access');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('region', { name: 'People with access' }).getByText('Ben Quay').waitFor();
  await page.getByRole('button', { name: 'Take back: Ben Quay' }).click();
  await page.getByRole('dialog').getByText('Ben Quay will lose it.').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Take back', exact: true }).click();
  await page.getByText('Ben Quay may not use it').waitFor();
  await page
    .getByRole('radiogroup', { name: 'A person or a group' })
    .getByText('Group', { exact: true })
    .click();
  await chooser(page, 'Group').click();
  await page.getByRole('option', { name: 'cranes-admin' }).click();
  await page.getByRole('combobox', { name: 'Access', exact: true }).selectOption('deny');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'Exceptions' }).getByText('Denied').waitFor();
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
  const details = page.getByRole('dialog');
  await details.getByRole('button', { name: 'Copy details' }).waitFor();
  // Every fact has a name for a person, and none is an id.
  expect(await details.locator('dt').allTextContents()).toEqual(
    expect.arrayContaining(['Who', 'To what', 'Outcome', 'From where', 'Row', 'Hash']),
  );
  expect(await details.getByText(/[0-9a-f]{8}-[0-9a-f]{4}-/).count()).toBe(0);
  await looked(page, 'audit-row');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Export' }).click();
  const href = await page.getByRole('menuitem', { name: /CSV/ }).getAttribute('href');
  const csv = await (await context.request.get(href ?? '')).text();
  expect(csv.trim().split('\r\n')).toHaveLength(2);
  await page.keyboard.press('Escape');
  await page.getByRole('menuitem', { name: /CSV/ }).waitFor({ state: 'detached' });
  await page.getByRole('textbox', { name: 'Who' }).fill('nobody@nowhere');
  await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect.poll(() => region.getByRole('row').count()).toBeGreaterThan(2);
  await expect.poll(() => page.getByRole('textbox', { name: 'Who' }).inputValue()).toBe('');
  await looked(page, 'audit');
  // The names of what was done, and no ids; an e-mail stands in one line.
  const targets = (await region.locator('td[data-label="To what"]').allInnerTexts()).join('\n');
  expect(targets).toMatch(/Cranes, /);
  expect(targets).not.toMatch(/[\da-f]{8}-[\da-f]{4}-/);
  const heights = await region
    .locator('td[data-label="Who"] p')
    .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().height));
  expect(Math.max(...heights)).toBeLessThan(30);
  await page
    .getByRole('group', { name: 'Filters' })
    .locator('label', { hasText: /^Refused$/ })
    .click();
  await page.waitForURL(/outcome=refused/);
  await expect.poll(() => page.getByRole('checkbox', { name: 'Refused' }).isChecked()).toBe(true);
  await page
    .getByRole('group', { name: 'Filters' })
    .locator('label', { hasText: /^Today$/ })
    .click();
  await page.waitForURL(/from=/);
  await expect.poll(() => page.getByRole('checkbox', { name: 'Today' }).isChecked()).toBe(true);
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
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
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
