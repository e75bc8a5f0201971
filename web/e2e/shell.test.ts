/**
 * What extensions give to the shell: results in the palette, badges, cards on Home, a head, and pages that
 * stay alive.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  json,
  manifestOf,
  startContainer,
  type Answer,
  type FakeContainer,
} from '@berth/testing/fake-container.ts';
import { accessibilityFindings } from './axe.ts';
import { openHouse, unsafeHeaders, type House, type Visit } from './house.ts';

const script = `import { connectToShell } from './berth-frame.js';
const shell = await connectToShell();
const say = () => { document.querySelector('h2').textContent = 'At ' + shell.path + (shell.hasHead ? ', headed' : ''); };
shell.onPath(say);
say();
shell.reportPath(shell.path || '#/', 'The hold');
shell.reportHead({ tabs: [{ title: 'Hold', path: '#/' }, { title: 'Deck', path: '#/deck' }, { title: 'Mast', path: '#/mast' }], action: { id: 'load', title: 'Load a crate', icon: 'plus' } });
shell.onAction((id) => { document.querySelector('p').textContent = 'Pressed ' + id; shell.reportBadges({ hold: 7, deck: 2 }); });
document.querySelector('input').dataset.allowed = String(document.featurePolicy?.allowsFeature('fullscreen') ?? true);
`;
const page = `<!doctype html><html lang="en"><title>x</title><h2></h2><p>Nothing pressed</p><label>Note <input></label>
<script type="module" src="x.js" crossorigin></script></html>`;
const open = { any_user: true, allow_superuser: true };

let house: House;
let containers: FakeContainer[] = [];
let ada: Visit;

const file =
  (body: string, type: string): Answer =>
  (_, res) =>
    void res.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' }).end(body);

async function quay(id: string, more: Parameters<typeof manifestOf>[1]): Promise<FakeContainer> {
  const container = await startContainer(
    manifestOf(id, { name: `Quay ${id}`, access: open, ui: { entry: '/ui/' }, ...more }),
  );
  container.answers.set('/ui/', file(page, 'text/html'));
  container.answers.set('/ui/x.js', file(script, 'text/javascript'));
  container.answers.set(
    '/ui/berth-frame.js',
    file(await readFile('plugin-kit/frame.js', 'utf8'), 'text/javascript'),
  );
  return container;
}

beforeAll(async () => {
  const north = await quay('north', {
    icon: 'anchor',
    ui: { entry: '/ui/', head: true, permissions: ['fullscreen'] },
    nav: [
      { id: 'hold', title: 'Hold', path: '#/' },
      { id: 'deck', title: 'Deck', path: '#/deck' },
    ],
    badges: {},
    search: {},
    widgets: [
      { id: 'last', title: 'Last crates', kind: 'list', path: '/plugin/last' },
      {
        id: 'sum',
        title: 'Crates aboard',
        kind: 'number',
        path: '/plugin/sum',
        unit: 'crates',
        link: '#/deck',
      },
      { id: 'full', title: 'The hold', kind: 'progress', path: '/plugin/full' },
      { id: 'gone', title: 'Away', kind: 'number', path: '/plugin/gone' },
    ],
  });
  north.answers.set('/plugin/badges', json({ hold: 3, deck: 0 }));
  const crate = { title: 'Crate of cranes', subtitle: 'Row 4', path: '#/deck' };
  north.answers.set('/plugin/search?q=cra&limit=5', json({ items: [crate] }));
  north.answers.set('/plugin/last', json({ items: [crate, { title: '<b>Bold</b>', path: '/admin' }] }));
  north.answers.set('/plugin/sum', json({ value: 1234 }));
  north.answers.set('/plugin/full', json({ value: 30, max: 40 }));
  const slow = await quay('south', { search: {} });
  slow.answers.set('/plugin/search?q=cra&limit=5', () => undefined);
  containers = [north, slow, await quay('east', {}), await quay('west', {})];
  const ids = ['north', 'south', 'east', 'west'];
  house = await openHouse({
    BERTH_SERVICES: ids.map((id, index) => `${id}=${containers[index]?.url ?? ''}`).join(','),
  });
  ada = await house.visitSignedIn({ reducedMotion: 'reduce', viewport: { width: 1280, height: 800 } });
  await ada.page.goto('/');
  await ada.page
    .getByRole('link', { name: /^Quay north/ })
    .first()
    .waitFor();
});
afterAll(async () => {
  await house?.close();
  await Promise.all(containers.map((container) => container.stop()));
});

const picture = async (of: Page, name: string): Promise<void> => {
  const folder = process.env['BERTH_PICTURES'];
  if (folder) await of.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
};
const sidebar = () => ada.page.getByRole('navigation', { name: 'Main' });

test('G1: what waits in an extension is counted beside it, and beside its entries when it is open', async () => {
  await ada.page.goto('/');
  await sidebar()
    .getByRole('link', { name: /^Quay north\W+3 waiting$/ })
    .click();
  await sidebar()
    .getByRole('link', { name: /^Hold\W+3 waiting$/ })
    .waitFor();
  expect(await sidebar().getByRole('link', { name: 'Deck', exact: true }).count()).toBe(1);
});

test('G2: cards of extensions are drawn from data as text; one that fails says so and the others stand', async () => {
  await ada.page.goto('/');
  const glance = ada.page.getByRole('region', { name: 'At a glance' });
  await glance.getByText('<b>Bold</b>').waitFor();
  expect(await glance.getByRole('link', { name: /Bold/ }).count()).toBe(0);
  await glance.getByText('30 of 40').waitFor();
  await glance.getByText('Quay north did not answer').waitFor();
  expect(await accessibilityFindings(ada.page)).toEqual([]);
  await picture(ada.page, 'home');
  await glance.getByRole('link', { name: 'Crates aboard: 1,234 crates' }).click();
  await ada.page.waitForURL('**/extensions/north#/deck');
});

