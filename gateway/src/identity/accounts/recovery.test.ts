import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMailServer, type MailServer } from '@berth/testing/mail-server.ts';
import {
  accessToken,
  browserAt,
  field,
  goodPassword,
  identityGateway,
  list,
  send,
  setUp,
  type Browser,
  type IdentityGateway,
} from './testing/identity-gateway.ts';
import { publicUrl, tokenIn } from './testing/mail-links.ts';

const newPassword = 'Another-Horse-8';

describe('with mail', () => {
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
  const register = (email: string, password = goodPassword) =>
    post('/api/auth/register', { email, password, name: 'Some One' });
  const signIn = async (email: string, password = goodPassword) =>
    (await post('/api/auth/session', { email, password })).status;
  const verify = (token: string, password = goodPassword) => post('/api/auth/verify', { token, password });
  const forgot = (email: string) => post('/api/auth/password/forgot', { email });
  const member = async (email: string): Promise<string> =>
    field((await root.request('POST', '/api/admin/users', { email, password: goodPassword })).body, 'id');

  test('A2 registration says that the e-mail must be verified; the account opens by the link and the password, once, and is signed in', async () => {
    expect(await register('new@example.org')).toMatchObject({
      status: 201,
      body: { email: 'new@example.org', detail: expect.stringContaining('Verify') as unknown },
    });
    const token = tokenIn(await mail.letterTo('new@example.org', 'Verify your e-mail'), 'verify');
    expect(await signIn('new@example.org')).toBe(401);
    expect((await root.request('GET', '/api/admin/users?q=new@')).body).toMatchObject({
      items: [{ is_active: false, awaits_verification: true }],
    });
    expect(await post('/api/auth/verify', { token })).toMatchObject({ status: 422 });
    const browser = browserAt(gateway.origin);
    expect(
      await browser.request('POST', '/api/auth/verify', { token, password: goodPassword }),
    ).toMatchObject({
      status: 200,
      body: { user: { email: 'new@example.org', name: 'Some One' } },
    });
    expect((await browser.request('GET', '/api/users/me')).body).toMatchObject({ email: 'new@example.org' });
    expect(await signIn('new@example.org')).toBe(200);
    expect(await verify(token)).toMatchObject({ status: 400, body: { type: '/problems/link-not-good' } });
  });

  test('A12 a verification link ends by time, by another one that was opened, and by what an admin decides', async () => {
    await register('again@example.org', 'First-Horse-1');
    const first = tokenIn(await mail.letterTo('again@example.org', 'Verify your e-mail'), 'verify');
    await register('again@example.org', 'Second-Horse-2');
    const second = tokenIn(await mail.letterTo('again@example.org', 'Verify your e-mail'), 'verify');
    expect((await verify(second, 'Second-Horse-2')).status).toBe(200);
    expect((await verify(first, 'First-Horse-1')).status).toBe(400);
    expect([
      await signIn('again@example.org', 'First-Horse-1'),
      await signIn('again@example.org', 'Second-Horse-2'),
    ]).toEqual([401, 200]);
    await register('refused@example.org');
    const refused = tokenIn(await mail.letterTo('refused@example.org', 'Verify your e-mail'), 'verify');
    const id = field(list((await root.request('GET', '/api/admin/users?q=refused')).body, 'items')[0], 'id');
    await root.request('PATCH', `/api/admin/users/${id}`, { is_active: false });
    expect((await verify(refused)).status).toBe(400);
    await register('late@example.org');
    const late = tokenIn(await mail.letterTo('late@example.org', 'Verify your e-mail'), 'verify');
    gateway.clock.offsetMs += 2 * 24 * 60 * 60_000 + 1000;
    expect((await verify(late)).status).toBe(400);
    root = browserAt(gateway.origin);
    await root.request('POST', '/api/auth/session', { email: 'root@example.org', password: goodPassword });
  });

  test('A4, hazard S5: a taken e-mail gets the very same answer; its owner is told by mail', async () => {
    await member('owner@example.org');
    const [taken, fresh] = [await register('owner@example.org'), await register('fresh@example.org')];
    const text = (body: unknown, email: string) => JSON.stringify(body).replace(email, '…');
    expect([taken.status, text(taken.body, 'owner@example.org')]).toEqual([
      fresh.status,
      text(fresh.body, 'fresh@example.org'),
    ]);
    expect((await mail.letterTo('owner@example.org', 'You have an account')).text).toContain(
      `${publicUrl}/forgotten`,
    );
    expect(await signIn('owner@example.org')).toBe(200);
    const weak = await Promise.all([
      register('owner@example.org', 'x'),
      register('fresher@example.org', 'x'),
    ]);
    expect(weak.map(({ status }) => status)).toEqual([422, 422]);
  });

  test('A12 a forgotten password: always 202 and the same words; the link is single-use, and ends sessions, programs and older links', async () => {
    await member('forgetful@example.org');
    const browser = browserAt(gateway.origin);
    await browser.request('POST', '/api/auth/session', {
      email: 'forgetful@example.org',
      password: goodPassword,
    });
    const program = await accessToken(gateway, 'forgetful@example.org');
    const asProgram = async () =>
      (await send(gateway.origin, 'GET', '/api/users/me', undefined, { authorization: `Bearer ${program}` }))
        .status;
    expect(await asProgram()).toBe(200);
    const answers = await Promise.all(
      ['forgetful@example.org', 'nobody@example.org', 'no address'].map(forgot),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(202);
    const token = tokenIn(await mail.letterTo('forgetful@example.org', 'Choose a new password'), 'reset');
    const { rows } = await gateway.database.pool.query<{ row: string }>(
      'SELECT account_tokens::text AS row FROM account_tokens',
    );
    expect(rows.some(({ row }) => row.includes(token))).toBe(false);
    const reset = (password: string, by = token) =>
      post('/api/auth/password/reset', { token: by, new_password: password });
    expect(await reset('weak')).toMatchObject({
      status: 422,
      body: {
        errors: expect.arrayContaining([expect.objectContaining({ pointer: '/new_password' })]) as unknown,
      },
    });
    expect(
      (await Promise.all([reset(newPassword), reset(newPassword)]))
        .map(({ status }) => status)
        .toSorted((one, other) => one - other),
    ).toEqual([204, 400]);
    expect((await browser.request('GET', '/api/users/me')).status).toBe(401);
    expect(await asProgram()).toBe(401);
    expect([
      await signIn('forgetful@example.org'),
      await signIn('forgetful@example.org', newPassword),
    ]).toEqual([401, 200]);
    await mail.letterTo('forgetful@example.org', 'was changed');
    expect((await reset(newPassword, 'A'.repeat(43))).status).toBe(400);
  });

  test('A12 a reset link ends after an hour, and when a newer one is sent', async () => {
    await member('slow@example.org');
    await forgot('slow@example.org');
    const first = tokenIn(await mail.letterTo('slow@example.org', 'Choose a new password'), 'reset');
    await forgot('slow@example.org');
    const second = tokenIn(await mail.letterTo('slow@example.org', 'Choose a new password'), 'reset');
    const reset = async (token: string) =>
      (await post('/api/auth/password/reset', { token, new_password: newPassword })).status;
    expect(await reset(first)).toBe(400);
    gateway.clock.offsetMs += 61 * 60_000;
    expect(await reset(second)).toBe(400);
  });

  test('A12 nobody’s mailbox is filled by strangers: the fourth letter is not written, and nobody is told', async () => {
    await member('flooded@example.org');
    const statuses = [];
    for (let index = 0; index < 5; index++) statuses.push((await forgot('flooded@example.org')).status);
    expect(new Set(statuses)).toEqual(new Set([202]));
    for (let index = 0; index < 3; index++)
      await mail.letterTo('flooded@example.org', 'Choose a new password');
    await member('marker@example.org');
    await forgot('marker@example.org');
    await mail.letterTo('marker@example.org', 'Choose a new password');
    expect(mail.received.filter(({ to }) => to.includes('flooded@example.org'))).toEqual([]);
  });

  test('A12 a mail server that refuses delays a letter and loses none; what waits is sealed, and admins see it', async () => {
    await member('patient@example.org');
    mail.refuse(451);
    expect((await forgot('patient@example.org')).status).toBe(202);
    const state = async () => (await root.request('GET', '/api/admin/mail')).body;
    await expect
      .poll(state)
      .toMatchObject({ configured: true, waiting: 1, last_error: expect.any(String) as unknown });
    const [letter] = list(await state(), 'items');
    expect(letter).toMatchObject({
      to: 'patient@example.org',
      subject: 'Choose a new password for Berth',
      state: 'retrying',
      attempts: 1,
      last_error: expect.stringMatching(/ 451$/) as unknown,
    });
    expect(JSON.stringify(letter)).not.toContain('token');
    const { rows } = await gateway.database.pool.query<{ row: string }>(
      "SELECT encode(sealed, 'escape') AS row FROM outgoing_letters",
    );
    expect(rows[0]?.row).not.toContain('patient@');
    mail.refuse(null);
    gateway.clock.offsetMs += 16_000;
    gateway.mail.start();
    await gateway.mail.deliver();
    tokenIn(await mail.letterTo('patient@example.org', 'Choose a new password'), 'reset');
    await expect.poll(state).toMatchObject({ waiting: 0, last_error: null });
  });

  test('A12 a mailbox that there is not is given up at once and shown; "try again" sends the letter all the same', async () => {
    await member('gone@example.org');
    mail.refuse(550);
    await forgot('gone@example.org');
    const outbox = async () => list((await root.request('GET', '/api/admin/mail')).body, 'items');
    await expect.poll(outbox).toMatchObject([{ to: 'gone@example.org', state: 'given_up', next_at: null }]);
    const [letter] = await outbox();
    mail.refuse(null);
    expect((await root.request('POST', `/api/admin/mail/${field(letter, 'id')}/retry`)).status).toBe(202);
    await mail.letterTo('gone@example.org', 'Choose a new password');
    await expect.poll(outbox).toEqual([]);
    expect((await root.request('POST', `/api/admin/mail/${field(letter, 'id')}/retry`)).status).toBe(404);
    expect((await root.request('GET', '/api/admin/mail?cursor=nonsense')).status).toBe(400);
  });

  test('A2 an invitation goes by mail, is for one address, and opens the account at once', async () => {
    const invited = await root.request('POST', '/api/admin/invitations', { email: 'Guest@example.org' });
    expect(invited).toMatchObject({
      status: 201,
      body: { email: 'guest@example.org', invited_by: 'root@example.org', mailed: true },
    });
    const token = tokenIn(await mail.letterTo('guest@example.org', 'You are invited'), 'register');
    expect((await post('/api/auth/invitation', { token })).body).toEqual({
      email: 'guest@example.org',
      invited_by: 'root@example.org',
    });
    const accept = (email: string) =>
      post('/api/auth/register', { email, password: goodPassword, invitation: token });
    expect(await accept('other@example.org')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/email' }] },
    });
    expect((await accept('guest@example.org')).status).toBe(201);
    expect(await signIn('guest@example.org')).toBe(200);
    expect((await accept('guest@example.org')).status).toBe(400);
    expect(
      await root.request('POST', '/api/admin/invitations', { email: 'guest@example.org' }),
    ).toMatchObject({ status: 409 });
  });
});

