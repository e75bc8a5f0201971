/**
 * `npm run screenshots`: the pictures of README.md, taken from the real product with the demonstration's
 * data.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { logLine, startConnector } from './connectors.ts';
import { takeForms } from './forms-picture.ts';
import { admin, openHouse, unsafeHeaders } from './house.ts';
import { copySampleDocuments } from '@berth/testing/product.ts';
import { freePort, root } from '@berth/testing/checkout.ts';

const folder = join(root, 'docs', 'screenshots');
const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' };
const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  reducedMotion: 'reduce',
};
const archive = '/extensions/doc-service';

await mkdir(folder, { recursive: true });
const house = await openHouse();
try {
  await take('set-up', `/setup#token=${house.product.setupToken}`, desktop, {
    isSignedIn: false,
    before: (page) => page.getByLabel('E-mail').fill(admin.email),
  });
  const { context } = await house.visitSignedIn();
  const count = (await copySampleDocuments(house.product.watchFolder)).length;
  await house.startHello().then((hello) => hello.list());
  await waitUntil(async () => {
    const answer = await context.request.get('/api/documents?status=searchable&page_size=1');
    const list: unknown = answer.ok() ? await answer.json() : null;
    return typeof list === 'object' && list !== null && 'total' in list && list.total === count;
  }, 'The samples were not searchable within a minute.');
  await take('home-light', '/', { ...desktop, colorScheme: 'light' });
  await take('home-dark', '/', { ...desktop, colorScheme: 'dark' });
  await take('home-phone', '/', { ...phone, colorScheme: 'light' });
  await take(
    'settings-form',
    `${archive}/settings`,
    { ...desktop, colorScheme: 'light' },
    { before: nameNoScratchFolder },
  );
  await take('documents-light', archive, { ...desktop, colorScheme: 'light' }, { inFrame: 'table' });
  await take('documents-dark', archive, { ...desktop, colorScheme: 'dark' }, { inFrame: 'table' });
  await take('documents-phone', archive, { ...phone, colorScheme: 'light' }, { inFrame: 'main a' });
  await take(
    'document',
    archive,
    { ...desktop, colorScheme: 'light' },
    { inFrame: 'table', before: openFirst },
  );
  await take(
    'documents-inbox',
    `${archive}#/inbox`,
    { ...desktop, colorScheme: 'light' },
    { inFrame: 'main img', before: acceptIsThere },
  );
  await take('admin-connections', '/admin/connections', { ...desktop, colorScheme: 'light' });
  await take('admin-plugins', '/admin/plugins', { ...desktop, colorScheme: 'light' });
  await take(
    'admin-traffic',
    '/admin/traffic',
    { ...desktop, colorScheme: 'light' },
    { before: makeTraffic },
  );
  await take('add-extension', '/admin/add-extension', { ...desktop, colorScheme: 'light' }, { isLive: true });
  await takeWorkspaces();
  await take('admin-users', '/admin/users', { ...desktop, colorScheme: 'dark' });
} finally {
  await house.close();
}
await takeForms(folder);

type How = {
  isSignedIn?: boolean;
  isLive?: boolean;
  inFrame?: string;
  before?: (page: Page) => Promise<void>;
};

async function take(
  name: string,
  path: string,
  options: BrowserContextOptions,
  { isSignedIn = true, isLive = false, inFrame, before }: How = {},
): Promise<void> {
  const { page, context } = await (isSignedIn ? house.visitSignedIn(options) : house.visit(options));
  await page.goto(path);
  if (inFrame) await page.frameLocator('iframe').locator(inFrame).first().waitFor();
  else await page.getByRole('heading', { level: 1 }).first().waitFor();
  await before?.(page);
  // A page that follows live events never has a quiet network.
  if (!inFrame && !isLive) await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
  await context.close();
  console.log(`docs/screenshots/${name}.png`);
}

/** A workspace with a file of keys and one of log lines. */
async function takeWorkspaces(): Promise<void> {
  const { context, page } = await house.visitSignedIn();
  const env = {
    BERTH_GATEWAY_URL: house.product.url,
    VAULT_FILE: join(house.data, 'keys-of-workspaces'),
    LOG_FOLDER: house.data,
  };
  const [vault, loki] = [await freePort(), await freePort()];
  const ends = [startConnector('connector-vault', vault, env), startConnector('connector-loki', loki, env)];
  const send = async (method: 'post' | 'put', path: string, data: object): Promise<unknown> => {
    const headers = await unsafeHeaders(context, house.product);
    const answer = await context.request[method](path, { data, headers });
    return answer.status() === 204 ? null : answer.json();
  };
  await send('post', '/api/admin/services', { id: 'connector-vault', url: `http://127.0.0.1:${vault}` });
  await send('post', '/api/admin/services', { id: 'connector-loki', url: `http://127.0.0.1:${loki}` });
  await page.goto('/admin/capabilities');
  for (const name of [/^Vault file/, /^Log files/])
    await page.getByRole('cell', { name }).first().waitFor({ timeout: 60_000 });
  const messages = ['the crane lifts', 'a ship arrives', 'the gate is open'];
  await writeFile(
    join(house.data, 'gateway.log'),
    messages.map((message, index) => logLine(message, index === 1 ? 'warning' : 'info')).join(''),
  );
  await send('post', '/api/admin/workspaces', { slug: 'shop', name: 'Shop', description: 'Sells lanterns.' });
  for (const key of ['DATABASE_URL', 'MAIL_FROM', 'PAYMENT_TOKEN'])
    await send('put', `/api/orgs/default/workspaces/shop/configuration/keys/${key}`, { value: 'x' });
  const light = { ...desktop, colorScheme: 'light' } as const;
  await take('workspace-configuration', '/workspaces/shop', light, {
    isLive: true,
    before: (shown) => shown.getByText('PAYMENT_TOKEN').waitFor(),
  });
  await take('workspace-logs', '/workspaces/shop?tab=logs', light, {
    isLive: true,
    before: (shown) => shown.getByText('the crane lifts').waitFor(),
  });
  await take('admin-capabilities', '/admin/capabilities', light, {
    isLive: true,
    before: (shown) => shown.getByRole('switch').first().waitFor(),
  });
  for (const end of ends) end();
  await context.close();
}

