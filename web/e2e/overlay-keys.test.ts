/**
 * S10, in a real Chromium: a key that closes an overlay or chooses in it reaches nothing that lies behind, also when it is
 * held down. One row for each kind of overlay that the shell has.
 */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  manifestOf,
  startContainer,
  type Answer,
  type FakeContainer,
} from '@berth/testing/fake-container.ts';
import { focusWithin } from './focus.ts';
import { openHouse, unsafeHeaders, type House } from './house.ts';

let house: House;
let quay: FakeContainer;

const file =
  (body: string, type: string): Answer =>
  (_, res) =>
    void res.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' }).end(body);

const pageScript = `
import { connectToShell } from './berth-frame.js';
await connectToShell();
globalThis.heard = [];
for (const type of ['keydown', 'keypress', 'keyup', 'click'])
  addEventListener(type, (event) => heard.push(type + ' ' + (event.key ?? '')), true);
document.body.innerHTML = '<button>Sink the ship</button>';
document.querySelector('button').focus();
`;

beforeAll(async () => {
  quay = await startContainer(
    manifestOf('quay', { name: 'Quay', access: { any_user: true }, ui: { entry: '/ui/' } }),
  );
  quay.answers.set(
    '/ui/',
    file(
      '<!doctype html><title>Quay</title><script type="module" src="quay.js" crossorigin></script>',
      'text/html',
    ),
  );
  quay.answers.set('/ui/quay.js', file(pageScript, 'text/javascript'));
  quay.answers.set(
    '/ui/berth-frame.js',
    file(await readFile('plugin-kit/frame.js', 'utf8'), 'text/javascript'),
  );
  house = await openHouse({ BERTH_SERVICES: `quay=${quay.url}` });
  await house.visitSignedIn();
});
afterAll(async () => {
  await house?.close();
  await quay?.stop();
});

type Overlay = {
  name: string;
  path: string;
  width?: number;
  /** With the focus on a button or a link that must not be pressed again. */
  open: (page: Page) => Promise<void>;
  /** What goes away with the key. */
  gone: (page: Page) => ReturnType<Page['getByRole']>;
  /** The key, and where the focus is then, where it is not where the overlay put it. */
  keys: readonly { key: 'Enter' | 'Space' | 'Escape'; on?: (page: Page) => Promise<void> }[];
};

const pressOn =
  (role: 'button' | 'link' | 'menuitem' | 'menuitemradio', name: string | RegExp) =>
  async (page: Page): Promise<void> => {
    const control = page.getByRole(role, { name }).first();
    await control.focus();
    await page.keyboard.press('Enter');
  };
const focusOn =
  (role: 'button' | 'menuitem' | 'menuitemradio', name: string | RegExp) =>
  (page: Page): Promise<void> =>
    page.getByRole(role, { name }).first().focus();
const dialog = (name: string) => (page: Page) => page.getByRole('dialog', { name });

const openSearch = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^Add user/ }).focus();
  await page.keyboard.press('Control+k');
};
const openKeys = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^Add user/ }).focus();
  await page.keyboard.press('?');
};
const openPersonMenu = pressOn('button', /Ada Berth/);
const openTheme = async (page: Page): Promise<void> => {
  await page.getByRole('combobox', { name: 'Theme' }).or(page.getByRole('combobox').first()).first().focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('listbox').waitFor();
  // Enter takes the option that is marked: before one is, the list has nothing to close with.
  await page.keyboard.press('ArrowDown');
  await page.locator('[data-combobox-selected]').waitFor();
};

const overlays: readonly Overlay[] = [
  {
    name: 'the search',
    path: '/admin/users',
    open: openSearch,
    gone: dialog('Search'),
    keys: [{ key: 'Enter' }, { key: 'Escape' }],
  },
  {
    name: 'the sheet of keys',
    path: '/admin/users',
    open: openKeys,
    gone: dialog('Keys'),
    keys: [
      { key: 'Escape' },
      { key: 'Enter', on: focusOn('button', 'Close') },
      { key: 'Space', on: focusOn('button', 'Close') },
    ],
  },
  {
    name: 'a dialog with a form',
    path: '/admin/users',
    open: pressOn('button', /^Add user/),
    gone: dialog('Add a user'),
    keys: [
      { key: 'Escape' },
      { key: 'Enter', on: focusOn('button', 'Cancel') },
      { key: 'Space', on: focusOn('button', 'Cancel') },
    ],
  },
  {
    name: 'the drawer of a phone',
    path: '/apps',
    width: 390,
    open: pressOn('button', 'Open the menu'),
    gone: dialog('Menu'),
    keys: [
      { key: 'Escape' },
      { key: 'Enter', on: focusOn('button', 'Close the menu') },
      { key: 'Space', on: focusOn('button', 'Close the menu') },
    ],
  },
  {
    name: 'a menu',
    path: '/apps',
    open: openPersonMenu,
    gone: (page) => page.getByRole('menu'),
    keys: [
      { key: 'Escape' },
      { key: 'Enter', on: focusOn('menuitem', 'Profile and security') },
      { key: 'Space', on: focusOn('menuitem', 'Sign out') },
    ],
  },
  {
    name: 'the open list of a field',
    path: '/profile',
    open: openTheme,
    gone: (page) => page.getByRole('listbox'),
    keys: [{ key: 'Escape' }, { key: 'Enter' }],
  },
];

