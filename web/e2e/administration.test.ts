/**
 * The administration in a real browser: extensions and what they ask for, their traffic, people, and all of
 * it without a mouse.
 */
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { json, manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { accessibilityFindings } from './axe.ts';
import { focusWithin, tabTo } from './focus.ts';
import { admin, openHouse, unsafeHeaders, type House } from './house.ts';

const ben = { email: 'ben@example.com', password: 'Correct-Horse-7', name: 'Ben Quay' };
const cleo = { email: 'cleo@example.com', password: 'Correct-Horse-7', name: 'Cleo Dock' };
const narrow: Partial<ManifestInput> = {
  name: 'Cranes',
  icon: 'crane',
  access: { required_groups: ['cranes-admin'] },
  routes: [{ path: '/lifts', methods: ['GET'] }],
};
const wide: Partial<ManifestInput> = {
  ...narrow,
  version: '2.0.0',
  access: { any_user: true },
  routes: [{ path: '/lifts', methods: ['GET', 'DELETE'] }],
};

let house: House;
let cranes: FakeContainer;
let ferries: FakeContainer;

beforeAll(async () => {
  cranes = await startContainer(manifestOf('cranes', narrow));
  ferries = await startContainer(
    manifestOf('ferries', {
      name: 'Ferries',
      routes: [
        { path: '/lifts', methods: ['GET'] },
        { path: '/broken', methods: ['GET'] },
        { path: '/small', methods: ['POST'], limits: { max_body_bytes: 10 } },
      ],
    }),
  );
  ferries.answers.set('/lifts', json({ lifts: 3 }));
  ferries.answers.set('/broken', json({}, 500));
  house = await openHouse({ BERTH_SERVICES: `cranes=${cranes.url},ferries=${ferries.url}` });
  await house.addPerson(ben);
  await house.addPerson(cleo);
  const { context } = await house.visitSignedIn();
  await context.request.post('/api/admin/groups', {
    data: { name: 'pilots', description: '' },
    headers: await unsafeHeaders(context, house.product),
  });
});
afterAll(async () => {
  await house?.close();
  await cranes?.stop();
  await ferries?.stop();
});

test('C8 a manifest that asks for more waits; an admin is told, reads what it asks for, refuses it, later approves it; only then does it apply', async () => {
  const { page: member } = await house.visitSignedIn({}, cleo);
  await member.goto('/apps');
  await member.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Documents' }).waitFor();
  const { page, complaints } = await house.visitSignedIn();
  await page.goto('/admin/plugins');
  const card = page.getByRole('article', { name: 'Cranes' });
  await card.getByText('Online').waitFor();

  cranes.setManifest(manifestOf('cranes', wide));
  const panel = card.getByRole('alert').filter({ hasText: 'It asks for more' });
  await panel.waitFor();
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: /^Extensions.*1 waiting$/ })
    .waitFor();
  const wishes = panel.getByRole('list', { name: 'What Cranes asks for' }).getByRole('listitem');
  await wishes.filter({ hasText: 'DELETE' }).first().waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(
    await member.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Cranes' }).count(),
  ).toBe(0);
  await panel.getByRole('button', { name: 'Refuse: Cranes' }).click();
  await panel.waitFor({ state: 'detached' });
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Extensions', exact: true })
    .waitFor();

  // What was refused is not asked for again; something else is.
  cranes.setManifest(
    manifestOf('cranes', {
      ...wide,
      version: '2.1.0',
      routes: [{ path: '/lifts', methods: ['GET', 'PATCH'] }],
    }),
  );
  await panel.getByText(/PATCH/).first().waitFor();
  await panel.getByRole('button', { name: 'Approve: Cranes' }).click();
  await panel.waitFor({ state: 'detached' });
  await card.getByText(/Version 2\.1\.0/).waitFor();
  // In the open browser of somebody else, without a reload.
  await member.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Cranes' }).waitFor();
  expect(complaints).toEqual([]);
});

