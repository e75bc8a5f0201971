/**
 * The shell when things are not as usual: long names, many extensions, no network, no mouse, large letters.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { accessibilityFindings } from './axe.ts';
import { focusWithin, tabTo } from './focus.ts';
import { admin, openHouse, unsafeHeaders, type House } from './house.ts';

const long = {
  email: `${'a-person-with-a-long-address'.repeat(2)}@${'some-part-of-a-domain.'.repeat(5)}example`,
  name: 'Maximiliane-Alexandra Freifrau von Hohenstein-Wolkenburg zu Donaudampfschifffahrtsgesellschaft',
  password: 'Correct-Horse-7',
};
const rightToLeft = { email: 'sara@example.com', name: 'سارة عبد الرحمن', password: 'Correct-Horse-7' };
const unbroken = { email: 'unbroken@example.com', name: 'X'.repeat(100), password: 'Correct-Horse-7' };
/** axe looks at the others in other tests. */
const seenByAxeHere = [
  '/extensions/quay-1',
  '/extensions/nothing',
  '/no/such/page',
  '/admin/plugins/nothing',
  '/admin/traffic',
  '/admin/mail',
];
const pages = [
  ...seenByAxeHere,
  '/',
  '/apps',
  '/profile',
  '/admin/users',
  '/admin/groups',
  '/admin/plugins',
  '/admin/plugins/quay-1',
  '/admin/requests',
  '/admin/audit',
];

let house: House;
let containers: FakeContainer[] = [];

