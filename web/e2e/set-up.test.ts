import { join } from 'node:path';
import { layoutFaults } from '@berth/testing/layout.ts';
import { looks, settled } from '@berth/testing/looks.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFindings } from './axe.ts';
import { admin, openHouse, type House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());

test.each(looks)('G7: the page of the first account, $name', async ({ name, isPhone, options }) => {
  const { page, complaints, context } = await house.visit(options);
  await page.goto(`/setup#token=${house.product.setupToken}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await settled(page);
  const folder = process.env['BERTH_LOOKS'];
  if (folder) await page.screenshot({ path: join(folder, `set-up.${name}.png`), fullPage: true });
  expect(await layoutFaults(page, { isPhone })).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('a stranger opens the printed link, makes the first account, signs out and in again', async () => {
  const { page, complaints } = await house.visit();
  await page.goto(`/setup#token=${house.product.setupToken}`);
  await page.getByLabel('E-mail').fill(admin.email);
  const token = page.getByLabel('Set-up token');
  expect(await token.inputValue()).toBe(house.product.setupToken);
  // A screen that is shared does not show it.
  expect(await token.getAttribute('type')).toBe('password');
  await page.getByRole('button', { name: 'Show or hide the token' }).press('Enter');
  await expect.poll(() => token.getAttribute('type')).toBe('text');
  await page.waitForURL(({ href }) => !href.includes(house.product.setupToken));
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByLabel('Name').fill(admin.name);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('navigation', { name: 'Main' }).getByText('Documents').waitFor();

  await page.getByRole('button', { name: new RegExp(admin.name) }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail').fill(admin.email);
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Main' }).getByText('Documents').waitFor();
  expect(complaints).toEqual([]);
});