const cases = overlays.flatMap((overlay) =>
  overlay.keys.map(({ key, on }) => ({ ...overlay, key, on, title: `${overlay.name}, ${key}` })),
);

test.each(cases)('S10: $title, held down', async ({ path, width = 1280, open, gone, key, on }) => {
  const { page, context } = await house.visitSignedIn({
    viewport: { width, height: 844 },
    reducedMotion: 'reduce',
  });
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await open(page);
  await gone(page).waitFor();
  await focusInOverlay(page);
  await on?.(page);
  await listenBehind(page);
  for (let times = 0; times < 3; times++) await page.keyboard.down(key);
  await page.keyboard.up(key);
  await gone(page).waitFor({ state: 'detached' });
  expect(await page.evaluate(() => Reflect.get(window, 'behind'))).toEqual([]);
  await context.close();
});

test('S10: Enter in the search does not press the button that had the focus: the right stays', async () => {
  const { page, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  const headers = await unsafeHeaders(context, house.product);
  const { id }: { id: string } = await (await context.request.get('/api/users/me')).json();
  await context.request.put('/api/admin/plugins/quay/grants', {
    data: { user_id: id, effect: 'allow' },
    headers,
  });
  await page.goto('/admin/plugins/quay');
  await page.getByRole('button', { name: /^Take back/ }).focus();
  await page.keyboard.press('Control+k');
  await focusInOverlay(page);
  await page.keyboard.type('profile');
  await page.getByRole('option', { name: /^Profile/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/profile');
  const grants: { items: unknown[] } = await (
    await context.request.get('/api/admin/plugins/quay/grants')
  ).json();
  expect(grants.items.length).toBe(1);
  await context.close();
});

test('S10: Escape in a menu of the drawer closes the menu alone, and no window opens over another', async () => {
  const { page, context } = await house.visitSignedIn({
    viewport: { width: 390, height: 844 },
    reducedMotion: 'reduce',
  });
  await page.goto('/apps');
  await pressOn('button', 'Open the menu')(page);
  const drawer = page.getByRole('dialog', { name: 'Menu' });
  await drawer.getByRole('button', { name: /Ada Berth/ }).focus();
  await page.keyboard.press('Enter');
  await focusWithin(page.getByRole('menu'));
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  expect(await drawer.isVisible()).toBe(true);
  await page.keyboard.press('?');
  await page.keyboard.press('Control+k');
  expect(await page.getByRole('dialog').count()).toBe(1);
  await context.close();
});

test('item 25, S10: Ctrl-K and ? work with the focus in the frame, and what closes them reaches nothing in it', async () => {
  const { page, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await page.clock.install();
  await page.goto('/extensions/quay');
  const frame = page.frameLocator('iframe');
  const button = frame.getByRole('button', { name: 'Sink the ship' });
  await button.focus();
  const windows = [
    { press: 'Control+k', name: 'Search', key: 'Escape' },
    { press: '?', name: 'Keys', key: 'Escape' },
    { press: 'Control+k', name: 'Search', key: 'Enter' },
  ];
  for (const { press, name, key } of windows) {
    await page.keyboard.press(press);
    const opened = page.getByRole('dialog', { name });
    await opened.waitFor();
    await focusInOverlay(page);
    // This very page is opened once more, and the focus goes back into the frame.
    if (key === 'Enter') {
      await page.keyboard.type('quay');
      await page.getByRole('option', { name: /^Quay/, selected: true }).waitFor();
    }
    await button.evaluate(() => void Object.assign(globalThis, { heard: [] }));
    for (let times = 0; times < 3; times++) {
      await page.keyboard.down(key);
      await opened.waitFor({ state: 'detached' });
      // A person holds a key for as long as they like.
      await page.clock.fastForward(5_000);
    }
    await page.keyboard.up(key);
    await expect
      .poll(() => button.evaluate((element) => element === document.activeElement && document.hasFocus()))
      .toBe(true);
    expect([press, key, await button.evaluate(() => Reflect.get(globalThis, 'heard'))]).toEqual([
      press,
      key,
      [],
    ]);
  }
  await context.close();
});

/** A key that is pressed before goes where the focus was. */
const focusInOverlay = (page: Page): Promise<void> =>
  focusWithin(page.locator('[role=dialog], [role=menu], [aria-expanded=true]'));

/** Notes what reaches the page behind: presses and submissions by keyboard, and keys that listeners of the window hear. */
function listenBehind(page: Page): Promise<void> {
  return page.evaluate(() => {
    const behind: string[] = [];
    Object.assign(window, { behind });
    const isBehind = (target: EventTarget | null) =>
      target instanceof Element && target.closest('[role=dialog], [role=menu], [role=listbox]') === null;
    const note = (event: Event) => {
      const { target } = event;
      const name = target instanceof Element ? `${target.localName} ${target.textContent.slice(0, 20)}` : '';
      behind.push(`${event.type} ${name}`);
    };
    document.addEventListener(
      'click',
      (event) => void (event.detail === 0 && isBehind(event.target) && note(event)),
      true,
    );
    document.addEventListener('submit', note, true);
    for (const type of ['keypress', 'keyup'])
      addEventListener(type, (event) => {
        if (event.target instanceof Element && event.target.closest('button, a') && isBehind(event.target))
          note(event);
      });
    addEventListener('keydown', note);
  });
}
