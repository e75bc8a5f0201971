/** M3, M5, M7: a type and a workspace, what is bound to them, overridden, held and deleted. */
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFindings } from './axe.ts';
import { openHouse, unsafeHeaders, type House } from './house.ts';

let house: House;
const containers: FakeContainer[] = [];

beforeAll(async () => {
  const declared = {
    vault: [{ kind: 'configuration', id: 'keys', label: 'Vault', writable: true }],
    mast: [{ kind: 'logs', id: 'lines', label: 'Mast' }],
    loki: [
      {
        kind: 'logs',
        id: 'lines',
        label: 'Harbour logs',
        options_schema: {
          type: 'object',
          properties: { tenant: { type: 'string', title: 'Tenant', maxLength: 5 } },
        },
      },
    ],
  };
  const listed: string[] = [];
  for (const [id, capabilities] of Object.entries(declared)) {
    const container = await startContainer({ ...manifestOf(id, { name: id }), capabilities });
    containers.push(container);
    listed.push(`${id}=${container.url}`);
  }
  house = await openHouse({ BERTH_SERVICES: listed.join(',') });
});
afterAll(async () => {
  await house?.close();
  await Promise.all(containers.map((container) => container.stop()));
});

test('M3 a type is bound with options by a form, a workspace inherits it and overrides it', async () => {
  const { page, complaints, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await page.goto('/admin/workspaces');
  await page.getByText('There is no workspace yet').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add type' }).press('Enter');
  const type = page.getByRole('dialog', { name: 'Add a workspace type' });
  await type.getByLabel('Name', { exact: true }).fill('Web service');
  await type.getByRole('button', { name: 'Add type' }).press('Enter');
  await page.getByRole('cell', { name: /web-service/ }).waitFor();
  await page.getByRole('button', { name: 'Add workspace' }).click();
  const workspace = page.getByRole('dialog', { name: 'Add a workspace' });
  await workspace.getByLabel('Name', { exact: true }).fill('Shop');
  await workspace.getByRole('combobox', { name: 'Type' }).click();
  await page.getByRole('option', { name: 'Web service' }).click();
  expect(await accessibilityFindings(page)).toEqual([]);
  await workspace.getByRole('button', { name: 'Add workspace' }).click();
  await page.getByRole('link', { name: 'Bindings of Shop' }).waitFor();

  await page.getByRole('link', { name: 'Bindings of Web service' }).click();
  await page.getByRole('heading', { name: 'Bindings of Web service' }).waitFor();
  const logs = page.getByRole('region', { name: 'Logs' });
  await logs.getByRole('combobox', { name: 'Bind to Logs' }).click();
  await page.getByRole('option', { name: 'loki: Harbour logs' }).click();
  await logs.getByRole('radio', { name: /Harbour logs.*the default/ }).waitFor();
  await logs.getByRole('button', { name: 'Options of Harbour logs' }).click();
  const options = page.getByRole('dialog', { name: 'Options of Harbour logs' });
  await options.getByLabel('Tenant').fill('much-too-long');
  await options.getByRole('button', { name: 'Take over' }).click();
  await options.waitFor({ state: 'detached' });
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save bindings' }).click();
  await logs.getByRole('alert').filter({ hasText: '/options/tenant' }).waitFor();
  await logs.getByRole('button', { name: 'Options (1) of Harbour logs' }).click();
  await options.getByLabel('Tenant').fill('main');
  await options.getByRole('button', { name: 'Take over' }).click();
  await options.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Save bindings' }).click();
  await logs.getByRole('button', { name: 'Options (1) of Harbour logs' }).waitFor();

  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Manage workspaces' })
    .first()
    .click();
  await page.getByRole('link', { name: 'Bindings of Shop' }).click();
  await logs.getByText('From its type').waitFor();
  await logs.getByRole('button', { name: 'Override here: Harbour logs' }).click();
  await page.getByRole('button', { name: 'Save bindings' }).click();
  await logs.getByText('Overridden here').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('M5, M7 on a phone a capability is held, and a bound one is deleted by a second word', async () => {
  const phone = { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' } as const;
  const { page, complaints, context } = await house.visitSignedIn(phone);
  const headers = await unsafeHeaders(context, house.product);
  const made = await context.request.post('/api/admin/workspace-types', {
    data: { slug: 'job', name: 'Job' },
    headers,
  });
  const { id } = (await made.json()) as { id: string };
  const bindings = [{ plugin_id: 'mast', capability_id: 'lines', is_default: true }];
  const bound = await context.request.put(`/api/admin/workspace-types/${id}/bindings`, {
    data: { bindings },
    headers,
  });
  expect(bound.status()).toBe(200);
  await page.goto('/admin/capabilities');
  const held = page.getByRole('switch', { name: 'Enabled: Vault of vault' });
  await held.press('Space');
  await page.getByText('Held', { exact: true }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Delete Mast of mast' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete Mast?' });
  await dialog.getByRole('button', { name: 'Delete capability' }).click();
  await dialog.getByText('It is in use: 1 type and 0 workspaces bind it.').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Unbind everywhere and delete' }).click();
  await dialog.waitFor({ state: 'detached' });
  const wide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(wide)).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});