beforeAll(async () => {
  const ids = Array.from({ length: 14 }, (_, index) => `quay-${index}`);
  containers = await Promise.all(
    ids.map((id, index) =>
      startContainer(
        manifestOf(
          id,
          index === 1
            ? { name: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk', description: 'x'.repeat(300) }
            : {},
        ),
      ),
    ),
  );
  house = await openHouse({
    BERTH_SERVICES: containers.map(({ url }, index) => `quay-${index}=${url}`).join(','),
  });
  for (const person of [long, rightToLeft, unbroken]) await house.addPerson(person);
  const { context } = await house.visitSignedIn();
  const headers = await unsafeHeaders(context, house.product);
  const people: { items: { id: string }[] } = await (await context.request.get('/api/admin/users')).json();
  const group = await context.request.post('/api/admin/groups', {
    data: {
      name: 'a-group-with-a-name-that-goes-on-and-on-and-on-until-the-end-63',
      description: 'Long. '.repeat(40),
    },
    headers,
  });
  const { id }: { id: string } = await group.json();
  await context.request.post(`/api/admin/groups/${id}/members`, {
    data: { user_ids: people.items.map((person) => person.id) },
    headers,
  });
  await context.request.put('/api/admin/plugins/quay-1/grants', {
    data: { group_id: id, effect: 'allow' },
    headers,
  });
  const asking = await house.visitSignedIn({}, rightToLeft);
  await asking.context.request.post('/api/plugins/quay-1/access-requests', {
    data: { reason: 'أرفع الحاويات أيام الجمعة.' },
    headers: await unsafeHeaders(asking.context, house.product),
  });
});
afterAll(async () => {
  await house?.close();
  await Promise.all(containers.map((container) => container.stop()));
});

async function shown(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
}

/** What is wider than its place, also inside of what scrolls by itself. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll(':has(> #content), main')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => `${element.localName} ${element.scrollWidth} > ${element.clientWidth}`),
  );
}

test.each([
  ['light', 1280, 800],
  ['dark', 390, 844],
  // A window of 1280 by 800 at 200 %.
  ['light', 640, 400],
] as const)(
  'G7 long names fit, and axe has nothing to say: %s, %d by %d',
  async (colorScheme, width, height) => {
    const { page, complaints } = await house.visitSignedIn({
      colorScheme,
      viewport: { width, height },
      reducedMotion: 'reduce',
    });
    for (const path of pages) {
      await shown(page, path);
      const findings = width !== 640 && seenByAxeHere.includes(path) ? await accessibilityFindings(page) : [];
      expect([path, await tooWide(page), findings]).toEqual([path, [], []]);
    }
    expect(complaints).toEqual([]);
  },
);

test('G1 with many extensions the administration stays in sight, and the sidebar shows where one is', async () => {
  const { page } = await house.visitSignedIn({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
  });
  await shown(page, '/extensions/quay-9');
  const nav = page.getByRole('navigation', { name: 'Main' });
  const isInSight = (name: string) =>
    nav.getByRole('link', { name, exact: true }).evaluate((link) => {
      const { left, top, width, height } = link.getBoundingClientRect();
      return link.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    });
  await expect.poll(() => isInSight('The quay-9')).toBe(true);
  expect([await isInSight('Users'), await isInSight('Audit'), await isInSight('The quay-0')]).toEqual([
    true,
    true,
    false,
  ]);
});

test('G7 the search shows what the arrow keys come to, and long names leave room for where they lead', async () => {
  const { page } = await house.visitSignedIn({
    viewport: { width: 390, height: 500 },
    reducedMotion: 'reduce',
  });
  await shown(page, '/');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  const options = page.getByRole('listbox', { name: 'Results' }).getByRole('option');
  await options.first().waitFor();
  await page.keyboard.press('ArrowUp');
  const last = options.last();
  await expect.poll(() => last.getAttribute('aria-selected')).toBe('true');
  await expect
    .poll(() =>
      last.evaluate((option) => {
        const { left, top, width, height } = option.getBoundingClientRect();
        return option.contains(document.elementFromPoint(left + width / 2, top + height / 2));
      }),
    )
    .toBe(true);
  const widest = await page
    .getByRole('listbox', { name: 'Results' })
    .evaluate((list) => list.scrollWidth - list.clientWidth);
  expect(widest).toBeLessThanOrEqual(0);
});

test('a network that goes away is told at once, in sight wherever one is; so is a proxy with nobody behind it; both go away by themselves', async () => {
  const { page, context } = await house.visitSignedIn({
    viewport: { width: 390, height: 844 },
    reducedMotion: 'reduce',
  });
  await shown(page, '/apps');
  const line = page.getByText('Berth is not answering');
  await context.setOffline(true);
  await line.waitFor();
  await page.locator(':has(> #content)').evaluate((element) => element.scrollTo(0, element.scrollHeight));
  const box = await line.boundingBox();
  expect(box && box.y >= 0 && box.y < 120).toBe(true);
  expect(await accessibilityFindings(page)).toEqual([]);
  await context.setOffline(false);
  await line.waitFor({ state: 'detached' });

  await context.route('**/api/**', (route) =>
    route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>502 Bad Gateway</h1>' }),
  );
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await line.waitFor();
  await context.unroute('**/api/**');
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await line.waitFor({ state: 'detached' });
});

test('a gateway that stopped is told of although the stream of its news tries again and again', async () => {
  const { page, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await context.route('**/api/plugins/events', (route) => route.abort('connectionrefused'));
  await shown(page, '/admin/users');
  const line = page.getByText('Berth is not answering');
  await context.route('**/api/**', (route) => route.abort('connectionrefused'));
  await line.waitFor();
  await context.unroute('**/api/**');
  await line.waitFor({ state: 'detached' });
});

