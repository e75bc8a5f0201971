import { afterAll, beforeAll, expect, test } from 'vitest';
import { json, manifestOf, startContainer, type FakeContainer } from '../../gateway/src/plugins/testing/fake-container.ts';
import { accessibilityFindings } from './axe.ts';
import { openHouse, unsafeHeaders, type House } from './house.ts';

let house: House;
let cranes: FakeContainer;

beforeAll(async () => {
  cranes = await startContainer(
    manifestOf('cranes', {
      name: 'Cranes',
      routes: [
        { path: '/lifts', methods: ['GET'] },
        { path: '/broken', methods: ['GET'] },
        { path: '/small', methods: ['POST'], limits: { max_body_bytes: 10 } },
      ],
    }),
  );
  cranes.answers.set('/lifts', json({ lifts: 3 }));
  cranes.answers.set('/broken', json({}, 500));
  house = await openHouse({ BERTH_SERVICES: `cranes=${cranes.url}` });
  await house.visitSignedIn();
});
afterAll(async () => {
  await house?.close();
  await cranes?.stop();
});

test('E11 requests through an extension appear on the page "Traffic" by themselves: rate, status classes, limits, routes and what went wrong', async () => {
  const { page, context, complaints } = await house.visitSignedIn();
  await page.goto('/admin/traffic');
  const row = page.getByRole('region', { name: 'Traffic by extension' }).getByRole('row', { name: /Cranes/ });
  await row.getByText('Good').waitFor();
  await page.getByText('Nothing was refused').waitFor();
  await page.evaluate(() => Reflect.set(window, 'sameVisit', true));
  for (let count = 0; count < 30; count++) expect((await context.request.get('/api/plugins/cranes/app/lifts')).status()).toBe(200);
  expect((await context.request.get('/api/plugins/cranes/app/broken')).status()).toBe(500);
  const tooLarge = { data: 'a'.repeat(100), headers: { ...(await unsafeHeaders(context, house.product)), 'content-type': 'text/plain' } };
  expect((await context.request.post('/api/plugins/cranes/app/small', tooLarge)).status()).toBe(413);

  const problems = page.getByRole('region', { name: 'Refused or failed lately' });
  await problems.getByRole('row', { name: /500 Cranes/ }).waitFor();
  await problems.getByRole('row', { name: /413, limit: body size/ }).waitFor();
  await row.getByText('body size 1').waitFor();
  // The rate is of the last whole slots of five seconds, so it is there by itself a few seconds later.
  await expect.poll(async () => Number(await row.getByRole('cell').nth(1).innerText()), { timeout: 15_000 }).toBeGreaterThan(0);

  await row.getByRole('button', { name: 'Routes of Cranes' }).click();
  const routes = page.getByRole('table', { name: /Routes of Cranes/ });
  await routes.getByRole('row', { name: /\/lifts 30 30/ }).waitFor();
  await routes.getByRole('row', { name: /\/broken 1 0 0 0 1/ }).waitFor();
  expect(await page.evaluate(() => Reflect.get(window, 'sameVisit'))).toBe(true);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('E11 the page says when Berth does not answer, keeps what it knew, and goes on by itself; paused, it asks no more', async () => {
  const { page, context } = await house.visitSignedIn({ viewport: { width: 390, height: 844 }, colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.goto('/admin/traffic');
  await page.getByRole('region', { name: 'Traffic by extension' }).getByText('Cranes').first().waitFor();
  await context.setOffline(true);
  await page.getByText('Berth is not answering').waitFor();
  await page.getByRole('region', { name: 'Traffic by extension' }).getByText('Cranes').first().waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await context.setOffline(false);
  await page.getByText('Berth is not answering').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Go on' }).waitFor();
});

test('E11 nobody but admins reads the traffic', async () => {
  const { page, context } = await house.visit();
  const person = { email: 'cleo@example.com', password: 'Anchor-Compass-2210-gull' };
  const headers = { origin: house.product.url };
  expect((await context.request.post('/api/auth/register', { data: person, headers })).status()).toBe(201);
  expect((await context.request.post('/api/auth/session', { data: person, headers })).status()).toBe(200);
  expect((await context.request.get('/api/admin/traffic')).status()).toBe(403);
  await page.goto('/admin/traffic');
  await page.waitForURL((url) => url.pathname === '/');
});
