/** M4, M6: people see the configuration and the logs of a workspace, with real containers from examples/. */
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, nodeBinary, root } from '@berth/testing/checkout.ts';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { accessibilityFindings } from './axe.ts';
import { openHouse, unsafeHeaders, type House } from './house.ts';

const ben = { email: 'ben@example.com', password: 'Correct-Horse-7', name: 'Ben Quay' };
const line = (message: string, level: string) =>
  `${JSON.stringify({ time: new Date().toISOString(), level, msg: message })}\n`;

let house: House;
let folder: string;
let workspaceId: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-workspaces-'));
  const [port, vault, loki] = [await freePort(), await freePort(), await freePort()];
  const gateway = `http://127.0.0.1:${port}`;
  await appendFile(
    join(folder, 'access.log'),
    line('the crane lifts', 'info') + line('the crane fell', 'error'),
  );
  launch('connector-vault', vault, { BERTH_GATEWAY_URL: gateway, VAULT_FILE: join(folder, 'vault') });
  launch('connector-loki', loki, { BERTH_GATEWAY_URL: gateway, LOG_FOLDER: folder });
  const at = (id: string, of: number) => `${id}=http://127.0.0.1:${of}`;
  house = await openHouse({
    BERTH_PORT: String(port),
    BERTH_SERVICES: [at('connector-vault', vault), at('connector-loki', loki)].join(','),
  });
  await house.addPerson(ben);
  const { context, page } = await house.visitSignedIn();
  await page.goto('/admin/capabilities');
  await page
    .getByRole('cell', { name: /Vault file/ })
    .first()
    .waitFor();
  await page
    .getByRole('cell', { name: /Log files/ })
    .first()
    .waitFor();
  const group = await send(context, 'post', '/api/admin/groups', { name: 'pilots', description: '' });
  const users = await context.request.get('/api/admin/users');
  const { items } = (await users.json()) as { items: { id: string; email: string }[] };
  const benId = items.find(({ email }) => email === ben.email)?.id ?? '';
  await send(context, 'post', `/api/admin/groups/${group.id}/members`, { user_ids: [benId] });
  const access = [{ group_id: group.id, permissions: ['configuration:read', 'logs:read'] }];
  ({ id: workspaceId } = await send(context, 'post', '/api/admin/workspaces', {
    slug: 'shop',
    name: 'Shop',
    access,
  }));
  const loaded = { plugin_id: 'connector-loki', capability_id: 'lines', is_default: true };
  const bindings = [
    { plugin_id: 'connector-vault', capability_id: 'keys', is_default: true },
    { ...loaded, options: { file: 'access.log' } },
  ];
  await send(context, 'put', `/api/admin/workspaces/${workspaceId}/bindings`, { bindings });
  await context.close();
});
afterAll(async () => {
  await house?.close();
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function launch(name: string, port: number, env: Record<string, string>): void {
  const all = {
    ...process.env,
    HOST: '127.0.0.1',
    PORT: String(port),
    VAULT_PASSPHRASE: 'Harbour-4711',
    ...env,
  };
  children.push(
    spawn(nodeBinary, [`examples/${name}/${name}.ts`], {
      cwd: root,
      env: all,
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
}

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
    await appendFile(join(folder, 'access.log'), line('a ship arrives', 'info'));
    await arrived.waitFor({ timeout: 500 });
  };
  await vi.waitFor(writing, { timeout: 20_000 });
  expect(await accessibilityFindings(page)).toEqual([]);
  const wide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(wide)).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});

test('M4, M6 somebody without the right sees keys and no way to reveal them; what is not bound is said', async () => {
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
