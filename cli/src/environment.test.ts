import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { nodeBinary, root } from '@berth/testing/checkout.ts';

type Outcome = { code: number; output: string };

async function run(script: string, args: string[], env: Record<string, string>): Promise<Outcome> {
  try {
    const { stdout, stderr } = await promisify(execFile)(nodeBinary, [join(root, script), ...args], {
      env: { PATH: process.env['PATH'], ...env },
      timeout: 120_000,
    });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('stdout' in error) || !('stderr' in error))
      throw error;
    return { code: Number(error.code), output: `${String(error.stdout)}${String(error.stderr)}` };
  }
}

const validate = (env: Record<string, string>, ...args: string[]) =>
  run('cli/src/berth.ts', ['env', 'validate', ...args], env);

test('S7, L4: env validate says everything at once, names no value and ends with 1; the start in production says the same', async () => {
  const env = {
    BERTH_PORT: 'eighty',
    BERTH_PUBLIC_URL: 'http://berth.test',
    BERTH_SETUP_TOKEN: 'change-me-please-now',
    BERTH_TRUSTED_PROXIES: '0.0.0.0/0',
    BERTH_SMTP_URL: 'smtp://u:Zq8nGf3wYt5@mail.test?ignoreTLS=true',
    BERTH_OIDC_FILE: '/nowhere/oidc.yaml',
    DATABASE_URL: 'postgresql://berth@db.test/berth',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  };
  const asked = await validate(env);
  expect(asked.code).toBe(1);
  const settings = [...Object.keys(env), 'BERTH_MAIL_FROM'];
  for (const setting of settings) expect(asked.output).toContain(`refused  ${setting}: `);
  for (const secret of ['change-me', 'Zq8nGf3wYt5']) expect(asked.output).not.toContain(secret);
  const started = await run('gateway/src/main.ts', [], { ...env, NODE_ENV: 'production' });
  expect(started.code).toBe(1);
  const told = (output: string, mark: string) =>
    output
      .split('\n')
      .filter((line) => line.startsWith(mark))
      .map((line) => line.slice(mark.length));
  expect(told(started.output, '  - ')).toEqual(told(asked.output, 'refused  '));
});

test('S7, L4: a file in place of the environment, warnings, and the milder rules of development', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-validate-'));
  try {
    const file = join(folder, 'gateway.env');
    await writeFile(
      file,
      '# as systemd reads it\nBERTH_PUBLIC_URL=https://berth.test\nDATABASE_URL=postgresql://berth:kQ7-long-and-random@db.test/berth\n',
    );
    expect(await validate({}, '--file', file)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^warning {2}BERTH_REGISTRATION: .*\nThe gateway would start/) as unknown,
    });
    expect(await validate({ BERTH_REGISTRATION: 'invited' }, '--file', file)).toEqual({
      code: 0,
      output: 'The gateway would start in production.\n',
    });
    const http = { DATABASE_URL: 'postgresql://127.0.0.1/berth', BERTH_PUBLIC_URL: 'http://nas.lan' };
    expect((await validate(http)).code).toBe(1);
    expect(await validate(http, '--development')).toMatchObject({
      code: 0,
      output: expect.stringContaining('warning  BERTH_PUBLIC_URL: ') as unknown,
    });
    expect((await validate({}, '--file', join(folder, 'missing'))).code).toBe(1);
    expect((await validate({}, '--what')).code).toBe(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('O7: a name of ours that nothing reads is told with the nearest known one, by env validate, from a file, and at start', async () => {
  const told =
    'BERTH_TRUSTED_PROXIS: there is no such variable, and it has no effect; did you mean BERTH_TRUSTED_PROXIES?';
  const file = join(await mkdtemp(join(tmpdir(), 'berth-env-')), '.env');
  await writeFile(file, 'BERTH_TRUSTED_PROXIS=10.0.0.1\nBERTH_NOTHING_LIKE_IT=x\n');
  const asked = await validate({}, '--development', '--file', file);
  expect(asked.output).toContain(`warning  ${told}`);
  expect(asked.output).toContain(
    'warning  BERTH_NOTHING_LIKE_IT: there is no such variable, and it has no effect; docs/environment.md lists',
  );
  await rm(file);
  // A port that is no port ends the start at once, and it has said all that it had to say.
  const started = await run('gateway/src/main.ts', [], {
    BERTH_TRUSTED_PROXIS: '10.0.0.1',
    BERTH_PORT: 'eighty',
  });
  expect(started.output).toContain(told);
});
