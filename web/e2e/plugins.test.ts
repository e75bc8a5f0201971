import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manifestOf, startContainer, type FakeContainer } from '../../gateway/src/plugins/testing/fake-container.ts';
import { accessibilityFindings } from './axe.ts';
import { openHouse, type House } from './house.ts';

const cleo = { email: 'cleo@example.com', password: 'Anchor-Compass-2210-gull' };
const narrow: Partial<ManifestInput> = {
  name: 'Cranes',
  icon: 'crane',
  access: { required_groups: ['cranes-admin'] },
  routes: [{ path: '/lifts', methods: ['GET'] }],
};
const wide: Partial<ManifestInput> = { ...narrow, version: '2.0.0', access: { any_user: true }, routes: [{ path: '/lifts', methods: ['GET', 'DELETE'] }] };

let house: House;
let cranes: FakeContainer;

beforeAll(async () => {
  cranes = await startContainer(manifestOf('cranes', narrow));
  house = await openHouse({ BERTH_SERVICES: `cranes=${cranes.url}` });
  await house.addPerson(cleo);
});
afterAll(async () => {
  await house?.close();
  await cranes?.stop();
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
    .getByRole('link', { name: /^Plugins.*1 waiting$/ })
    .waitFor();
  const wishes = panel.getByRole('list', { name: 'What Cranes asks for' }).getByRole('listitem');
  expect((await wishes.allInnerTexts()).join('\n')).toMatch(/DELETE/);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await member.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Cranes' }).count()).toBe(0);
  await panel.getByRole('button', { name: 'Refuse: Cranes' }).click();
  await panel.waitFor({ state: 'detached' });
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Plugins', exact: true }).waitFor();

  // What was refused is not asked for again; something else is.
  cranes.setManifest(manifestOf('cranes', { ...wide, version: '2.1.0', routes: [{ path: '/lifts', methods: ['GET', 'PATCH'] }] }));
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
