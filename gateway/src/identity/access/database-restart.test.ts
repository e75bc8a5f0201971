import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  browserAt,
  goodPassword,
  identityGateway,
  send,
  setUp,
} from '#identity/accounts/testing/identity-gateway.ts';
import { startPostgres } from '@berth/testing/product.ts';

test('hazard O1: PostgreSQL stops and starts: signed-in reads are served or told when to try again, and go on by themselves', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-restart-'));
  const postgres = await startPostgres(folder);
  const gateway = await identityGateway({
    databaseUrl: await postgres.database('berth'),
    limitsInMemory: false,
  });
  try {
    const browser = await setUp(gateway);
    const read = () => browser.request('GET', '/api/users/me');
    const burst = async () =>
      (await Promise.all(Array.from({ length: 8 }, read))).map(({ status }) => status);
    expect(new Set(await burst())).toEqual(new Set([200]));

    await postgres.stop();
    // Who they are is still known for five seconds: the hot path goes on without a database.
    const cookie = `berth_session=${browser.cookies.get('berth_session')}`;
    expect(gateway.access.identify(['cookie', cookie])).toMatchObject({ ok: true });
    for (const answer of [
      await read(),
      await send(gateway.origin, 'POST', '/api/auth/session', {
        email: 'root@example.org',
        password: goodPassword,
      }),
    ]) {
      expect(answer).toMatchObject({ status: 503, body: { type: '/problems/unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('2');
    }
    // Lists that are asked in SQL of our own, too.
    expect((await browser.request('GET', '/api/admin/groups')).status).toBe(503);
    gateway.clock.offsetMs += 6_000;
    expect((await read()).status).toBe(503);
    // No flow says that something is done, or on its way, that cannot be kept.
    const email = 'somebody@example.org';
    const token = 'A'.repeat(43);
    const flows: [string, unknown][] = [
      ['register', { email, password: goodPassword }],
      ['register', { email, password: goodPassword, invitation: token }],
      ['invitation', { token }],
      ['verify', { token, password: goodPassword }],
      ['password/forgot', { email }],
      ['password/reset', { token, new_password: goodPassword }],
      ['setup', { token, email, password: goodPassword }],
      ['login', new URLSearchParams({ username: email, password: goodPassword })],
      ['token', new URLSearchParams({ grant_type: 'refresh_token', refresh_token: `brt_${token}` })],
    ];
    for (const [flow, body] of flows)
      expect([flow, (await send(gateway.origin, 'POST', `/api/auth/${flow}`, body)).status]).toEqual([
        flow,
        503,
      ]);

    await postgres.revive();
    expect(new Set(await burst())).toEqual(new Set([200]));
    expect(
      (
        await browserAt(gateway.origin).request('POST', '/api/auth/session', {
          email: 'root@example.org',
          password: goodPassword,
        })
      ).status,
    ).toBe(200);

    // Stopped and started between two requests: the pool is full of dead connections, and nobody notices.
    await postgres.stop();
    await postgres.revive();
    gateway.clock.offsetMs += 6_000;
    expect(new Set(await burst())).toEqual(new Set([200]));
  } finally {
    await gateway.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
