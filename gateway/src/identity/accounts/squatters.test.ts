/** Registration is open to anybody, so anybody can begin an account with somebody else's e-mail. It must keep nobody out, and let nobody in. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMailServer, type MailServer } from '@berth/testing/mail-server.ts';
import {
  field,
  goodPassword,
  identityGateway,
  list,
  send,
  setUp,
  type Browser,
  type IdentityGateway,
} from './testing/identity-gateway.ts';

const publicUrl = 'https://berth.example';
const strangersPassword = 'Strangers-Horse-1';
const ownersPassword = 'Owners-Horse-2';
let gateway: IdentityGateway;
let mail: MailServer;
let root: Browser;

beforeAll(async () => {
  mail = await startMailServer();
  gateway = await identityGateway({
    publicUrl,
    smtp: { url: mail.url, from: 'Berth <berth@berth.example>' },
  });
  root = await setUp(gateway);
});
afterAll(async () => {
  await gateway.close();
  await mail.close();
});

const post = (path: string, body: unknown) => send(gateway.origin, 'POST', path, body);
const signIn = async (email: string, password: string) =>
  (await post('/api/auth/session', { email, password })).status;
const tokenIn = (text: string) => /#token=([A-Za-z0-9_-]{43})/.exec(text)?.[1];

const verify = (token: string | undefined, password: string) => post('/api/auth/verify', { token, password });

/** @returns the link that went to the mailbox, which the stranger cannot read */
async function squat(email: string): Promise<string | undefined> {
  expect((await post('/api/auth/register', { email, password: strangersPassword })).status).toBe(201);
  return tokenIn((await mail.letterTo(email, 'Verify your e-mail')).text);
}

/** Registers and takes the letter. */
async function registered(email: string, password: string, name: string): Promise<string | undefined> {
  expect((await post('/api/auth/register', { email, password, name })).status).toBe(201);
  return tokenIn((await mail.letterTo(email, 'Verify your e-mail')).text);
}

test('A12 a stranger registers the address again, right after its owner: the letter that came last opens nothing with the owner’s password, and the owner’s own one is still good', async () => {
  const own = await registered('mine@example.org', ownersPassword, 'Olga');
  const strangers = await registered('mine@example.org', strangersPassword, 'Stan');
  const last = await verify(strangers, ownersPassword);
  expect(last).toMatchObject({ status: 422, body: { errors: [{ pointer: '/password' }] } });
  expect(last.headers.getSetCookie()).toEqual([]);
  expect([
    await signIn('mine@example.org', strangersPassword),
    await signIn('mine@example.org', ownersPassword),
  ]).toEqual([401, 401]);
  expect(await verify(own, ownersPassword)).toMatchObject({ status: 200, body: { user: { name: 'Olga' } } });
  expect((await verify(strangers, strangersPassword)).status).toBe(400);
  expect([
    await signIn('mine@example.org', strangersPassword),
    await signIn('mine@example.org', ownersPassword),
  ]).toEqual([401, 200]);
});

test('A12 a stranger who was first, or who knows both letters’ times, leaves the owner’s registration as it is', async () => {
  const strangers = await registered('second@example.org', strangersPassword, 'Stan');
  const own = await registered('second@example.org', ownersPassword, 'Olga');
  expect((await verify(strangers, ownersPassword)).status).toBe(422);
  expect((await verify(own, strangersPassword)).status).toBe(422);
  expect((await verify(own, ownersPassword)).status).toBe(200);
  expect([
    await signIn('second@example.org', strangersPassword),
    await signIn('second@example.org', ownersPassword),
  ]).toEqual([401, 200]);
});

test('A12 two letters of one mailbox, opened at the same moment, each with its own password: one opens the account', async () => {
  const one = await registered('twice@example.org', strangersPassword, 'One');
  const other = await registered('twice@example.org', ownersPassword, 'Other');
  const opened = await Promise.all([
    verify(one, strangersPassword),
    verify(other, ownersPassword),
    verify(one, strangersPassword),
  ]);
  expect(opened.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400, 400]);
  const signedIn = [
    await signIn('twice@example.org', strangersPassword),
    await signIn('twice@example.org', ownersPassword),
  ];
  expect(signedIn.toSorted((a, b) => a - b)).toEqual([200, 401]);
});

test('A12 a stranger who asks for one letter after the other uses up none of the owner’s, and fills no mailbox', async () => {
  gateway.trustedProxies.addAddress('127.0.0.1');
  const email = 'busy@example.org';
  const register = (password: string, network: number) =>
    send(
      gateway.origin,
      'POST',
      '/api/auth/register',
      { email, password },
      { 'x-forwarded-for': `203.0.113.${network}` },
    );
  for (let index = 0; index < 5; index++) await register(strangersPassword, 1);
  for (let index = 0; index < 3; index++) await mail.letterTo(email, 'Verify your e-mail');
  await register(ownersPassword, 2);
  const own = tokenIn((await mail.letterTo(email, 'Verify your e-mail')).text);
  for (let network = 3; network < 10; network++) await register(strangersPassword, network);
  for (let index = 0; index < 5; index++) await mail.letterTo(email, 'Verify your e-mail');
  await register(strangersPassword, 10);
  await squat('last@example.org');
  expect(mail.received.filter(({ to }) => to.includes(email))).toEqual([]);
  expect((await verify(own, ownersPassword)).status).toBe(200);
});

test('A12 passwords are not guessed at a link either', async () => {
  const link = await registered('guessed@example.org', ownersPassword, 'Olga');
  const statuses: number[] = [];
  for (let index = 0; index < 6; index++) statuses.push((await verify(link, `Guess-Number-${index}`)).status);
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
});

