/** An admin adds a person without a password: the person chooses it, by a link. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startMailServer, type MailServer } from '@berth/testing/mail-server.ts';
import {
  field,
  goodPassword,
  identityGateway,
  send,
  setUp,
  type Browser,
  type IdentityGateway,
} from './testing/identity-gateway.ts';

const publicUrl = 'https://berth.example';

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
  await gateway?.close();
  await mail?.close();
});

afterEach(() => void (gateway.clock.offsetMs = 0));

const signIn = async (email: string) =>
  (await send(gateway.origin, 'POST', '/api/auth/session', { email, password: goodPassword })).status;
const choose = async (token: string | undefined) =>
  (await send(gateway.origin, 'POST', '/api/auth/password/reset', { token, new_password: goodPassword }))
    .status;

test('B1 A12 an account without a password opens by nothing but its link, which is mailed and shown, once and for seven days', async () => {
  const made = await root.request('POST', '/api/admin/users', { email: 'new@example.org', name: 'New' });
  expect(made).toMatchObject({ status: 201, body: { is_active: true, first_password: { mailed: true } } });
  const url = field(made.body, 'first_password', 'url');
  expect(url.startsWith(`${publicUrl}/reset#token=`)).toBe(true);
  expect((await mail.letterTo('new@example.org', 'You have an account')).text).toContain(url);
  expect(await signIn('new@example.org')).toBe(401);
  const token = url.split('#token=')[1];
  gateway.clock.offsetMs += 6 * 24 * 60 * 60_000;
  expect([await choose(token), await choose(token)]).toEqual([204, 400]);
  expect(await signIn('new@example.org')).toBe(200);
});

test('B1 with a password there is no link, and a weak one is refused', async () => {
  const add = (body: object) => root.request('POST', '/api/admin/users', body);
  const made = await add({ email: 'told@example.org', password: goodPassword });
  expect(made.status).toBe(201);
  expect(made.body).not.toHaveProperty('first_password');
  expect((await add({ email: 'weak@example.org', password: '' })).status).toBe(422);
});