test('G1: the palette finds what is in extensions, and one that never answers holds no other', async () => {
  await ada.page.goto('/');
  await ada.page.getByRole('heading', { level: 1 }).waitFor();
  await ada.page.keyboard.press('Control+k');
  const dialog = ada.page.getByRole('dialog', { name: 'Search' });
  await dialog.getByRole('combobox').fill('cra');
  const found = dialog.getByRole('option', { name: /Crate of cranes/ });
  await dialog.getByText('Searching Quay south').waitFor();
  await found.waitFor();
  await picture(ada.page, 'palette');
  expect(await accessibilityFindings(ada.page)).toEqual([]);
  await dialog.getByText('Quay south did not answer').waitFor();
  await found.click();
  await ada.page.waitForURL('**/extensions/north#/deck');
  // What the page calls itself takes the place of what it was found by.
  await ada.page.getByRole('heading', { level: 1, name: 'Quay north The hold' }).waitFor();
  await ada.page.keyboard.press('Control+k');
  await dialog
    .getByRole('group', { name: 'Recent' })
    .getByRole('option', { name: /^The hold/ })
    // A page that was at its start for a moment is there with both places.
    .first()
    .waitFor();
  await ada.page.keyboard.press('Escape');
});

test('G1: the palette knows people and groups for superusers alone, and commands', async () => {
  const ben = { email: 'ben@example.com', name: 'Ben Keel', password: 'Correct-Horse-7' };
  await house.addPerson(ben);
  await ada.page.goto('/apps');
  await ada.page.getByRole('heading', { level: 1 }).waitFor();
  await ada.page.keyboard.press('Control+k');
  const dialog = ada.page.getByRole('dialog', { name: 'Search' });
  await dialog.getByRole('combobox').fill('keel');
  await dialog.getByRole('option', { name: /Ben Keel/ }).click();
  await ada.page.waitForURL('**/admin/users?q=ben*');
  await ada.page.keyboard.press('Control+k');
  await dialog.getByRole('combobox').fill('theme dark');
  await dialog.getByRole('option', { name: /Theme: dark/ }).waitFor();
  await ada.page.keyboard.press('Enter');
  await ada.page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
  const bens = await house.visitSignedIn({ reducedMotion: 'reduce' }, ben);
  await bens.page.goto('/apps');
  await bens.page.getByRole('heading', { level: 1 }).waitFor();
  await bens.page.keyboard.press('Control+k');
  const his = bens.page.getByRole('dialog', { name: 'Search' });
  await his.getByRole('combobox').fill('sign out');
  await his.getByRole('option', { name: /Sign out/ }).waitFor();
  await his.getByRole('combobox').fill('ada');
  await his.getByText('Quay north did not answer').waitFor();
  expect(await his.getByRole('option', { name: /Ada Berth/ }).count()).toBe(0);
  await bens.context.close();
});

test('G2: the first steps tick themselves, and what was put away stays away', async () => {
  await ada.page.goto('/');
  const steps = ada.page.getByRole('region', { name: 'First steps' });
  await steps.getByText('Add an extension: done').waitFor();
  await steps.getByRole('link', { name: 'Add a second factor' }).waitFor();
  await picture(ada.page, 'first-steps');
  await steps.getByRole('button', { name: 'Put away' }).click();
  await steps.waitFor({ state: 'detached' });
  await ada.page.reload();
  await ada.page.getByRole('region', { name: 'At a glance' }).waitFor();
  expect(await steps.count()).toBe(0);
});

