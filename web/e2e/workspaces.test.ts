/** M4, M6: people see the configuration and the logs of a workspace, with real containers from examples/. */
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { freePort } from '@berth/testing/checkout.ts';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { accessibilityFindings } from './axe.ts';
import { logLine, startConnector } from './connectors.ts';
import { openHouse, unsafeHeaders, type House } from './house.ts';

const ben = { email: 'ben@example.com', password: 'Correct-Horse-7', name: 'Ben Quay' };

let house: House;
let folder: string;
const ends: (() => void)[] = [];
let gone: FakeContainer;
let poor: FakeContainer;
let slow: FakeContainer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-workspaces-'));
  const [port, vault, loki] = [await freePort(), await freePort(), await freePort()];
  const gateway = `http://127.0.0.1:${port}`;
  await appendFile(
    join(folder, 'access.log'),
    logLine('the crane lifts', 'info') + logLine('the crane fell', 'error'),
  );
  ends.push(
    startConnector('connector-vault', vault, {
      BERTH_GATEWAY_URL: gateway,
      VAULT_FILE: join(folder, 'vault'),
    }),
    startConnector('connector-loki', loki, { BERTH_GATEWAY_URL: gateway, LOG_FOLDER: folder }),
  );
  gone = await startContainer({
    ...manifestOf('gone', {}),
    capabilities: [{ kind: 'logs', id: 'lines', label: 'Gone' }],
  });
  slow = await startContainer({
    ...manifestOf('slow', {}),
    capabilities: [{ kind: 'logs', id: 'lines', label: 'Slow' }],
  });
  // It takes the question and never answers.
  slow.answers.set('/capabilities/lines/search', () => {});
  poor = await startContainer({
    ...manifestOf('poor', { connections: [{ name: 'store', kind: 'http', reason: 'Keeps the keys' }] }),
    capabilities: [{ kind: 'configuration', id: 'keys', label: 'Poor', connection: 'store' }],
  });
  const at = (id: string, of: number) => `${id}=http://127.0.0.1:${of}`;
  house = await openHouse({
    BERTH_PORT: String(port),
    BERTH_SERVICES: [
      at('connector-vault', vault),
      at('connector-loki', loki),
      `gone=${gone.url}`,
      `poor=${poor.url}`,
      `slow=${slow.url}`,
    ].join(','),
    BERTH_CAPABILITY_TIMEOUT_MS: '5000',
  });
  await house.addPerson(ben);
  const { context, page } = await house.visitSignedIn();
  await page.goto('/admin/capabilities');
  for (const name of [/^Vault file/, /^Log files/, /^Gone/, /^Poor/, /^Slow/])
    await page.getByRole('cell', { name }).first().waitFor();
  const group = await send(context, 'post', '/api/admin/groups', { name: 'pilots', description: '' });
  const users = await context.request.get('/api/admin/users');
  const { items } = (await users.json()) as { items: { id: string; email: string }[] };
  const benId = items.find(({ email }) => email === ben.email)?.id ?? '';
  await send(context, 'post', `/api/admin/groups/${group.id}/members`, { user_ids: [benId] });
  const access = [{ group_id: group.id, permissions: ['configuration:read', 'logs:read'] }];
  const shop = await send(context, 'post', '/api/admin/workspaces', { slug: 'shop', name: 'Shop', access });
  const loaded = { plugin_id: 'connector-loki', capability_id: 'lines', is_default: true };
  const bindings = [
    {
      plugin_id: 'connector-vault',
      capability_id: 'keys',
      is_default: true,
      environments: { staging: { folder: 'shop/staging' } },
    },
    { ...loaded, options: { file: 'access.log' } },
  ];
  await send(context, 'put', `/api/admin/workspaces/${shop.id}/bindings`, { bindings });
  const dock = await send(context, 'post', '/api/admin/workspaces', { slug: 'dock', name: 'Dock' });
  await send(context, 'put', `/api/admin/workspaces/${dock.id}/bindings`, {
    bindings: [
      { plugin_id: 'gone', capability_id: 'lines', is_default: true },
      { plugin_id: 'poor', capability_id: 'keys', is_default: true },
    ],
  });
  await send(context, 'post', '/api/admin/workspaces', { slug: 'quay', name: 'Quay' });
  await context.close();
});
afterAll(async () => {
  await house?.close();
  for (const end of ends) end();
  await gone?.stop();
  await poor?.stop();
  await slow?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function send(context: BrowserContext, method: 'post' | 'put', path: string, data: object) {
  const headers = await unsafeHeaders(context, house.product);
  const answer = await context.request[method](path, { data, headers });
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  const text = await answer.text();
  return (text === '' ? {} : JSON.parse(text)) as { id: string };
}

test('M6 a key is set, listed without its value, revealed on demand, and deleted', async () => {
  const { page, complaints, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await page.goto('/');
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Workspaces', exact: true })
    .click();
  await page.getByRole('link', { name: 'Shop' }).click();
  await page.getByText('There is no key yet').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add key' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Add a key' });
  await dialog.getByLabel('Key', { exact: true }).fill('API_TOKEN');
  await dialog.getByLabel('Value', { exact: true }).fill('very-hidden');
  await dialog.getByRole('button', { name: 'Add key' }).press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Reveal API_TOKEN' }).waitFor();
  expect(await page.content()).not.toContain('very-hidden');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Reveal API_TOKEN' }).press('Enter');
  await page.getByText('very-hidden').waitFor();
  await page.getByRole('button', { name: 'Hide all' }).click();
  await page.getByText('very-hidden').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Delete API_TOKEN' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete key' }).click();
  await page.getByText('There is no key yet').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('M6 on a phone logs are filtered in the address, live lines come by themselves', async () => {
  const phone = { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' } as const;
  const { page, complaints, context } = await house.visitSignedIn(phone);
  await page.goto('/workspaces/shop?tab=logs');
  await page.getByText('the crane lifts').waitFor();
  await page.getByRole('combobox', { name: 'Field' }).fill('level');
  await page.getByRole('combobox', { name: 'Value' }).fill('error');
  await page.getByRole('button', { name: 'Add filter' }).press('Enter');
  await page.getByText('the crane lifts').waitFor({ state: 'detached' });
  await page.getByText('the crane fell').waitFor();
  expect(page.url()).toContain('filter=');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Remove the filter level is error' }).click();
  await page.getByText('the crane lifts').waitFor();
  await page.getByRole('switch', { name: 'Live' }).press('Space');
  await page.getByText('Live, waiting for a line').waitFor();
  const arrived = page.getByText('a ship arrives').first();
  // The container follows the file from a moment of its own: a line before it is not told.
  const writing = async () => {
    await appendFile(join(folder, 'access.log'), logLine('a ship arrives', 'info'));
    await arrived.waitFor({ timeout: 500 });
  };
  await vi.waitFor(writing, { timeout: 60_000 });
  expect(await accessibilityFindings(page)).toEqual([]);
  const wide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(wide)).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});

test('M4, M6 without the right keys are seen and not revealed; what is not bound is said', async () => {
  const { page, complaints, context } = await house.visitSignedIn({ reducedMotion: 'reduce' }, ben);
  await page.goto('/workspaces/shop');
  await page.getByText('There is no key yet').waitFor();
  expect(await page.getByRole('button', { name: 'Add key' }).count()).toBe(0);
  await page.goto('/workspaces/nowhere');
  await page.getByText('This workspace is not open to you').waitFor();
  await page.goto('/workspaces/shop?source=connector-gone%2Fkeys');
  await page.getByText('No extension answers here').or(page.getByText('There is no key yet')).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('M5, M6 missing credentials, and an extension that is away, are said with the next step', async () => {
  const { page, complaints, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await page.goto('/workspaces/dock?source=poor%2Fkeys');
  await page.getByRole('heading', { name: 'It has no credentials' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await gone.stop();
  await page.goto('/workspaces/dock?tab=logs&source=gone%2Flines');
  await page
    .getByRole('heading', { name: 'Its extension is not available' })
    .or(page.getByRole('heading', { name: 'The logs could not be read' }))
    .waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('M3 an environment is chosen where a binding has options for one, and stands in the address', async () => {
  const { page, complaints, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await page.goto('/workspaces/shop');
  await page.getByRole('combobox', { name: 'Environment' }).click();
  await page.getByRole('option', { name: 'staging' }).click();
  await page.waitForURL(/env=staging/);
  await page.getByRole('button', { name: 'Add key' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a key' });
  await dialog.getByLabel('Key', { exact: true }).fill('OF_STAGING');
  await dialog.getByLabel('Value', { exact: true }).fill('x');
  await dialog.getByRole('button', { name: 'Add key' }).click();
  await page.getByText('OF_STAGING', { exact: true }).first().waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('combobox', { name: 'Environment' }).click();
  await page.getByRole('option', { name: 'None in particular' }).click();
  await page.getByText('There is no key yet').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('M3 a link to what is gone, environment or source, says so and what is shown instead', async () => {
  const { page, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await page.goto('/workspaces/shop?env=gone');
  await page.getByText('There is no environment gone here any more.').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.goto('/workspaces/shop?source=gone');
  await page.getByText('The source of this link is no longer bound here.').waitFor();
  await page.goto('/workspaces/shop?env=staging');
  const environment = page.getByRole('combobox', { name: 'Environment' });
  await expect.poll(() => environment.inputValue()).toBe('staging');
  expect(await page.getByRole('status').filter({ hasText: 'any more' }).count()).toBe(0);
  await context.close();
});

test('M4, M6 several sources without a default are a choice; one that is too slow is said', async () => {
  const { page, complaints, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await page.goto('/workspaces/quay?tab=logs');
  await page.getByRole('heading', { name: 'Choose a source' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: /^Slow/ }).click();
  await page.getByRole('heading', { name: 'It takes too long' }).waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  expect(page.url()).toContain('source=slow%2Flines');
  expect(await accessibilityFindings(page)).toEqual([]);
  await context.close();
  expect(complaints).toEqual([]);
});
