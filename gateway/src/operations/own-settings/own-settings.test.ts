/**
 * Settings of the gateway itself: below the environment, some at once and some from the next start, secrets
 * sealed.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { browserAt, field, type Answer, type Browser } from '#identity/accounts/testing/identity-gateway.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '../../testing/real-gateway.ts';

const env = { BERTH_POLL_SECONDS: '7', BERTH_PUBLIC_URL: 'http://localhost' };
let gateway: RealGateway;
let root: Browser;

beforeAll(async () => {
  gateway = await realGateway({ BERTH_POLL_SECONDS: '7' });
  root = browserAt(gateway.origin);
  await root.request('POST', '/api/auth/setup', {
    email: 'root@example.org',
    name: 'Root',
    password: goodPassword,
    token: setupToken,
  });
});
afterAll(() => gateway?.close());

const read = (): Promise<Answer> => root.request('GET', '/api/admin/settings');
const change = (body: object, etag?: string): Promise<Answer> =>
  root.request('PATCH', '/api/admin/settings', body, etag === undefined ? {} : { 'if-match': etag });
const registerMode = async (): Promise<unknown> =>
  field((await browserAt(gateway.origin).request('GET', '/api/auth/options')).body, 'registration_mode');

test('G4: what the environment says is shown with its variable, read-only, and is not changed', async () => {
  expect((await read()).body).toEqual({ poll_seconds: 7 });
  const described = (await root.request('GET', '/api/admin/settings/schema')).body;
  const description = 'Set by BERTH_POLL_SECONDS in the environment, which wins.';
  const properties = { poll_seconds: { readOnly: true, description } };
  expect(described).toMatchObject({ schema: { properties } });
  const refused = await change({ poll_seconds: 9 });
  expect([refused.status, refused.body]).toMatchObject([422, { errors: [{ pointer: '/poll_seconds' }] }]);
});

test('G5: the form is described in the reader’s language, its sections and choices too', async () => {
  const path = '/api/admin/settings/schema';
  const { body } = await root.request('GET', path, undefined, { 'accept-language': 'de' });
  const registration = {
    title: expect.stringMatching(/^Wer ein Konto/),
    anyOf: [{ const: 'open', title: 'Offen' }, {}, {}],
  };
  expect(body).toMatchObject({
    schema: { properties: { registration, mail_server: { title: 'Mailserver' } } },
    ui: { registration: { group: 'Konten' }, audit_days: { group: 'Aufbewahrung' } },
  });
  // Not a word of it is left in English.
  const texts = [...JSON.stringify(body).matchAll(/"(?:title|description|group)":"([^"]+)"/g)];
  expect(texts.map(([, text = '']) => text).filter((text) => /\b(?:the|of|and|at)\b/i.test(text))).toEqual(
    [],
  );
});

test('G4: who may register is changed without a restart', async () => {
  expect(await registerMode()).toBe('open');
  expect((await change({ registration: 'closed' })).status).toBe(200);
  expect(await registerMode()).toBe('closed');
  expect((await change({ registration: null })).status).toBe(200);
  expect(await registerMode()).toBe('open');
});

test('G4 A7: a shorter session ends what is open, at once, and not before', async () => {
  const person = browserAt(gateway.origin);
  await person.request('POST', '/api/auth/session', { email: 'root@example.org', password: goodPassword });
  const sessions = async () => (await person.request('GET', '/api/auth/sessions')).body;
  const endOf = (body: unknown) =>
    Math.min(
      ...JSON.stringify(body)
        .matchAll(/"expires_at":"([^"]+)"/g)
        .map(([, at = '']) => Date.parse(at)),
    );
  const before = endOf(await sessions());
  expect((await change({ session_idle_hours: 2, session_days: 1 })).status).toBe(200);
  const hours = (before - endOf(await sessions())) / 3_600_000;
  expect(Math.round(hours)).toBe(22);
  expect((await change({ session_idle_hours: null, session_days: null })).status).toBe(200);
  expect((await change({ session_days: 0 })).body).toMatchObject({ errors: [{ pointer: '/session_days' }] });
});

test('G4 A7: what a shorter session ends, its open streams among it, ends at once', async () => {
  const person = browserAt(gateway.origin);
  await person.request('POST', '/api/auth/session', { email: 'root@example.org', password: goodPassword });
  const cookie = [...person.cookies].map((pair) => pair.join('=')).join('; ');
  const stream = await fetch(`${gateway.origin}/api/plugins/events`, { headers: { cookie } });
  gateway.clock.offsetMs += 2 * 60 * 60_000;
  try {
    expect((await change({ session_idle_hours: 1 })).status).toBe(200);
    expect(await stream.text()).toContain('signed-out');
    expect((await change({ session_idle_hours: null })).status).toBe(200);
  } finally {
    gateway.clock.offsetMs = 0;
  }
});

test('G4: a value that is no good, and one that the start would refuse, are refused at their fields', async () => {
  const wrong = await change({ access_token_seconds: 3 });
  expect([wrong.status, wrong.body]).toMatchObject([422, { errors: [{ pointer: '/access_token_seconds' }] }]);
  const senderless = await change({ mail_server: 'smtp://127.0.0.1:2525' });
  expect([senderless.status, senderless.body]).toMatchObject([
    422,
    { errors: expect.arrayContaining([expect.objectContaining({ pointer: '/mail_from' })]) },
  ]);
});

test('G4: a change from an old version is refused', async () => {
  const etag = (await read()).headers.get('etag') ?? '';
  expect((await change({ history_days: 30 }, etag)).status).toBe(200);
  expect((await change({ history_days: 60 }, etag)).status).toBe(412);
  expect((await read()).body).toMatchObject({ history_days: 30 });
});

test('G4: a change stands in the audit by the names of its settings', async () => {
  const { body } = await root.request('GET', '/api/admin/audit?action=gateway.settings.change&outcome=ok');
  expect(JSON.stringify(body)).toContain('"fields":["history_days"]');
});

test('G4: the password of mail is sealed, never shown, and kept by its mask; the next start takes what waits', async () => {
  const other = await realGateway(env, { beside: gateway });
  try {
    const admin = browserAt(other.origin);
    await admin.request('POST', '/api/auth/session', { email: 'root@example.org', password: goodPassword });
    const mail = {
      mail_server: 'smtp://127.0.0.1:2525',
      mail_user: 'berth',
      mail_password: 'harbour-secret',
      mail_from: 'Berth <berth@example.org>',
    };
    const saved = await admin.request('PATCH', '/api/admin/settings', mail);
    expect([saved.status, field(saved.body, 'mail_password')]).toEqual([200, '********']);
    const kept = await admin.request('PATCH', '/api/admin/settings', {
      mail_user: 'other',
      mail_password: '********',
    });
    expect(kept.status).toBe(200);
    const waiting = (await admin.request('GET', '/api/admin/settings/schema')).body;
    expect(waiting).toMatchObject({ waiting_for_restart: expect.arrayContaining(['mail_server']) });
  } finally {
    await other.stop();
  }
  const database = new pg.Client({ connectionString: gateway.databaseUrl });
  await database.connect();
  try {
    const { rows } = await database.query<{ value: string; sealed: string }>(
      "SELECT value::text, encode(sealed, 'escape') AS sealed FROM gateway_settings",
    );
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('harbour-secret');
  } finally {
    await database.end();
  }
  const next = await realGateway(env, { beside: gateway });
  try {
    const admin = browserAt(next.origin);
    await admin.request('POST', '/api/auth/session', { email: 'root@example.org', password: goodPassword });
    expect((await admin.request('GET', '/api/admin/mail')).body).toMatchObject({ configured: true });
    const described = (await admin.request('GET', '/api/admin/settings/schema')).body;
    expect(described).toMatchObject({ waiting_for_restart: [] });
  } finally {
    await next.stop();
  }
});