describe('without mail', () => {
  let gateway: IdentityGateway;
  let root: Browser;
  beforeAll(async () => {
    gateway = await identityGateway({ registration: 'invited' });
    root = await setUp(gateway);
  });
  afterAll(() => gateway.close());

  test('22, A12: without mail no letter is promised, in the same words for known and unknown', async () => {
    const answers = ['root@example.org', 'nobody@example.org', 'no address'].map((email) =>
      send(gateway.origin, 'POST', '/api/auth/password/forgot', { email }),
    );
    const [first, ...others] = (await Promise.all(answers)).map(({ status, body }) => ({ status, body }));
    expect(first).toMatchObject({ status: 202, body: { mail: false } });
    expect(field(first?.body, 'detail')).toMatch(/^Nothing was sent.*administrator can make you a link/);
    expect(others).toEqual([first, first]);
  });

  test('A12 forgot answers 202 all the same, and an admin makes a link to hand over', async () => {
    const id = field(
      (
        await root.request('POST', '/api/admin/users', {
          email: 'member@example.org',
          password: goodPassword,
        })
      ).body,
      'id',
    );
    expect(
      (await send(gateway.origin, 'POST', '/api/auth/password/forgot', { email: 'member@example.org' }))
        .status,
    ).toBe(202);
    expect((await send(gateway.origin, 'GET', '/api/auth/options')).body).toMatchObject({
      mail: false,
      registration: false,
      registration_mode: 'invited',
    });
    const link = await root.request('POST', `/api/admin/users/${id}/reset-link`);
    expect(link.status).toBe(201);
    const [page, token] = field(link.body, 'url').split('#token=');
    expect(page).toBe(`${gateway.origin}/reset`);
    expect(
      (await send(gateway.origin, 'POST', '/api/auth/password/reset', { token, new_password: newPassword }))
        .status,
    ).toBe(204);
    expect(
      (
        await send(gateway.origin, 'POST', '/api/auth/session', {
          email: 'member@example.org',
          password: newPassword,
        })
      ).status,
    ).toBe(200);
    await root.request('PATCH', `/api/admin/users/${id}`, { is_active: false });
    expect((await root.request('POST', `/api/admin/users/${id}/reset-link`)).status).toBe(409);
    expect(
      (await root.request('POST', '/api/admin/users/8e7d4f0e-35a7-4b5e-8a9c-0d7dd3a4b5c6/reset-link')).status,
    ).toBe(404);
  });

  test('A2 by invitation: strangers are refused, the link opens, a withdrawn one does not', async () => {
    expect(
      await send(gateway.origin, 'POST', '/api/auth/register', {
        email: 'stranger@example.org',
        password: goodPassword,
      }),
    ).toMatchObject({ status: 403 });
    const invite = async (email: string) =>
      (await root.request('POST', '/api/admin/invitations', { email })).body;
    const accept = (body: unknown, email: string) =>
      send(gateway.origin, 'POST', '/api/auth/register', {
        email,
        password: goodPassword,
        invitation: field(body, 'url').split('#token=')[1],
      });
    const guest = await invite('guest@example.org');
    expect(await accept(guest, 'guest@example.org')).toMatchObject({
      status: 201,
      body: { email: 'guest@example.org' },
    });
    const withdrawn = await invite('withdrawn@example.org');
    expect(list((await root.request('GET', '/api/admin/invitations')).body, 'items')).toHaveLength(1);
    expect((await root.request('DELETE', `/api/admin/invitations/${field(withdrawn, 'id')}`)).status).toBe(
      204,
    );
    expect((await accept(withdrawn, 'withdrawn@example.org')).status).toBe(400);
    expect((await root.request('DELETE', `/api/admin/invitations/${field(withdrawn, 'id')}`)).status).toBe(
      404,
    );
    const late = await invite('late@example.org');
    gateway.clock.offsetMs += 7 * 24 * 60 * 60_000 + 1000;
    expect((await accept(late, 'late@example.org')).status).toBe(400);
  });
});