test('G5: what happened is counted, kept and readable again', async () => {
  const asking = { email: 'cleo@example.com', name: 'Cleo', password: 'Correct-Horse-7' };
  await house.addPerson(asking);
  const cleo = await house.visitSignedIn({}, asking);
  await cleo.context.request.post('/api/plugins/doc-service/access-requests', {
    data: { reason: '' },
    headers: await unsafeHeaders(cleo.context, house.product),
  });
  await cleo.context.close();
  await ada.page.goto('/apps');
  await sidebar()
    .getByRole('link', { name: /^Notifications\W+1 waiting$/ })
    .click();
  const news = ada.page.getByRole('list', { name: 'Notifications' });
  await news.getByRole('link', { name: 'Cleo asks for access to Documents' }).waitFor();
  expect(await accessibilityFindings(ada.page)).toEqual([]);
  await picture(ada.page, 'notifications');
  await ada.page.getByRole('button', { name: 'Mark all as read' }).click();
  await sidebar().getByRole('link', { name: 'Notifications', exact: true }).waitFor();
  await news.getByRole('link', { name: 'Cleo asks for access to Documents' }).click();
  await ada.page.waitForURL('**/admin/requests');
});

test('G3: the shell draws the head that a page hands over; its action reaches the page, and its badges the sidebar', async () => {
  await ada.page.goto('/extensions/north');
  const frame = ada.page.frameLocator('iframe:visible');
  await frame.getByRole('heading', { name: 'At #/, headed' }).waitFor();
  await ada.page
    .getByRole('navigation', { name: 'Parts of Quay north' })
    .getByRole('link', { name: 'Deck' })
    .click();
  await frame.getByRole('heading', { name: 'At #/deck, headed' }).waitFor();
  await ada.page.getByRole('button', { name: 'Load a crate' }).click();
  await frame.getByText('Pressed load').waitFor();
  await sidebar()
    .getByRole('link', { name: /^Deck\W+2 waiting$/ })
    .waitFor();
  expect(await accessibilityFindings(ada.page)).toEqual([]);
  await picture(ada.page, 'head');
});

test('G3: a page may use what its manifest declares, and nothing more', async () => {
  await ada.page.goto('/extensions/north');
  const frame = ada.page.locator('iframe:visible');
  await frame.waitFor();
  expect(await frame.getAttribute('allow')).toBe('clipboard-write; fullscreen');
  const answer = await ada.context.request.get('/');
  expect(answer.headers()['permissions-policy']).toContain('camera=(), microphone=()');
});

test('G3: pages stay as they were while others are looked at, within limits', async () => {
  await ada.page.goto('/extensions/north');
  await ada.page.frameLocator('iframe:visible').getByLabel('Note').fill('half a thought');
  for (const id of ['south', 'east']) {
    await sidebar()
      .getByRole('link', { name: `Quay ${id}` })
      .click();
    await ada.page.frameLocator('iframe:visible').getByRole('heading', { name: 'At #/' }).waitFor();
  }
  await sidebar().getByRole('link', { name: 'Home', exact: true }).click();
  await ada.page.getByRole('region', { name: 'At a glance' }).waitFor();
  await expect.poll(() => ada.page.locator('iframe').count()).toBe(3);
  await sidebar()
    .getByRole('link', { name: /^Quay north/ })
    .click();
  expect(await ada.page.frameLocator('iframe:visible').getByLabel('Note').inputValue()).toBe(
    'half a thought',
  );
  await sidebar().getByRole('link', { name: 'Quay west' }).click();
  await ada.page.frameLocator('iframe:visible').getByRole('heading', { name: 'At #/' }).waitFor();
  await expect.poll(() => ada.page.locator('iframe').count()).toBe(3);
});

test('G1: on a phone an extension has one bar, with the menu and the search in it', async () => {
  const phone = await house.visitSignedIn({
    viewport: { width: 390, height: 844 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  await phone.page.goto('/extensions/north');
  await phone.page
    .frameLocator('iframe:visible')
    .getByRole('heading', { name: /headed/ })
    .waitFor();
  expect(await phone.page.locator(':has(> #content) > header').isVisible()).toBe(false);
  expect(await accessibilityFindings(phone.page)).toEqual([]);
  await picture(phone.page, 'phone');
  await phone.page.getByRole('button', { name: 'Open the menu' }).click();
  await phone.page
    .getByRole('dialog', { name: 'Menu' })
    .getByRole('link', { name: 'Home', exact: true })
    .click();
  await phone.page.getByRole('region', { name: 'At a glance' }).waitFor();
  await phone.page.locator(':has(> #content) > header').waitFor({ state: 'visible' });
  await picture(phone.page, 'home-phone');
  await phone.context.close();
});