/** Proposals come behind the reading. */
async function acceptIsThere(page: Page): Promise<void> {
  await page.frameLocator('iframe').getByRole('button', { name: 'Accept', exact: true }).waitFor();
}

/**
 * A person works with the archive for two slots of the page's five seconds, so that there is something to
 * see.
 */
async function makeTraffic(page: Page): Promise<void> {
  const row = page
    .getByRole('region', { name: 'Traffic by extension' })
    .getByRole('row', { name: /Documents/ });
  const isShown = async (): Promise<boolean> =>
    Number((await row.getByRole('cell').nth(1).innerText()).trim()) > 0;
  await waitUntil(async () => {
    await Promise.all(
      ['/api/documents?page_size=20', '/api/documents?q=harbour', '/api/documents/none'].map((path) =>
        page.request.get(path),
      ),
    );
    return isShown();
  }, 'No traffic was shown within a minute.');
  await page.getByRole('button', { name: 'Routes of Documents' }).click();
  await page.getByRole('table', { name: /Routes of Documents/ }).waitFor();
}

/** The folder of this run is nobody's: the picture shows where it usually lies. */
async function nameNoScratchFolder(page: Page): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Watched folder' });
  await field.waitFor();
  await field.evaluate(
    (input) => input instanceof HTMLInputElement && (input.value = '/srv/berth/data/watch'),
  );
}

async function openFirst(page: Page): Promise<void> {
  const frame = page.frameLocator('iframe');
  await frame.locator('table a').first().click();
  const picture = frame.getByRole('img', { name: /^Page 1/ });
  await picture.waitFor();
  await picture.evaluate((image) => (image instanceof HTMLImageElement ? image.decode() : null));
}

async function waitUntil(isDone: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await isDone())) if (performance.now() > deadline) throw new Error(otherwise);
}
