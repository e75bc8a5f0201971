/** M2: the page of connections, from an empty one to a model that answers for an extension. */
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFindings } from './axe.ts';
import { openHouse, type House } from './house.ts';

let house: House;
let container: FakeContainer;
let provider: Server;
let address: string;

beforeAll(async () => {
  provider = createServer((_, res) => {
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: 'OK' } }] }));
  });
  await new Promise<void>((resolve) => void provider.listen(0, '127.0.0.1', resolve));
  const place = provider.address();
  address = `http://127.0.0.1:${typeof place === 'object' && place ? place.port : 0}/v1`;
  const connections = [{ name: 'ai', kind: 'ai.chat', reason: 'Proposes names' }];
  container = await startContainer(manifestOf('scribe', { name: 'Scribe', connections }));
  house = await openHouse({ BERTH_SERVICES: `scribe=${container.url}` });
});
afterAll(async () => {
  await house?.close();
  await container?.stop();
  await new Promise((resolve) => void provider.close(resolve));
});

test('M2, J7: a connection is added, refused at its field, tried and given, and axe has nothing to say', async () => {
  const { page, context } = await house.visitSignedIn({ reducedMotion: 'reduce' });
  await page.goto('/admin/connections');
  await page.getByText('There is no connection yet').waitFor();
  await page.getByText('Proposes names').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);

  await page.getByRole('button', { name: 'Add connection' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a connection' });
  await dialog.getByLabel('Name', { exact: true }).fill('House model');
  await dialog.getByLabel('Address', { exact: true }).fill(address);
  await dialog.getByLabel('Model', { exact: true }).fill('m');
  await dialog.getByLabel('API key', { exact: true }).fill('sk-secret');
  await dialog.getByRole('button', { name: 'Add connection' }).click();
  await dialog.getByText('mark it as inside your network').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await dialog.getByRole('switch', { name: 'Inside my network' }).press('Space');
  await dialog.getByRole('button', { name: 'Add connection' }).click();
  await dialog.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Test House model' }).click();
  const tried = page.getByRole('dialog', { name: 'Test of House model' });
  await tried.getByText('m answered: “OK”').waitFor();
  await tried.getByRole('button', { name: 'Close' }).last().click();
  await tried.waitFor({ state: 'detached' });

  await page.getByRole('combobox', { name: 'Connection of Scribe for ai' }).click();
  await page.getByRole('option', { name: 'House model' }).click();
  await page.getByRole('cell', { name: 'scribe' }).waitFor();
  expect(await page.content()).not.toContain('sk-secret');
  expect(await accessibilityFindings(page)).toEqual([]);
  await context.close();
});
