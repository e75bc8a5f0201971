import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFindings } from './axe.ts';
import { openHouse, type House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse({ BERTH_REGISTRATION: 'invited' });
});
afterAll(() => house?.close());

/** Each theme and each width once: what axe sees of a colour does not hang on the width. */
async function isAccessible(page: Page): Promise<void> {
  for (const [width, colorScheme] of [
    [390, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect([width, colorScheme, await accessibilityFindings(page)]).toEqual([width, colorScheme, []]);
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect([width, overflow]).toEqual([width, 0]);
  }
}

test('A16 a key is made, shown once, copied, works, is counted, and is revoked', async () => {
  const { page, complaints } = await house.visitSignedIn();
  await page.goto('/profile');
  await page.getByRole('button', { name: 'Make a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Backup');
  await dialog.getByLabel('My account').check();
  await isAccessible(page);
  await dialog.getByRole('button', { name: 'Make the key' }).click();
  const key = await dialog.getByRole('textbox', { name: 'API key' }).inputValue();
  expect(key).toMatch(/^berth_/);
  await isAccessible(page);
  await dialog.getByRole('button', { name: 'Done' }).click();
  expect(await page.content()).not.toContain(key);
  const use = async () =>
    (await fetch(`${house.product.url}/api/users/me`, { headers: { authorization: `Bearer ${key}` } }))
      .status;
  expect(await use()).toBe(200);
  await page.reload();
  const keys = page.getByRole('list', { name: 'Your API keys' });
  await keys.getByText('Used once').waitFor();
  await keys.scrollIntoViewIfNeeded();
  await isAccessible(page);
  await page.getByRole('button', { name: 'Revoke the key Backup' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('You have none.').waitFor();
  expect(await use()).toBe(401);
  expect(complaints).toEqual([]);
});

test('A2 an admin invites by a link; whoever holds it makes the account', async () => {
  const { page: admin } = await house.visitSignedIn();
  await admin.goto('/admin/users');
  await admin.getByRole('button', { name: 'Invite' }).click();
  await admin.getByLabel('E-mail').fill('invited@example.com');
  await admin.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
  const invitation = await admin
    .getByRole('dialog')
    .getByRole('textbox', { name: 'Invitation' })
    .inputValue();
  await isAccessible(admin);
  await admin.getByRole('dialog').getByRole('button', { name: 'Done' }).click();

  const { page, complaints } = await house.visit();
  await page.goto('/register');
  await page.getByText('Registration is by invitation').waitFor();
  await page.goto(invitation);
  await page.getByText('invites you').waitFor();
  await page.waitForURL(({ href }) => !href.includes('token'));
  expect(await page.getByLabel('E-mail').inputValue()).toBe('invited@example.com');
  await page.getByLabel('Password', { exact: true }).fill('abc');
  await page.getByRole('button', { name: 'Create account' }).click();
  // All reasons at once, at the field, each of them once.
  await page.locator('[aria-invalid="true"]').waitFor();
  for (const reason of [
    'At least 8 characters.',
    'An upper-case letter.',
    'A special character, such as ! or #.',
  ])
    expect(await page.getByText(reason).count()).toBe(1);
  expect(await page.getByRole('alert').count()).toBe(0);
  await isAccessible(page);
  await page.getByLabel('Password', { exact: true }).fill('Correct-Horse-7');
  await isAccessible(page);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  expect(complaints).toEqual([]);
});

test('B1 an admin adds somebody, who chooses the first password by the link and signs in with it', async () => {
  const { page: admin } = await house.visitSignedIn();
  await admin.goto('/admin/users');
  await admin.getByRole('button', { name: 'Add user' }).click();
  const form = admin.getByRole('dialog', { name: 'Add a user' });
  await form.getByLabel('E-mail').fill('fresh@example.com');
  await isAccessible(admin);
  await form.getByRole('button', { name: 'Add user' }).click();
  const link = admin.getByRole('textbox', { name: 'Link for the first password' });
  await link.waitFor();
  await isAccessible(admin);
  const { page, complaints } = await house.visit();
  await page.goto(await link.inputValue());
  await page.getByLabel('New password', { exact: true }).fill('Correct-Horse-7');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByRole('link', { name: 'To sign-in' }).click();
  await page.getByLabel('E-mail').fill('fresh@example.com');
  await page.getByLabel('Password', { exact: true }).fill('Correct-Horse-7');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  expect(complaints).toEqual([]);
});

test('A12 an admin makes a reset link; whoever holds it chooses a new password, once', async () => {
  await house.addPerson({ email: 'guest@example.com', password: 'Correct-Horse-7' });
  const elsewhere = await house.visitSignedIn(
    {},
    { email: 'guest@example.com', password: 'Correct-Horse-7' },
  );
  const { page: admin } = await house.visitSignedIn();
  await admin.goto('/admin/users');
  const { page, complaints } = await house.visit();
  await admin.getByRole('button', { name: 'Actions for guest@example.com' }).click();
  await admin.getByRole('menuitem', { name: 'Make a reset link' }).click();
  await admin.getByRole('button', { name: 'Make the link' }).click();
  const link = await admin.getByRole('textbox', { name: 'Reset link' }).inputValue();
  await isAccessible(admin);
  await page.goto(link);
  await page.getByLabel('New password', { exact: true }).fill('Another-Horse-8');
  await isAccessible(page);
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Every session and token').waitFor();
  expect((await elsewhere.context.request.get('/api/users/me')).status()).toBe(401);
  await page.getByRole('link', { name: 'To sign-in' }).click();
  await page.getByLabel('E-mail').fill('guest@example.com');
  await page.getByLabel('Password', { exact: true }).fill('Another-Horse-8');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.goto(link);
  await page.getByLabel('New password', { exact: true }).fill('Another-Horse-9');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('This link is not good any more').waitFor();
  expect(complaints).toEqual([]);
});

test('A7, A11 a new password keeps whoever chose it where they are, in every window; a copy of their old cookie opens nothing', async () => {
  const person = { email: 'mover@example.com', password: 'Correct-Horse-7' };
  await house.addPerson(person);
  const { page, context } = await house.visitSignedIn({}, person);
  await page.goto('/profile');
  const other = await context.newPage();
  await other.goto('/apps');
  await other.getByRole('navigation', { name: 'Main' }).waitFor();
  const old = (await context.cookies()).find(({ name }) => name.endsWith('berth_session'));
  if (!old) throw new Error('there is no session cookie');
  const asThief = async () =>
    (await fetch(`${house.product.url}/api/users/me`, { headers: { cookie: `${old.name}=${old.value}` } }))
      .status;
  expect(await asThief()).toBe(200);
  await page.getByLabel('Present password', { exact: true }).fill(person.password);
  await page.getByLabel('New password', { exact: true }).fill('Another-Horse-8');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Every other session was ended.').waitFor();
  expect(await asThief()).toBe(401);
  // Whatever asked with the old cookie just then asks again: nobody is led to the door.
  for (const window of [page, other]) {
    await window.getByRole('link', { name: 'Apps' }).first().click();
    await window.getByRole('heading', { name: 'Apps', level: 1 }).waitFor();
    await window.getByRole('navigation', { name: 'Main' }).waitFor();
    expect(new URL(window.url()).pathname).toBe('/apps');
  }
  await page.goto('/profile');
  await page.getByRole('heading', { name: 'Password' }).waitFor();
});

test('A12 the pages of the door: forgotten without mail, and links that are not whole', async () => {
  const { page, complaints } = await house.visit();
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgotten the password?' }).click();
  await page.getByText('An administrator can make you a link').waitFor();
  await isAccessible(page);
  await page.goto('/verify');
  await page.getByText('This link is not whole').waitFor();
  await isAccessible(page);
  await page.goto('/reset');
  await page.getByText('This link is not whole').waitFor();
  expect(await page.getByRole('textbox').count()).toBe(0);
  await page.getByRole('link', { name: 'Ask for a new one' }).click();
  await page.getByRole('heading', { name: 'Forgotten password' }).waitFor();
  expect(complaints).toEqual([]);
});

test('A7 each session has a name of its own, and all others are ended at once', async () => {
  const visitor = { email: 'several@example.org', password: 'Correct-Horse-7' };
  await house.addPerson(visitor);
  const elsewhere = await house.visitSignedIn({}, visitor);
  await house.visitSignedIn({ userAgent: 'Firefox/150.0' }, visitor);
  const { page, complaints } = await house.visitSignedIn({}, visitor);
  await page.goto('/profile');
  const ends = page.getByRole('button', { name: /^End the session of .+, since / });
  await ends.nth(1).waitFor();
  const names = await ends.evaluateAll((buttons) => buttons.map((one) => one.getAttribute('aria-label')));
  expect(new Set(names).size).toBe(2);
  await isAccessible(page);
  await page.getByRole('button', { name: 'End all others' }).click();
  await page.getByText('2 other sessions have ended').waitFor();
  await ends.first().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'End all others' }).waitFor({ state: 'detached' });
  expect((await elsewhere.context.request.get('/api/users/me')).status()).toBe(401);
  expect(complaints).toEqual([]);
});

test('23: the name that a person saves on their profile page is the one in the sidebar, on Home and in the list of people', async () => {
  const { page, complaints } = await house.visitSignedIn();
  await page.goto('/profile');
  await page.getByLabel('Name', { exact: true }).fill('  Ada Lovelace ');
  await page.getByLabel('Phone').fill('call me');
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await save.click();
  await page.getByText('A phone number such as').waitFor();
  await isAccessible(page);
  await page.getByLabel('Phone').fill('+41 44 668 18 00');
  await save.click();
  await page.getByText('Profile saved').waitFor();
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Ada Lovelace');
  // At once, without a reload.
  await page.getByRole('button', { name: 'Ada Lovelace' }).waitFor();
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await page.getByRole('heading', { name: 'Hello, Ada' }).waitFor();
  await page.goto('/admin/users');
  await page.getByText('Ada Lovelace (you)').waitFor();
  expect(complaints).toEqual([]);
});
