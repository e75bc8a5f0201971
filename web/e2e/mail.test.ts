import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMailServer, type Letter, type MailServer } from '@berth/testing/mail-server.ts';
import { freePort } from '@berth/testing/checkout.ts';
import { accessibilityFindings } from './axe.ts';
import { admin, openHouse, type House } from './house.ts';

const shotsFolder = process.env['BERTH_SHOTS'];

let house: House;
let mail: MailServer;

beforeAll(async () => {
  mail = await startMailServer();
  const port = await freePort();
  house = await openHouse({
    BERTH_PORT: String(port),
    BERTH_PUBLIC_URL: `http://localhost:${port}`,
    BERTH_SMTP_URL: mail.url,
    BERTH_MAIL_FROM: 'Berth <berth@example.com>',
  });
  await house.visitSignedIn();
});
afterAll(async () => {
  await house?.close();
  await mail?.close();
});

test('A12 a letter that the mail server does not take waits on the page "Mail" with the reason in words; "try again" sends it', async () => {
  mail.refuse(550);
  const { page: stranger } = await house.visit();
  await stranger.goto('/forgotten');
  await stranger.getByLabel('E-mail').fill(admin.email);
  await stranger.getByRole('button', { name: 'Send the link' }).click();
  await stranger.getByText('Look into your mail').waitFor();

  const { page, complaints } = await house.visitSignedIn();
  await page.goto('/admin/mail');
  const row = page
    .getByRole('region', { name: 'Letters' })
    .getByRole('row', { name: new RegExp(admin.email) });
  await row.getByText('Given up').waitFor();
  await row.getByText(/There is no such mailbox/).waitFor();
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: /^Mail ?, ?1 waiting$/ })
    .waitFor();
  expect(await page.content()).not.toContain('token=');
  expect(await accessibilityFindings(page)).toEqual([]);
  mail.refuse(null);
  await row.getByRole('button', { name: /^Try again/ }).click();
  await page.getByText('Nothing waits').waitFor();
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Mail', exact: true })
    .waitFor();
  expect(linkIn(await mail.letterTo(admin.email, 'Choose a new password'), 'reset')).toContain(
    house.product.url,
  );
  expect(complaints).toEqual([]);
});

test('A2 A12 registration by mail: the letter is opened, the password of that registration given, and the person is in; a stranger’s letter takes no password but the stranger’s', async () => {
  mail.refuse(null);
  const { page, complaints } = await house.visit();
  const register = async (password: string) => {
    await page.goto('/register');
    await page.getByLabel('E-mail').fill('new@example.com');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('button', { name: 'Register again' }).click();
    expect(await page.getByLabel('E-mail').inputValue()).toBe('new@example.com');
    return linkIn(await mail.letterTo('new@example.com', 'Verify'), 'verify');
  };
  const own = await register('Correct-Horse-7');
  const strangers = await register('Strangers-Horse-8');
  const field = page.getByLabel('Password', { exact: true });
  const button = page.getByRole('button', { name: 'Verify and sign in' });
  await page.goto(strangers);
  expect(await button.isDisabled()).toBe(true);
  await field.fill('Correct-Horse-7');
  await button.click();
  await page.getByText('This letter belongs to a registration with another password.').waitFor();
  await page.getByRole('link', { name: 'Choose a new password by mail instead' }).waitFor();
  await looked(page, 'verify-wrong');
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.goto(own);
  await field.fill('Correct-Horse-7');
  await button.click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.getByText('new@example.com is verified').waitFor();
  expect(complaints).toEqual([]);
});

test.each([
  ['light', 1280],
  ['dark', 390],
] as const)(
  'G7 the page that verifies an e-mail, in %s at %i, has nothing for axe to say and fits',
  async (colorScheme, width) => {
    const { page } = await house.visit({ colorScheme, viewport: { width, height: 900 } });
    await page.goto(`/verify#token=${'A'.repeat(43)}`);
    await page.getByLabel('Password', { exact: true }).fill('Correct-Horse-7');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Verify and sign in' }).click();
    await page.getByRole('alert').waitFor();
    await looked(page, `verify-${colorScheme}-${width}`);
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  },
);

test('A12 a forgotten password: the letter, a new password, and every other session of the person ends at once', async () => {
  mail.refuse(null);
  const fay = { email: 'fay@example.com', password: 'Correct-Horse-7' };
  await house.addPerson(fay);
  const elsewhere = await house.visitSignedIn({}, fay);
  await elsewhere.page.goto('/profile');
  await elsewhere.page.getByRole('heading', { level: 1 }).waitFor();
  const { page, complaints } = await house.visit();
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgotten the password?' }).click();
  await page.getByLabel('E-mail').fill(fay.email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByText('Look into your mail').waitFor();
  await page.goto(linkIn(await mail.letterTo(fay.email, 'Choose a new password'), 'reset'));
  await page.getByLabel('New password', { exact: true }).fill('Another-Lantern-99');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Every session and token').waitFor();
  expect((await elsewhere.context.request.get('/api/users/me')).status()).toBe(401);
  await elsewhere.page.goto('/profile');
  await elsewhere.page.waitForURL('**/sign-in*');
  await elsewhere.page.getByLabel('E-mail').fill(fay.email);
  await elsewhere.page.getByLabel('Password', { exact: true }).fill('Another-Lantern-99');
  await elsewhere.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await elsewhere.page.waitForURL('**/profile');
  expect(complaints).toEqual([]);
});

/** A picture for whoever asked for pictures. */
async function looked(page: Page, name: string): Promise<void> {
  if (shotsFolder !== undefined) await page.screenshot({ path: `${shotsFolder}/${name}.png` });
}

/** The address in a letter that leads to this page. */
function linkIn({ text }: Letter, page: string): string {
  const found = new RegExp(`https?://\\S+/${page}#token=[A-Za-z0-9_-]+`).exec(text);
  if (!found) throw new Error(`No link to ${page} in ${text}`);
  return found[0];
}
