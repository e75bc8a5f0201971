import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { hash, verify } from '@node-rs/argon2';
import { setupToken } from '#testing/real-gateway.ts';
import { send } from './testing/identity-gateway.ts';
import { useRig, gateway, person } from './testing/bad-input-rig.ts';

useRig();

const hashes = () => vi.mocked(hash).mock.calls.length + vi.mocked(verify).mock.calls.length;

describe('hazard S9: what is too large costs nothing', () => {
  test.each<[string, number, number]>([
    ['1 MB', 1_000_000, 413],
    ['50 KB', 50_000, 422],
  ])('a password of %s is refused without a hash', async (_, length, status) => {
    const password = 'Aa'.repeat(length / 2);
    for (const [path, body] of [
      ['/api/auth/session', { email: 'person@example.org', password }],
      ['/api/auth/register', { email: 'large@example.org', password }],
      ['/api/auth/login', new URLSearchParams({ username: 'person@example.org', password })],
      ['/api/auth/setup', { token: setupToken, email: 'large@example.org', password }],
      ['/api/auth/password/reset', { token: 'A'.repeat(43), new_password: password }],
    ] as const)
      expect([path, (await send(gateway.origin, 'POST', path, body)).status]).toEqual([path, status]);
    expect(
      (await person.request('POST', '/api/auth/password', { current_password: password, new_password: 'x' }))
        .status,
    ).toBe(status);
    expect(hashes()).toBe(0);
  });

  test('ten thousand bad credentials at once: each is refused, nothing is hashed, and who is signed in does not notice', async () => {
    const random = (bytes: number) => randomBytes(bytes).toString('base64url');
    const kinds = [
      () => `authorization: Bearer ${random(32)}`,
      () => `cookie: berth_session=${random(32)}`,
      () => `authorization: Bearer berth_${random(6)}_${random(32)}`,
      () => `cookie: berth_session=\t${random(32)}`,
    ];
    const flood = Array.from({ length: 100 }, () =>
      statusesOverSocket(Array.from({ length: 100 }, (_, index) => kinds[index % kinds.length]?.() ?? '')),
    );
    expect((await person.request('GET', '/api/users/me')).status).toBe(200);
    const answered = (await Promise.all(flood)).flat();
    expect([answered.length, ...new Set(answered)]).toEqual([10_000, 401]);
    expect(hashes()).toBe(0);
    expect((await person.request('GET', '/api/users/me')).status).toBe(200);
  }, 120_000);
});

describe('hazard S4: cookies on the wire', () => {
  const good = () => `berth_session=${person.cookies.get('berth_session')}`;
  const other = `berth_session=${'A'.repeat(43)}`;

  test.each<[string, () => string[], number]>([
    ['the right one', () => [good()], 200],
    ['the right one after another of ours', () => [`__Host-berth_session=x; ${good()}`], 200],
    ['with a tab before', () => [`\t${good()}`], 200],
    ['twice in a line', () => [`${good()}; ${good()}`], 401],
    ['twice in two lines', () => [good(), good()], 401],
    ['another before it', () => [`${other}; ${good()}`], 401],
    ['another after it, in another line', () => [good(), other], 401],
    ['an empty one before it', () => [`berth_session=; ${good()}`], 401],
    ['a no-break space before the name', () => [`\u00a0${good()}`], 401],
    ['a no-break space in another pair', () => [`\u00a0${other}; ${good()}`], 200],
    ['a no-break space after the value', () => [`${good()}\u00a0`], 401],
    ['a no-break space before the value', () => [good().replace('=', '=\u00a0')], 401],
    ['a vertical tab before the name', () => [`a=1;\u000b${good()}`], 400],
    ['commas in place of semicolons', () => [`a=1, ${good()}`], 401],
    ['a percent-encoded name', () => [good().replace('berth', '%62erth')], 401],
    ['quotes around the value', () => [good().replace(/=(.*)/, '="$1"')], 401],
  ])('%s', async (_, lines, status) => {
    expect(await statusOverSocket(lines().map((line) => `cookie: ${line}`))).toBe(status);
  });
});

/** All in one write on one connection. @param headers one for each request */
function statusesOverSocket(headers: readonly string[]): Promise<number[]> {
  const { port } = new URL(gateway.origin);
  const requests = headers.map((header, index) =>
    [
      'GET /api/users/me HTTP/1.1',
      'host: localhost',
      header,
      ...(index === headers.length - 1 ? ['connection: close'] : []),
      '',
      '',
    ].join('\r\n'),
  );
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    let answers = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (answers += chunk));
    socket.on('end', () =>
      resolve([...answers.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))),
    );
    socket.on('error', reject);
    socket.write(requests.join(''));
  });
}

/** Bytes as they are: no client's idea of what a header may hold. */
function statusOverSocket(headers: readonly string[]): Promise<number> {
  const { port } = new URL(gateway.origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('end', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])));
    socket.on('error', reject);
    socket.write(
      Buffer.from(
        ['GET /api/users/me HTTP/1.1', 'host: localhost', 'connection: close', ...headers, '', ''].join(
          '\r\n',
        ),
        'latin1',
      ),
    );
  });
}
