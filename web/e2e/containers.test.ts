/** A hostile container in a real browser: its words, its picture, its page. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  manifestOf,
  startContainer,
  type Answer,
  type FakeContainer,
} from '@berth/testing/fake-container.ts';
import { openHouse, type House } from './house.ts';

const markup = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>';
const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" onload="window.pwned=1"><script>window.pwned=1</script>
<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="window.pwned=1"/></body></foreignObject>
<image href="/api/users/me"/><rect width="24" height="24" fill="#f00"/></svg>`;

let house: House;
let hostile: FakeContainer;
let drawn: FakeContainer;

const text =
  (body: string, type: string): Answer =>
  (_, res) =>
    void res.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' }).end(body);

/** What a page can try that a harmless one never would. It tells the outcomes in its own body. */
const attack = `
const attempt = async (what) => { try { return 'reached: ' + await what(); } catch (error) { return 'refused: ' + error.name; } };
const outcomes = {
  session: await attempt(async () => (await fetch(new URL('/api/users/me', location.href), { credentials: 'include' })).status),
  otherPlugin: await attempt(async () => (await fetch(new URL('/apps/drawn/', location.href))).status),
  cookies: await attempt(() => document.cookie),
  storage: await attempt(() => localStorage.length),
  shell: await attempt(() => parent.document.title),
  worker: await attempt(() => navigator.serviceWorker.register('attack.js')),
  inline: await attempt(() => new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.textContent = 'window.inlineRan = 1';
    document.body.append(script);
    setTimeout(() => (window.inlineRan ? resolve('ran') : reject(new Error('no'))), 50);
  })),
  evaluated: await attempt(() => eval('1')),
  popup: await attempt(() => {
    const other = open('/', '_blank');
    return other === null ? Promise.reject(new Error('none')) : other.document.cookie;
  }),
  top: await attempt(() => { top.location.href = '/profile'; }),
};
// Not on the channel that it was given, and in the shape of the shell's own words.
for (const message of [{ type: 'title', title: 'Sign in again' }, { type: 'path', path: '#/x' }, { type: 'berth:ready', version: 99 }, 'x', null])
  parent.postMessage(message, '*');
document.body.textContent = JSON.stringify(outcomes);
`;

beforeAll(async () => {
  const words = { name: markup.slice(0, 60), description: `${markup} **bold** [link](javascript:alert(1))` };
  hostile = await startContainer(
    manifestOf('hostile', {
      ...words,
      icon: 'ui/icon.svg',
      nav: [{ id: 'a', title: markup.slice(0, 58) }],
      ui: { entry: '/ui/' },
      settings_schema: {
        title: markup,
        description: markup,
        properties: {
          [markup]: { type: 'string', title: markup, description: markup, default: markup },
          choice: { enum: [markup, 'javascript:window.pwned=1'], title: markup },
          link: {
            type: 'string',
            format: 'uri',
            default: 'javascript:window.pwned=1',
            description: '<a href="javascript:window.pwned=1">x</a>',
          },
        },
      },
    }),
  );
  hostile.answers.set('/ui/icon.svg', text(picture, 'image/svg+xml'));
  hostile.answers.set(
    '/ui/',
    text(
      '<!doctype html><title>x</title><body><script type="module" src="attack.js" crossorigin></script>',
      'text/html',
    ),
  );
  hostile.answers.set('/ui/attack.js', text(attack, 'text/javascript'));
  hostile.answers.set(
    '/plugin/settings',
    text(JSON.stringify({ [markup]: markup, link: 'javascript:window.pwned=1' }), 'application/json'),
  );
  drawn = await startContainer(manifestOf('drawn', { name: 'Drawn', icon: 'a.svg', ui: { entry: '/ui/' } }));
  drawn.answers.set(
    '/a.svg',
    text(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z" fill="#0a0"/></svg>',
      'image/svg+xml',
    ),
  );
  drawn.answers.set('/ui/', text('<!doctype html><p>Drawn', 'text/html'));
  house = await openHouse({ BERTH_SERVICES: `hostile=${hostile.url},drawn=${drawn.url}` });
  await house.visitSignedIn();
});
afterAll(async () => {
  await house?.close();
  await Promise.all([hostile?.stop(), drawn?.stop()]);
});

