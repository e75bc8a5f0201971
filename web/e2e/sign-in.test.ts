import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identityProvider, type IdentityProvider } from '@berth/testing/identity-provider.ts';
import { pdf } from '@berth/testing/pdf.ts';
import { accessibilityFindings } from './axe.ts';
import { admin, openHouse, type House } from './house.ts';

let house: House;
let company: IdentityProvider;
let folder: string;
beforeAll(async () => {
  company = await identityProvider();
  folder = await mkdtemp(join(tmpdir(), 'berth-e2e-oidc-'));
  const file = join(folder, 'oidc.yaml');
  await writeFile(
    file,
    `providers:\n  - { id: company, name: Company, issuer: '${company.issuer}', client_id: berth, client_secret: a secret of the tests }\n`,
  );
  house = await openHouse({ BERTH_OIDC_FILE: file });
  await company.serve([
    {
      client_id: 'berth',
      client_secret: 'a secret of the tests',
      redirect_uris: [`${atLocalhost()}/api/auth/oidc/company/callback`],
    },
  ]);
  await (await house.visitSignedIn()).context.close();
});
afterAll(async () => {
  await house?.close();
  await company?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Browsers make passkeys for a name, not for 127.0.0.1. */
function atLocalhost(): string {
  return `http://localhost:${new URL(house.product.url).port}`;
}

/** Somebody with a device that keeps passkeys. @param offers whether the browser offers them in the field, which this device then always accepts */
async function stranger(theme: 'light' | 'dark' = 'light', width = 1280, offers = false) {
  const visit = await house.visit({
    baseURL: atLocalhost(),
    colorScheme: theme,
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
  });
  if (!offers)
    await visit.context.addInitScript(() =>
      Object.assign(PublicKeyCredential, { isConditionalMediationAvailable: () => Promise.resolve(false) }),
    );
  const cdp = await visit.context.newCDPSession(visit.page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return visit;
}

/** Somebody of their own for each test. */
async function registered(page: Page, email: string): Promise<void> {
  await page.goto('/register');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

async function signOut(page: Page): Promise<void> {
  await page.request.delete('/api/auth/session', {
    headers: {
      origin: atLocalhost(),
      'x-csrf-token': (await page.context().cookies()).find(({ name }) => name === 'berth_csrf')?.value ?? '',
    },
  });
  await page.goto('/sign-in');
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const dialog = (page: Page) => page.getByRole('dialog');
const picture = async (page: Page, name: string) => {
  if (process.env['BERTH_PICTURES'])
    await page.screenshot({
      path: join(process.env['BERTH_PICTURES'], `${name}.png`),
      fullPage: true,
      animations: 'disabled',
    });
};

test('A14 an authenticator app is set up with a picture, asked for at the door, and a recovery code stands in for it', async () => {
  const { page, complaints } = await stranger();
  await registered(page, 'totp@example.com');
  await page.goto('/profile');
  const section = page.getByRole('region', { name: 'Second factor' });
  await section.getByRole('button', { name: 'Set up' }).click();
  await dialog(page).getByLabel('Password', { exact: true }).fill(admin.password);
  expect(await accessibilityFindings(page)).toEqual([]);
  await picture(page, 'confirm');
  await dialog(page).getByRole('button', { name: 'Continue' }).click();
  const qr = dialog(page).getByRole('img', { name: /QR code/ });
  await qr.waitFor();
  await expect
    .poll(() =>
      qr.evaluate((image) => image instanceof HTMLImageElement && image.complete && image.naturalWidth > 100),
    )
    .toBe(true);
  expect(await accessibilityFindings(page)).toEqual([]);
  await picture(page, 'qr');
  const secret = ((await dialog(page).locator('pre, code').first().textContent()) ?? '').replaceAll(' ', '');
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  await dialog(page).getByLabel('Code').fill(totp.generate());
  await dialog(page).getByRole('button', { name: 'Turn on' }).click();
  const codes = dialog(page).getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await codes.first().waitFor();
  expect(await codes.count()).toBe(10);
  const code = (await codes.first().textContent()) ?? '';
  expect(await accessibilityFindings(page)).toEqual([]);
  await picture(page, 'recovery-codes');
  await dialog(page).getByLabel('I have kept them').check();
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await section.getByText('10 codes are left.').waitFor();
  await picture(page, 'profile-totp');

  await signOut(page);
  await signIn(page, 'totp@example.com');
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await picture(page, 'second-step');
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('alert').getByText('The code is wrong').waitFor();
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();

  // Whoever lost everything asks an admin.
  const { page: desk } = await house.visitSignedIn();
  await desk.goto('/admin/users?q=totp');
  await desk.getByRole('button', { name: /totp@example\.com/ }).click();
  await desk.getByRole('menuitem', { name: 'Second factors …' }).click();
  await dialog(desk).getByText('They have an authenticator app.').waitFor();
  expect(await accessibilityFindings(desk)).toEqual([]);
  await dialog(desk).getByRole('button', { name: 'Take them away' }).click();
  await dialog(desk).waitFor({ state: 'hidden' });
  await signOut(page);
  await signIn(page, 'totp@example.com');
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  expect(complaints).toEqual([]);
});

test('A14 a passkey is added, signs in alone, and is asked for after the password where one wants it', async () => {
  const { page, complaints } = await stranger();
  await registered(page, 'passkey@example.com');
  await page.goto('/profile');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await dialog(page).getByLabel('Password', { exact: true }).fill(admin.password);
  await dialog(page).getByRole('button', { name: 'Continue' }).click();
  const section = page.getByRole('region', { name: 'Passkeys' });
  await section.getByRole('listitem').waitFor();
  await section.getByRole('button', { name: /^Rename/ }).click();
  await dialog(page).getByLabel('Name').fill('My laptop');
  await dialog(page).getByRole('button', { name: 'Rename' }).click();
  await section.getByText('My laptop').waitFor();
  await dialog(page).waitFor({ state: 'hidden' });
  expect(await accessibilityFindings(page)).toEqual([]);

  await signOut(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();

  await page.goto('/profile');
  await page.getByRole('switch', { name: 'Ask for a passkey after the password' }).click();
  await dialog(page).getByLabel('Password', { exact: true }).fill(admin.password);
  await dialog(page).getByRole('button', { name: 'Turn on' }).click();
  await dialog(page).getByLabel('I have kept them').check();
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await dialog(page).waitFor({ state: 'hidden' });
  await signOut(page);
  await signIn(page, 'passkey@example.com');
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  await picture(page, 'second-step-passkey');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  expect(complaints).toEqual([]);
});

test('A14 where the browser can, it offers passkeys in the e-mail field: who takes one is in without a click', async () => {
  const { page, complaints } = await stranger('light', 1280, true);
  await registered(page, 'autofill@example.com');
  await page.goto('/profile');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await dialog(page).getByLabel('Password', { exact: true }).fill(admin.password);
  await dialog(page).getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('region', { name: 'Passkeys' }).getByRole('listitem').waitFor();
  await signOut(page);
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
  expect(complaints).toEqual([]);
});

test('A15 somebody continues with a provider; an account of the same e-mail links it first; a provider that is down says so', async () => {
  const { page, complaints } = await stranger();
  company.become({ sub: 'new', email: 'new@example.com', email_verified: true, name: 'New Person' });
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Continue with Company' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  // They have no password here, and may choose one.
  await page.goto('/profile');
  const password = page.getByRole('region', { name: 'Password', exact: true });
  await password.getByText('You have none').waitFor();
  expect(await password.getByLabel('Present password').count()).toBe(0);
  await password.getByRole('textbox', { name: 'Password' }).fill(admin.password);
  await password.getByRole('button', { name: 'Choose a password' }).click();
  await password.getByRole('textbox', { name: 'Present password' }).waitFor();
  await signOut(page);
  await signIn(page, 'new@example.com');
  await page.getByRole('navigation', { name: 'Main' }).waitFor();

  const { page: owner } = await stranger();
  await registered(owner, 'owner@example.com');
  company.become({ sub: 'owner', email: 'owner@example.com', email_verified: true });
  await signOut(owner);
  await owner.getByRole('link', { name: 'Continue with Company' }).click();
  await owner.getByRole('alert').getByText('link Company on your profile page').waitFor();
  expect(await accessibilityFindings(owner)).toEqual([]);
  await picture(owner, 'link-first');
  await signIn(owner, 'owner@example.com');
  await owner.getByRole('navigation', { name: 'Main' }).waitFor();
  await owner.goto('/profile');
  await owner.getByRole('button', { name: 'Link Company' }).click();
  await dialog(owner).getByLabel('Password', { exact: true }).fill(admin.password);
  await dialog(owner).getByRole('button', { name: 'Continue' }).click();
  await owner.getByText('Company is linked.').waitFor();
  await picture(owner, 'linked');
  expect(await accessibilityFindings(owner)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('S12, case g9: an address of an extension that is opened signed out leads to sign-in and back to that very address, each way of signing in', async () => {
  const { page, complaints } = await stranger();
  await registered(page, 'opener@example.com');
  await page.goto('/profile');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await dialog(page).getByLabel('Password', { exact: true }).fill(admin.password);
  await dialog(page).getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('region', { name: 'Passkeys' }).getByRole('listitem').waitFor();
  company.become({ sub: 'opener', email: 'another-opener@example.com', email_verified: true });
  const list = '/api/plugins/doc-service/app/documents?page_size=7';
  const ways: [string, () => Promise<void>][] = [
    ['a password', () => signIn(page, 'opener@example.com')],
    ['a passkey', () => page.getByRole('button', { name: 'Sign in with a passkey' }).click()],
    ['a provider', () => page.getByRole('link', { name: 'Continue with Company' }).click()],
  ];
  for (const [, way] of ways) {
    await signOut(page);
    await page.goto(list);
    expect(new URL(page.url()).searchParams.get('return')).toBe(list);
    await way();
    await page.waitForURL(atLocalhost() + list);
    await page.getByText('"page_size":7').or(page.getByText('"items"')).first().waitFor();
  }
  // A page of an extension, whose own address is another one once it is open.
  await signOut(page);
  await page.goto('/apps/doc-service/');
  await signIn(page, 'opener@example.com');
  await page.waitForURL(/\/apps\/doc-service\/~/);
  // Signed in meanwhile in another window: the sign-in page goes on by itself.
  await page.goto(`/sign-in?return=${encodeURIComponent(list)}`);
  await page.waitForURL(atLocalhost() + list);
  expect(complaints).toEqual([]);
});

test('S12: a PDF is there after signing in', async () => {
  const { page } = await stranger();
  await registered(page, 'reader@example.com');
  await house.drop('opened.pdf', await pdf('Opened signed out'));
  const found = async () =>
    (await (await page.request.get('/api/plugins/doc-service/app/documents')).json()) as {
      items: { id: string }[];
    };
  await expect.poll(async () => (await found()).items.length).toBe(1);
  const file = `/api/plugins/doc-service/app/documents/${(await found()).items[0]?.id}/download`;
  await signOut(page);
  await page.goto(file);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const arrived = page.waitForEvent('download');
  await signIn(page, 'reader@example.com');
  const download = await arrived;
  expect(download.url()).toBe(atLocalhost() + file);
  expect((await readFile(await download.path())).subarray(0, 5).toString()).toBe('%PDF-');
});

test.each([
  ['light', 1280],
  ['light', 390],
  ['dark', 1280],
  ['dark', 390],
] as const)('the door and the profile are readable: %s, %d wide', async (theme, width) => {
  const { page } = await stranger(theme, width);
  await page.goto('/sign-in?problem=provider-unavailable&provider=company');
  await page.getByRole('alert').getByText('Company does not answer').waitFor();
  await page.getByRole('link', { name: 'Continue with Company' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await picture(page, `door-${theme}-${width}`);
  await page.request.post('/api/auth/session', {
    data: { email: admin.email, password: admin.password },
    headers: { origin: atLocalhost() },
  });
  await page.goto('/profile?problem=identity-taken&provider=company&linked=company');
  await page.getByText('This Company is linked to another account.').waitFor();
  expect(await page.getByText('Company is linked.').count()).toBe(0);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await picture(page, `profile-${theme}-${width}`);
});