test('B1 an admin who switches on what nobody verified opens it to nobody’s password; its owner chooses one', async () => {
  await squat('switched@example.org');
  const [found] = list((await root.request('GET', '/api/admin/users?q=switched')).body, 'items');
  expect(
    (await root.request('PATCH', `/api/admin/users/${field(found, 'id')}`, { is_active: true })).status,
  ).toBe(200);
  expect(await signIn('switched@example.org', strangersPassword)).toBe(401);
  await post('/api/auth/password/forgot', { email: 'switched@example.org' });
  const token = tokenIn((await mail.letterTo('switched@example.org', 'Choose a new password')).text);
  expect((await post('/api/auth/password/reset', { token, new_password: ownersPassword })).status).toBe(204);
  expect(await signIn('switched@example.org', ownersPassword)).toBe(200);
});

test('A12 who registers late with an address that a stranger began a week ago has as long as anybody', async () => {
  await squat('weeks@example.org');
  await gateway.database.pool.query(
    `UPDATE users SET created_at = now() - interval '8 days' WHERE email = 'weeks@example.org'`,
  );
  const own = await registered('weeks@example.org', ownersPassword, 'Olga');
  await gateway.accounts.removeExpired();
  expect((await verify(own, ownersPassword)).status).toBe(200);
  await squat('left@example.org');
  await gateway.database.pool.query(
    `UPDATE users SET created_at = now() - interval '8 days' WHERE email = 'left@example.org'`,
  );
  await gateway.database.pool.query(
    `UPDATE account_tokens SET expires_at = now() - interval '1 day' WHERE purpose = 'verify'`,
  );
  await gateway.accounts.removeExpired();
  expect(list((await root.request('GET', '/api/admin/users?q=left@')).body, 'items')).toEqual([]);
});

test('A2 an invitation is made and accepted all the same, before and after; the stranger’s link and password open nothing', async () => {
  const link = await squat('guest@example.org');
  const invited = await root.request('POST', '/api/admin/invitations', { email: 'guest@example.org' });
  expect(invited.status).toBe(201);
  await mail.letterTo('guest@example.org', 'You are invited');
  const invitation = tokenIn(field(invited.body, 'url'));
  expect(
    (await post('/api/auth/register', { email: 'guest@example.org', password: ownersPassword, invitation }))
      .status,
  ).toBe(201);
  expect((await verify(link, strangersPassword)).status).toBe(400);
  expect([
    await signIn('guest@example.org', strangersPassword),
    await signIn('guest@example.org', ownersPassword),
  ]).toEqual([401, 200]);
});

test('A2 an account that is there leaves the invitation as it was: nothing is half done', async () => {
  const invited = await root.request('POST', '/api/admin/invitations', { email: 'late@example.org' });
  await root.request('POST', '/api/admin/users', { email: 'late@example.org', password: goodPassword });
  const accept = () =>
    post('/api/auth/register', {
      email: 'late@example.org',
      password: ownersPassword,
      invitation: tokenIn(field(invited.body, 'url')),
    });
  expect(await accept()).toMatchObject({ status: 400, body: { type: '/problems/email-taken' } });
  expect(list((await root.request('GET', '/api/admin/invitations')).body, 'items')).toMatchObject([
    { email: 'late@example.org' },
  ]);
  expect(await signIn('late@example.org', goodPassword)).toBe(200);
});

test('B1 an admin makes the account all the same', async () => {
  const link = await squat('wanted@example.org');
  expect(
    (
      await root.request('POST', '/api/admin/users', {
        email: 'wanted@example.org',
        password: ownersPassword,
      })
    ).status,
  ).toBe(201);
  expect((await verify(link, strangersPassword)).status).toBe(400);
  expect([
    await signIn('wanted@example.org', strangersPassword),
    await signIn('wanted@example.org', ownersPassword),
  ]).toEqual([401, 200]);
});

test('A12 who says that they forgot the password chooses one, and does not open the account with the stranger’s', async () => {
  const link = await squat('forgetful@example.org');
  expect((await post('/api/auth/password/forgot', { email: 'forgetful@example.org' })).status).toBe(202);
  const token = tokenIn((await mail.letterTo('forgetful@example.org', 'Choose a new password')).text);
  expect((await post('/api/auth/password/reset', { token, new_password: ownersPassword })).status).toBe(204);
  expect((await verify(link, strangersPassword)).status).toBe(400);
  expect([
    await signIn('forgetful@example.org', strangersPassword),
    await signIn('forgetful@example.org', ownersPassword),
  ]).toEqual([401, 200]);
});

test('A12 what an admin switched off meanwhile is not opened by a reset either', async () => {
  await squat('refused@example.org');
  await post('/api/auth/password/forgot', { email: 'refused@example.org' });
  const token = tokenIn((await mail.letterTo('refused@example.org', 'Choose a new password')).text);
  const [found] = list((await root.request('GET', '/api/admin/users?q=refused')).body, 'items');
  await root.request('PATCH', `/api/admin/users/${field(found, 'id')}`, { is_active: false });
  expect((await post('/api/auth/password/reset', { token, new_password: ownersPassword })).status).toBe(400);
  expect(await signIn('refused@example.org', ownersPassword)).toBe(401);
});

test('A2 a network that registers one mailbox after the other is told to wait: letters go to people who asked', async () => {
  const register = (index: number) =>
    post('/api/auth/register', { email: `stranger-${index}@example.net`, password: strangersPassword });
  const statuses: number[] = [];
  for (let index = 0; index < 32; index++) statuses.push((await register(index)).status);
  expect(statuses.at(-1)).toBe(429);
  expect(Number((await register(99)).headers.get('retry-after'))).toBeGreaterThan(0);
  // Invitations are asked for by admins, and a forgotten password is counted apart.
  expect((await post('/api/auth/password/forgot', { email: 'nobody@example.net' })).status).toBe(202);
});