function sidebar(page: Page) {
  return page.getByRole('navigation', { name: 'Main' });
}

const harm = (page: Page): Promise<unknown> => page.evaluate(() => Reflect.get(window, 'pwned') ?? null);

test('hazard M9: a picture of the container’s own is in sidebar and cards, and nothing in it runs, also where it is opened by itself', async () => {
  const { page, context, complaints } = await house.visitSignedIn();
  await page.goto('/apps');
  for (const place of [sidebar(page), page.getByRole('main')]) {
    const image = place.locator('img[src^="/api/plugins/drawn/icon"]').first();
    await expect
      .poll(() =>
        image.evaluate(
          (element) => element instanceof HTMLImageElement && element.complete && element.naturalWidth > 0,
        ),
      )
      .toBe(true);
  }
  const source = await sidebar(page).locator('img[src^="/api/plugins/hostile/icon"]').getAttribute('src');
  const answer = await context.request.get(source ?? '');
  expect(answer.headers()).toMatchObject({
    'content-type': 'image/svg+xml',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  const drawnText = await answer.text();
  expect([drawnText.includes('<rect'), /script|onload|foreign|image|onerror/i.test(drawnText)]).toEqual([
    true,
    false,
  ]);
  expect([await harm(page), complaints]).toEqual([null, []]);
  await page.goto(source ?? '');
  expect(
    await page.evaluate(() => [
      Reflect.get(window, 'pwned') ?? null,
      document.documentElement.localName,
      self.origin,
    ]),
  ).toEqual([null, 'svg', 'null']);
});

test('hazard M8: names, descriptions, titles, choices and property names are text on every page of the shell', async () => {
  const { page, complaints } = await house.visitSignedIn();
  page.on('dialog', (dialog) => void dialog.dismiss());
  for (const path of [
    '/',
    '/apps',
    '/extensions/hostile',
    '/extensions/hostile/settings',
    '/admin/plugins',
    '/admin/plugins/hostile',
    '/admin/traffic',
  ]) {
    await page.goto(path);
    await page.getByText('<img src=x').first().waitFor();
    const made = await page.evaluate(() => ({
      images: document.querySelectorAll('img[src="x"], [onerror]').length,
      links: document.querySelectorAll('a[href^="javascript:" i]').length,
      bold: [...document.querySelectorAll('strong, b')].filter((element) => element.textContent === 'bold')
        .length,
    }));
    expect([path, made, await harm(page)]).toEqual([path, { images: 0, links: 0, bold: 0 }, null]);
  }
  // The page in the frame tries what its policy refuses, and is told so there; the shell itself has nothing to complain of.
  expect(
    complaints.filter(
      (words) => !/attack\.js|serviceWorker|eval|inline|connect|api\/users|apps\/drawn/i.test(words),
    ),
  ).toEqual([]);
});

test('hazard M10: a page of the container reaches no session, no storage, no other plugin and no window but its own', async () => {
  const { page, context } = await house.visitSignedIn();
  await page.goto('/extensions/hostile');
  const element = await page.waitForSelector('iframe');
  const frame = (await element.contentFrame()) ?? expect.unreachable();
  await frame.waitForFunction(() => document.body.textContent.startsWith('{'));
  const outcomes: unknown = JSON.parse(await frame.evaluate(() => document.body.textContent));
  expect(
    Object.entries(outcomes ?? {}).filter(([, outcome]) => String(outcome).startsWith('reached')),
  ).toEqual([]);
  expect(Object.keys(outcomes ?? {}).length).toBe(10);
  expect(new URL(page.url()).pathname).toBe('/extensions/hostile');
  expect(await page.title()).not.toContain('Sign in again');
  const sandbox = await element.getAttribute('sandbox');
  expect(sandbox).not.toMatch(/same-origin|top-navigation|escape/);
  // Opened by itself, without the shell, its document has no origin either.
  const address = frame.url();
  const other = await context.newPage();
  await other.addInitScript(() => console.info(`its origin is ${self.origin}`));
  const said = other.waitForEvent('console', (message) => message.text().startsWith('its origin is '));
  // There it is its own top, and may lead itself elsewhere while we come.
  await other.goto(address).catch(() => null);
  expect((await said).text()).toBe('its origin is null');
});