test('C9 an extension that does not answer: its report says how far it came, why, and what to do', async () => {
  const { page, complaints } = await house.visitSignedIn();
  await page.goto('/admin/plugins');
  const card = page.getByRole('article', { name: 'Cranes' });
  await card.getByText('Online').waitFor();
  await cranes.stop();
  await card.getByRole('button', { name: 'Check now: Cranes' }).click();
  await card.getByText('Offline').waitFor();
  const report = card.getByRole('button', { name: /^Connection report/ });
  if ((await report.getAttribute('aria-expanded')) === 'false') await report.click();
  await card.getByRole('img', { name: 'Failed' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await cranes.restart();
  await card.getByRole('button', { name: 'Check now: Cranes' }).click();
  await card.getByText('Online').waitFor();
  expect(complaints).toEqual([]);
});

test('F5 settings have a history: who changed what, and what was there before is put back', async () => {
  const { page, complaints } = await house.visitSignedIn();
  await page.goto('/extensions/doc-service/settings');
  const largest = page.getByRole('textbox', { name: 'Largest PDF in megabytes' });
  await largest.waitFor();
  const before = await largest.inputValue();
  await largest.fill('77');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'History' }).click();
  const newest = page.getByRole('list', { name: 'Changes, the newest first' }).getByRole('listitem').first();
  await newest.getByRole('cell', { name: 'Largest PDF in megabytes' }).waitFor();
  await newest.getByRole('cell', { name: '77' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await newest.getByRole('button', { name: /^Put back/ }).click();
  await expect.poll(() => largest.inputValue()).toBe(before);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  await page.reload();
  await expect.poll(() => largest.inputValue()).toBe(before);
  expect(complaints).toEqual([]);
});

test('E11 requests through an extension appear on the page "Traffic" by themselves: rate, status classes, limits, routes and what went wrong', async () => {
  const { page, context, complaints } = await house.visitSignedIn();
  await page.goto('/admin/traffic');
  const row = page
    .getByRole('region', { name: 'Traffic by extension' })
    .getByRole('row', { name: /Ferries/ });
  await row.getByText('Good').waitFor();
  await page.evaluate(() => Reflect.set(window, 'sameVisit', true));
  for (let count = 0; count < 30; count++)
    expect((await context.request.get('/api/plugins/ferries/app/lifts')).status()).toBe(200);
  expect((await context.request.get('/api/plugins/ferries/app/broken')).status()).toBe(500);
  const tooLarge = {
    data: 'a'.repeat(100),
    headers: { ...(await unsafeHeaders(context, house.product)), 'content-type': 'text/plain' },
  };
  expect((await context.request.post('/api/plugins/ferries/app/small', tooLarge)).status()).toBe(413);

  const problems = page.getByRole('region', { name: 'Refused or failed lately' });
  await problems.getByRole('row', { name: /500 Ferries/ }).waitFor();
  await problems.getByRole('row', { name: /413, limit: body size/ }).waitFor();
  await row.getByText('body size 1').waitFor();
  // The rate is of the last whole slots of five seconds, so it is there by itself a few seconds later.
  await expect.poll(async () => Number(await row.getByRole('cell').nth(1).innerText())).toBeGreaterThan(0);

  const over = page.getByRole('region', { name: 'The last five minutes' });
  const chart = over.getByRole('img', { name: 'Chart. Requests a second, Errors (5xx) a second' });
  await chart.locator('canvas').waitFor();
  await chart.hover({ position: { x: 120, y: 60 } });
  // The one under the pointer reads another moment than the newest, which the other one shows.
  const moments = over.getByText(/^\d+:\d\d:\d\d/);
  await expect.poll(async () => new Set(await moments.allInnerTexts()).size).toBe(2);
  await over.getByRole('button', { name: 'As a table' }).click();
  await over.getByRole('columnheader', { name: 'Requests a second' }).waitFor();
  expect(await over.getByRole('row').count()).toBe(61);

  await row.getByRole('button', { name: 'Routes of Ferries' }).click();
  const routes = page.getByRole('table', { name: /Routes of Ferries/ });
  await routes.getByRole('row', { name: /\/lifts 30 30/ }).waitFor();
  await routes.getByRole('row', { name: /\/broken 1 0 0 0 1/ }).waitFor();
  expect(await page.evaluate(() => Reflect.get(window, 'sameVisit'))).toBe(true);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('E11 the page says when Berth does not answer, keeps what it knew, and goes on by itself; paused, it asks no more', async () => {
  const { page, context } = await house.visitSignedIn({
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  await page.goto('/admin/traffic');
  await page.getByRole('region', { name: 'Traffic by extension' }).getByText('Ferries').first().waitFor();
  await context.setOffline(true);
  await page.getByText('Berth is not answering').waitFor();
  await page.getByText(/These figures are of \d\d:\d\d/).waitFor();
  await page.getByRole('region', { name: 'Traffic by extension' }).getByText('Ferries').first().waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await context.setOffline(false);
  await page.getByText('Berth is not answering').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Go on' }).waitFor();
});

test('E11 nobody but admins reads the traffic', async () => {
  const { page, context } = await house.visitSignedIn({}, cleo);
  expect((await context.request.get('/api/admin/traffic')).status()).toBe(403);
  await page.goto('/admin/traffic');
  await page.waitForURL((url) => url.pathname === '/');
});

test('G7 by keyboard alone: in at the door, a user is added, and put into a group with the picker', async () => {
  const { page, complaints } = await house.visit();
  await page.goto('/sign-in?return=%2Fadmin%2Fusers');
  await tabTo(page, 'textbox', 'E-mail');
  await page.keyboard.type(admin.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(admin.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();

  await tabTo(page, 'button', 'Add user');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Add a user' });
  await focusWithin(dialog);
  await tabTo(page, 'textbox', 'E-mail');
  await page.keyboard.type('dora@example.com');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Dora Tide');
  await page.keyboard.press('Enter');
  const link = page.getByRole('dialog', { name: 'dora@example.com was added' });
  await link.getByRole('textbox', { name: 'Link for the first password' }).waitFor();
  await focusWithin(link);
  await tabTo(page, 'button', 'Done');
  await page.keyboard.press('Enter');
  await link.waitFor({ state: 'hidden' });
  await page.getByRole('region', { name: 'Users' }).getByText('Dora Tide').waitFor();

  await page.goto('/admin/groups?q=pilots');
  await tabTo(page, 'button', '0 members');
  await page.keyboard.press('Enter');
  const members = page.getByRole('dialog', { name: 'Members of pilots' });
  await focusWithin(members);
  await tabTo(page, 'combobox', 'Add people');
  await page.keyboard.type('dora');
  await page.getByRole('option', { name: /Dora Tide/ }).waitFor();
  await page.getByRole('option').nth(1).waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowDown');
  await page.locator('[data-combobox-selected]').waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await page.getByRole('option').first().waitFor({ state: 'hidden' });
  await tabTo(page, 'button', 'Add');
  await page.keyboard.press('Enter');
  await members.getByRole('cell', { name: /Dora Tide/ }).waitFor();
  expect(complaints).toEqual([]);
});

test('B1 B2 several people at once: chosen, put into a group, switched off and on', async () => {
  const { page, context, complaints } = await house.visitSignedIn({
    viewport: { width: 390, height: 844 },
    reducedMotion: 'reduce',
  });
  await page.goto('/admin/users');
  for (const email of ['ben@example.com', 'cleo@example.com'])
    await page.getByRole('checkbox', { name: `Choose ${email}` }).check();
  const bar = page.getByRole('region', { name: 'Chosen people' });
  await bar.getByText('2 people chosen').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await bar.getByRole('combobox', { name: 'Group' }).click();
  await page.getByRole('option', { name: 'pilots' }).click();
  await bar.getByRole('button', { name: 'Add to group' }).click();
  await bar.waitFor({ state: 'detached' });
  const ben = page.getByRole('region', { name: 'Users' }).getByRole('row', { name: /Ben Quay/ });
  await ben.getByText('pilots').waitFor();

  await page.getByRole('checkbox', { name: 'Choose ben@example.com' }).check();
  await bar.getByRole('button', { name: 'Switch off' }).click();
  await ben.getByText('Switched off').waitFor();
  await page.getByRole('checkbox', { name: 'Choose ben@example.com' }).check();
  await bar.getByRole('button', { name: 'Switch on' }).click();
  await ben.getByText('Switched off').waitFor({ state: 'detached' });
  expect((await context.request.get('/api/users/me')).ok()).toBe(true);
  expect(complaints).toEqual([]);
});

test('a page that cannot be fetched says so and leaves one where one is; nothing reloads by itself', async () => {
  const { page, context } = await house.visitSignedIn();
  await page.goto('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.evaluate(() => Reflect.set(window, 'sameVisit', true));
  await context.setOffline(true);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Groups' }).click();
  await page.getByRole('heading', { name: 'This page could not be fetched' }).waitFor();
  await page.getByRole('button', { name: 'Load it again' }).click();
  await page.getByText('Berth cannot be reached yet').waitFor();
  expect(await page.evaluate(() => Reflect.get(window, 'sameVisit'))).toBe(true);
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Load it again' }).click();
  await page.getByRole('heading', { name: 'Groups', level: 1 }).waitFor();
});

test('G7: a window that cannot be fetched is told, and is asked for anew when it is opened again', async () => {
  const { page, context } = await house.visitSignedIn();
  await page.goto('/apps');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await context.setOffline(true);
  await page.keyboard.press('Control+k');
  await page.getByText(/This part of Berth could not be fetched/).waitFor();
  await context.setOffline(false);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').waitFor();
  await context.close();
});
