import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import {
  browserAt,
  identityGateway,
  send,
  setUp,
  signUp,
} from '#identity/accounts/testing/identity-gateway.ts';
import { nodeBinary, root } from '@berth/testing/checkout.ts';

test('A17 reset-admin writes new credentials to a 0600 file, tells no secret, and ends what was open', async () => {
  const gateway = await identityGateway();
  const data = await mkdtemp(join(tmpdir(), 'berth-reset-'));
  const run = async (...args: string[]) => {
    const env = { ...process.env, DATABASE_URL: gateway.databaseUrl, BERTH_DATA: data };
    try {
      const { stdout, stderr } = await promisify(execFile)(
        nodeBinary,
        [join(root, 'cli/src/berth.ts'), 'reset-admin', ...args],
        { env },
      );
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || !('stderr' in error)) throw error;
      return { code: Number(error.code), output: String(error.stderr) };
    }
  };
  try {
    expect(await run()).toMatchObject({
      code: 1,
      output: expect.stringContaining('no superuser') as unknown,
    });
    const admin = await setUp(gateway);
    const member = await signUp(gateway, 'member@example.org');
    expect((await run('--email', 'nobody@example.org')).code).toBe(1);
    const { code, output } = await run();
    expect(code).toBe(0);
    const [name = '', ...others] = await readdir(data);
    expect(others).toEqual([]);
    expect((await stat(join(data, name))).mode & 0o777).toBe(0o600);
    const [, email = '', password = ''] =
      /^e-mail: {3}(.+)\npassword: (.+)\n$/.exec(await readFile(join(data, name), 'utf8')) ?? [];
    expect(email).toBe('root@example.org');
    expect(output).toContain(name);
    expect(output).not.toContain(password);
    // The gateway in the other process reads anew within its five seconds.
    gateway.clock.offsetMs += 5_001;
    expect((await admin.request('GET', '/api/users/me')).status).toBe(401);
    expect((await member.request('GET', '/api/users/me')).status).toBe(200);
    expect(
      (await browserAt(gateway.origin).request('POST', '/api/auth/session', { email, password })).status,
    ).toBe(200);
    expect((await run('--email', 'Member@example.org')).code).toBe(0);
    gateway.clock.offsetMs += 5_001;
    expect((await member.request('GET', '/api/users/me')).status).toBe(401);
    const { rows } = await gateway.database.pool.query<{ row: string }>(
      'SELECT audit_events::text AS row FROM audit_events',
    );
    expect(rows.some(({ row }) => row.includes('from the command line'))).toBe(true);
    expect(rows.some(({ row }) => row.includes(password))).toBe(false);
    expect((await send(gateway.origin, 'GET', '/api/auth/setup')).body).toEqual({ wanted: false });
  } finally {
    await gateway.close();
    await rm(data, { recursive: true, force: true });
  }
});
