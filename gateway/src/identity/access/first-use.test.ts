/** What the first use of an access token costs, and that nothing of it is paid with safety. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  field,
  goodPassword,
  identityGateway,
  send,
  setUp,
  signUp,
  type Browser,
  type IdentityGateway,
} from '#identity/accounts/testing/identity-gateway.ts';
import { makeKeys } from '#cli/keys.ts';

let gateway: IdentityGateway;
let person: Browser & { id: string };
let sessionId: string;
let refreshToken: string;

beforeAll(async () => {
  gateway = await identityGateway();
  await setUp(gateway);
});
beforeEach(async () => {
  const username = `program-${randomUUID()}@example.org`;
  person = await signUp(gateway, username);
  const { body } = await send(
    gateway.origin,
    'POST',
    '/api/auth/login',
    new URLSearchParams({ username, password: goodPassword }),
  );
  refreshToken = field(body, 'refresh_token');
  sessionId = sessionOf(await identify(field(body, 'access_token')));
});
afterAll(() => gateway.close());

const identify = (token: string) => gateway.access.identify(['authorization', `Bearer ${token}`]);
const seconds = () => Math.floor(gateway.now() / 1000);

function sessionOf(who: Awaited<ReturnType<typeof identify>>): string {
  if (!who.ok) throw new Error(who.reason);
  return who.principal.credential.id;
}

/** By the real route. */
async function ownToken(): Promise<string> {
  const { body } = await send(
    gateway.origin,
    'POST',
    '/api/auth/token',
    new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  );
  refreshToken = field(body, 'refresh_token');
  return field(body, 'access_token');
}

/** As another instance makes it, with the same key. */
function foreignToken(): Promise<string> {
  const { kid, privateKey } = gateway.keys.accessSigner();
  const claims = {
    ver: 1,
    jti: randomUUID(),
    sid: sessionId,
    sub: person.id,
    iss: 'berth',
    aud: 'berth',
    iat: seconds(),
    exp: seconds() + 3600,
  };
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'at+jwt' }).sign(privateKey);
}

async function readsDuring(work: () => Promise<unknown>): Promise<number> {
  const asked = vi.spyOn(Client.prototype, 'query');
  try {
    await work();
    return asked.mock.calls.length;
  } finally {
    asked.mockRestore();
  }
}

test('A6 a token made here is known at once where its session is: no signature is checked, and nothing is read', async () => {
  const token = await ownToken();
  await identify(await foreignToken());
  expect(identify(token)).toMatchObject({
    ok: true,
    principal: { userId: person.id, credential: { kind: 'bearer', id: sessionId } },
  });
});

test('A6 a token made elsewhere costs its signature once, and no read where its session is known', async () => {
  const token = await foreignToken();
  expect(await readsDuring(async () => expect(await identify(token)).toMatchObject({ ok: true }))).toBe(0);
  gateway.access.bumpEpoch();
  await identify(await ownToken());
  // It was forgotten who that is; that the signature is right was not.
  expect(identify(token)).toMatchObject({ ok: true });
});

test('A6 many tokens of one session, unknown all, at the same moment share one read', async () => {
  const tokens = await Promise.all(Array.from({ length: 8 }, foreignToken));
  gateway.access.bumpEpoch();
  expect(
    await readsDuring(() =>
      Promise.all(tokens.map(async (token) => expect(await identify(token)).toMatchObject({ ok: true }))),
    ),
  ).toBe(1);
});

test('hazard H9: what a new token stands on is never older than five seconds, by whichever way it is known', async () => {
  const [first, second, third] = [await ownToken(), await foreignToken(), await ownToken()];
  gateway.access.bumpEpoch();
  await identify(first);
  gateway.clock.offsetMs += 4_000;
  await identify(second);
  // Past the database, so that nothing but time tells.
  await gateway.database.pool.query('UPDATE users SET is_active = false WHERE id = $1', [person.id]);
  expect(identify(third)).toMatchObject({ ok: true });
  gateway.clock.offsetMs += 1_001;
  for (const token of [first, second, third])
    expect(await identify(token)).toEqual({ ok: false, reason: 'invalid' });
});

test('hazard H9: rights that change count for every token of the session with the next request', async () => {
  const [used, unused] = [await ownToken(), await ownToken()];
  await identify(used);
  const { id } = await gateway.database.prisma.group.create({
    data: { name: person.id, nameKey: person.id },
  });
  await gateway.groups.assignAmong(person.id, [person.id], [person.id]);
  for (const token of [used, unused, await foreignToken()]) {
    const who = await identify(token);
    expect(who.ok && [...who.principal.groupIds]).toEqual([id]);
  }
});

test.each<[string, () => Promise<unknown>]>([
  ['the session ends', () => person.request('DELETE', `/api/auth/sessions/${sessionId}`)],
  [
    'the password changes',
    () =>
      person.request('POST', '/api/auth/password', {
        current_password: goodPassword,
        new_password: 'Another-Horse-8',
      }),
  ],
  [
    'a refresh token comes twice',
    async () => ((refreshToken = await spent()), await expect(ownToken()).rejects.toThrow('is missing')),
  ],
  ['its eight hours are over', async () => void (gateway.clock.offsetMs += 8 * 60 * 60_000)],
])('A6 a token made here is worth nothing any more when %s', async (_, lose) => {
  const [used, unused] = [await ownToken(), await ownToken()];
  expect(await identify(used)).toMatchObject({ ok: true });
  await lose();
  for (const token of [used, unused]) expect(await identify(token)).toEqual({ ok: false, reason: 'invalid' });
});

async function spent(): Promise<string> {
  const before = refreshToken;
  await ownToken();
  return before;
}

test('A6 E2 when its key goes, a token that was made or proved here goes with it', async () => {
  const tokens = [await ownToken(), await foreignToken()];
  for (const token of tokens) expect(await identify(token)).toMatchObject({ ok: true });
  const { kid } = gateway.keys.accessSigner();
  await makeKeys(gateway.keysFolder, { rotate: true, now: new Date(Date.now() + 60_000) });
  gateway.keys.reload();
  gateway.access.bumpEpoch();
  // Its successor signs; it is still published.
  for (const token of tokens) expect(await identify(token)).toMatchObject({ ok: true });
  await rm(join(gateway.keysFolder, `access-${kid}.pem`));
  gateway.keys.reload();
  gateway.clock.offsetMs += 5_001;
  for (const token of tokens) expect(await identify(token)).toEqual({ ok: false, reason: 'invalid' });
  expect(await identify(await ownToken())).toMatchObject({ ok: true });
});

test('A8 a program that comes with ever new tokens is noted as seen', async () => {
  const seenAt = async () => {
    const { rows } = await gateway.database.pool.query<{ last_seen_at: Date }>(
      'SELECT last_seen_at FROM sessions WHERE id = $1',
      [sessionId],
    );
    return rows[0]?.last_seen_at.getTime() ?? 0;
  };
  const tokens = await Promise.all(Array.from({ length: 16 }, foreignToken));
  const before = await seenAt();
  for (const token of tokens) {
    gateway.clock.offsetMs += 4_000;
    expect(await identify(token)).toMatchObject({ ok: true });
  }
  expect((await seenAt()) - before).toBeGreaterThanOrEqual(60_000);
});
