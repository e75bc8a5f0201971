import { expect, test } from 'vitest';
import { identityGateway, setUp } from '#identity/accounts/testing/identity-gateway.ts';

test('B4 H9 what a connection remembers of its headers opens nothing once the session is gone', async () => {
  const gateway = await identityGateway();
  try {
    const browser = await setUp(gateway);
    const cookie = `berth_session=${browser.cookies.get('berth_session')}`;
    const found = { key: null };
    expect(await gateway.access.identify(['cookie', cookie], found)).toMatchObject({ ok: true });
    expect(found.key).not.toBeNull();
    // Remembered: no promise, and the hash is not made again.
    expect(gateway.access.identify(['cookie', cookie], found)).toMatchObject({ ok: true });
    expect((await browser.request('DELETE', '/api/auth/session')).status).toBe(204);
    expect(await gateway.access.identify(['cookie', cookie], found)).toMatchObject({ ok: false });
  } finally {
    await gateway.close();
  }
});