test('A5 G7 without a mouse: refused at the door one types on; in; a dialog is closed and the focus is back where it was; out', async () => {
  const { page, complaints } = await house.visit({ reducedMotion: 'reduce' });
  await page.goto('/sign-in');
  const focused = () =>
    page.evaluate(
      () =>
        document.activeElement?.getAttribute('aria-label') ??
        document.activeElement?.textContent?.trim() ??
        '',
    );
  const typed = page.getByLabel('Password', { exact: true });
  await page.getByLabel('E-mail').fill(admin.email);
  await typed.fill('wrong');
  await tabTo(page, 'button', 'Sign in');
  await page.keyboard.press('Space');
  await page.getByRole('alert').getByText('is wrong').waitFor();
  await expect.poll(() => typed.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type(admin.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^Hello/ }).waitFor();

  await tabTo(page, 'link', 'Skip to content');
  await tabTo(page, 'link', 'Users');
  expect(
    await page.evaluate(
      () => document.activeElement && getComputedStyle(document.activeElement).outlineStyle,
    ),
  ).toBe('solid');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
  for (const name of ['Add user', 'Invite']) {
    await tabTo(page, 'button', name);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await focusWithin(dialog);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(focused).toBe(name);
  }
  // A refused form: one types on in the field that was wrong.
  await tabTo(page, 'button', 'Add user');
  await page.keyboard.press('Enter');
  const form = page.getByRole('dialog', { name: 'Add a user' });
  await form.getByLabel('E-mail').fill('new@example.com');
  await form.getByRole('radio', { name: 'By a password that I choose' }).check();
  const first = form.getByLabel('First password', { exact: true });
  await first.fill('abc');
  await tabTo(form, 'button', 'Add user');
  await page.keyboard.press('Space');
  await form.getByText('At least 8 characters.').waitFor();
  await expect
    .poll(() =>
      first.evaluate(
        (field) => field === document.activeElement && field.getAttribute('aria-invalid') === 'true',
      ),
    )
    .toBe(true);
  expect(await form.getByText('they can change it').isVisible()).toBe(false);
  await page.keyboard.press('Escape');
  await form.waitFor({ state: 'detached' });

  await tabTo(page, 'button', admin.name);
  await page.keyboard.press('Enter');
  const menu = page.getByRole('menu');
  await focusWithin(menu);
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  await expect.poll(focused).toContain(admin.name);
  await page.keyboard.press('Enter');
  await focusWithin(menu);
  await page.keyboard.press('End');
  await page.getByRole('menuitem', { name: 'Sign out' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/sign-in*');
  expect(complaints).toEqual([]);
});

test('G7 a form that is refused at once gives the focus to the wrong field too', async () => {
  const { page } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await shown(page, '/admin/groups');
  await page.evaluate(() => {
    const { fetch } = globalThis;
    const errors = [{ pointer: '/name', detail: 'There is one already.' }];
    const headers = { 'content-type': 'application/problem+json' };
    const refusal = Object.assign(new Response(null, { status: 422, headers }), {
      json: () => Promise.resolve({ type: '/problems/invalid-body', detail: 'No.', errors }),
    });
    // The button is out of use. The browser takes the focus from it when it draws, which is not yet.
    const isOutOfUse = () => document.querySelector('[role=dialog] [type=submit]:disabled') !== null;
    const refused = () =>
      new Promise<Response>((resolve) => {
        new MutationObserver(() => isOutOfUse() && resolve(refusal)).observe(document, {
          attributes: true,
          subtree: true,
        });
      });
    globalThis.fetch = (to, init) => (init?.method === 'POST' ? refused() : fetch(to, init));
  });
  await page.getByRole('button', { name: 'Add group' }).click();
  const form = page.getByRole('dialog', { name: 'Add a group' });
  await form.getByLabel('Name').fill('quay');
  await form.getByRole('button', { name: 'Add group' }).press('Enter');
  await form.getByText('There is one already.').waitFor();
  await form.getByLabel('Name').and(page.locator(':focus[aria-invalid="true"]')).waitFor();
});

test('G1 the menu of a phone has a button that closes it', async () => {
  const { page } = await house.visitSignedIn(
    { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' },
    long,
  );
  await shown(page, '/');
  const opener = page.getByRole('button', { name: 'Open the menu' });
  await opener.click();
  await page.getByRole('dialog', { name: 'Menu' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Close the menu' }).click();
  await page.getByRole('dialog', { name: 'Menu' }).waitFor({ state: 'detached' });
  await expect.poll(() => opener.evaluate((button) => button === document.activeElement)).toBe(true);
});
