/** What nobody well-meaning sends: against the gateway as it is composed, on its socket. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { hash, verify } from '@node-rs/argon2';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';
import { browserAt, field, list, send, type Browser } from './testing/identity-gateway.ts';
import { statusesOverSocket, statusOverSocket } from './testing/raw-requests.ts';

// Real hashing, counted.
vi.mock('@node-rs/argon2', { spy: true });

let gateway: RealGateway;
let root: Browser;
let person: Browser;

beforeAll(async () => {
  gateway = await realGateway();
  root = browserAt(gateway.origin);
  await root.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
  person = browserAt(gateway.origin);
  await person.request('POST', '/api/auth/register', { email: 'person@example.org', password: goodPassword });
  await person.request('POST', '/api/auth/session', { email: 'person@example.org', password: goodPassword });
});
afterAll(() => gateway.close());
beforeEach(() => {
  vi.mocked(hash).mockClear();
  vi.mocked(verify).mockClear();
});

const hashes = () => vi.mocked(hash).mock.calls.length + vi.mocked(verify).mock.calls.length;

describe('bodies that reach for prototypes', () => {
  const poison = '{"polluted":"yes","is_superuser":true,"isAdmin":true}';
  const bodies = [
    `{"__proto__":${poison}}`,
    `{"constructor":{"prototype":${poison}}}`,
    `{"a":{"b":[{"__proto__":${poison}}]}}`,
    `{"email":"x@example.org","password":"${goodPassword}","name":{"__proto__":${poison}}}`,
    `{"toString":1,"hasOwnProperty":1,"valueOf":1,"__defineGetter__":1}`,
    `[{"__proto__":${poison}}]`,
    `"__proto__"`,
    'null',
    `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`,
  ];

  test('no route of any room is impressed: no 2xx that was not there before, no 500, and no prototype is touched', async () => {
    const wrong: string[] = [];
    const before = Object.getOwnPropertyNames(Object.prototype).toSorted();
    for (const { method, path } of gateway.policies) {
      if (method === 'GET' || path === '/api/auth/session') continue;
      const url = path.replaceAll(/(?<=\/):[a-z_]+/g, '00000000-0000-4000-8000-000000000000');
      const send = async (body: string): Promise<void> => {
        const { status } = await root.request(method, url, body);
        // What takes no body at all does not look at this one either.
        const takesNone =
          status === 404 ||
          (status === 204 && method === 'DELETE') ||
          path === '/api/admin/catalogue/refresh' ||
          (method === 'DELETE' && path === '/api/auth/sessions');
        if (status >= 500 || (status < 400 && !takesNone))
          wrong.push(`${method} ${path} ${body.slice(0, 40)}: ${status}`);
      };
      await Promise.all(bodies.map(send));
    }
    expect(wrong).toEqual([]);
    expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(before);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('NUL, half a surrogate pair and endless numbers in queries and paths: refused or not found, never a 500', async () => {
    const wrong: string[] = [];
    const odd = ['%00', 'a%00b', '%ED%A0%80', '%F0%9F%98%80', '%E2%80%AE', '1e999', '%27%3B--', '[]', '..'];
    const odder = ['9'.repeat(400), '-1', '%25'];
    const names = [
      'q',
      'page',
      'page_size',
      'sort',
      'cursor',
      'limit',
      'action',
      'actor',
      'outcome',
      'from',
      'to',
      'text',
      'state',
      'plugin_id',
      'user_id',
      'format',
    ];
    const cookie = [...root.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const ask = async (url: string): Promise<void> => {
      const response = await fetch(`${gateway.origin}${url}`, { headers: { cookie } });
      // An answer that breaks off in the middle is none.
      const isWhole = await response.text().then(
        () => true,
        () => false,
      );
      if (!isWhole || response.status >= 500) wrong.push(`${url.slice(0, 100)}: ${response.status}`);
    };
    for (const { method, path } of gateway.policies) {
      if (method !== 'GET' || path === '/api/plugins/events' || path === '/*') continue;
      for (const value of [...odd, ...odder]) {
        const url = path.replaceAll(/(?<=\/):[a-z_]+/g, '00000000-0000-4000-8000-000000000000');
        await Promise.all([
          ...(path.includes(':') ? [ask(path.replaceAll(/(?<=\/):[a-z_]+/g, value))] : []),
          ask(`${url}?${names.map((name) => `${name}=${value}`).join('&')}`),
          ...(url.startsWith('/api/admin/') && odder.includes(value)
            ? names.map((name) => ask(`${url}?${name}=${value}`))
            : []),
        ]);
      }
    }
    expect(wrong).toEqual([]);
    // Thousands of requests: every route with every odd value.
  }, 180_000);

  test('an escape in a path that is none names nothing: 404 whatever the method, never a 500', async () => {
    const wrong: string[] = [];
    for (const { method, path } of gateway.policies.filter(
      (row) => row.path.includes('/:') && row.method !== 'GET',
    ))
      for (const escape of ['%', '%zz', '%E0%A4%A', '%ff']) {
        const { status } = await root.request(
          method,
          path.replaceAll(/(?<=\/):[a-z_]+/g, escape),
          method === 'DELETE' ? undefined : {},
        );
        if (status >= 500) wrong.push(`${method} ${path} ${escape}: ${status}`);
      }
    expect(wrong).toEqual([]);
    for (const path of [
      '/api/auth/sessions/%zz',
      '/api/auth/keys/%',
      '/api/auth/identities/%ff',
      '/api/auth/passkeys/%E0%A4%A',
    ])
      expect((await root.request('DELETE', path)).status).toBe(404);
  });

  test('a form that is right but for such a key makes nobody a superuser', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype'])
      await root.request(
        'POST',
        '/api/admin/users',
        `{"email":"${key.replaceAll('_', '')}@example.org","password":"${goodPassword}","${key}":{"is_superuser":true}}`,
      );
    const { body } = await root.request('GET', '/api/admin/users?is_superuser=true');
    expect(list(body, 'items').map((user) => field(user, 'email'))).toEqual(['root@example.org']);
  });
});

describe('A4, hazard S6: e-mails in every spelling', () => {
  const spellings: [string, string][] = [
    ['upper case', 'PERSON@EXAMPLE.ORG'],
    ['white space around', ' \t person@example.org\u00a0\u3000'],
    [
      'full-width',
      '\uff50\uff45\uff52\uff53\uff4f\uff4e\uff20\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45\uff0e\uff4f\uff52\uff47',
    ],
    ['mathematical letters', '\u{1d429}\u{1d41e}\u{1d42b}\u{1d42c}\u{1d428}\u{1d427}@example.org'],
    ['a long s', 'per\u017fon@example.org'],
    ['circled letters in the domain', 'person@\u24d4xample.org'],
    ['an ideographic full stop', 'person@example\u3002org'],
  ];

  test.each(spellings)('%s is the same account', async (_, email) => {
    expect(
      await send(gateway.origin, 'POST', '/api/auth/register', { email, password: goodPassword }),
    ).toMatchObject({
      status: 400,
      body: { type: '/problems/email-taken' },
    });
    expect(
      (await send(gateway.origin, 'POST', '/api/auth/session', { email, password: goodPassword })).status,
    ).toBe(200);
  });

  test('NUL anywhere: 422 that says where', async () => {
    for (const [path, body, pointer] of [
      ['/api/auth/session', { email: 'person\0@example.org', password: 'x' }, '/email'],
      [
        '/api/auth/login',
        new URLSearchParams({ username: 'person@example.org', password: 'x\0' }),
        '/password',
      ],
      ['/api/auth/password/forgot', { email: '\0' }, '/email'],
    ] as const)
      expect(await send(gateway.origin, 'POST', path, body)).toMatchObject({
        status: 422,
        body: { errors: [{ pointer }] },
      });
  });

  test('a domain of another script is one mailbox, composed, decomposed, in capitals or as the DNS spells it', async () => {
    const spelt = [
      'me@b\u00fccher.example',
      'me@bu\u0308cher.example',
      'ME@B\u00dcCHER.EXAMPLE',
      'me@xn--bcher-kva.example',
    ];
    const answers = [];
    for (const email of spelt)
      answers.push(
        await send(gateway.origin, 'POST', '/api/auth/register', { email, password: goodPassword }),
      );
    expect(answers.map(({ status }) => status)).toEqual([201, 400, 400, 400]);
    expect(answers[0]?.body).toMatchObject({ email: 'me@xn--bcher-kva.example' });
    for (const email of spelt)
      expect(
        (await send(gateway.origin, 'POST', '/api/auth/session', { email, password: goodPassword })).status,
      ).toBe(200);
  });

  test.each([
    ['a zero-width space', 'per\u200bson@example.org'],
    ['a zero-width joiner in the domain', 'person@exam\u200dple..org'],
    ['a direction mark', '\u202eperson@example.org'],
    ['a Cyrillic letter', 'pers\u043en@example.org'],
    ['a dotless i', 'p\u0131@example.org'],
    ['a trailing dot', 'person@example.org.'],
    ['two at signs', 'person@@example.org'],
    ['a line break', 'person@example.org\r\nbcc: all@example.org'],
    ['half a surrogate pair', 'person\ud800@example.org'],
    ['no domain', 'person@'],
    ['an address of a machine', 'person@[127.0.0.1]'],
    ['quotes', '"person"@example.org'],
    ['a name beside it', 'Person <person@example.org>'],
  ])('%s: a clear 422, and no sign-in', async (_, email) => {
    expect(
      await send(gateway.origin, 'POST', '/api/auth/register', { email, password: goodPassword }),
    ).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/email' }] },
    });
    expect(
      (await send(gateway.origin, 'POST', '/api/auth/session', { email, password: goodPassword })).status,
    ).toBe(401);
  });
});

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
      statusesOverSocket(
        gateway.origin,
        Array.from({ length: 100 }, (_, index) => kinds[index % kinds.length]?.() ?? ''),
      ),
    );
    expect((await person.request('GET', '/api/users/me')).status).toBe(200);
    const answered = (await Promise.all(flood)).flat();
    expect([answered.length, ...new Set(answered)]).toEqual([10_000, 401]);
    expect(hashes()).toBe(0);
    expect((await person.request('GET', '/api/users/me')).status).toBe(200);
  });
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
    expect(
      await statusOverSocket(
        gateway.origin,
        lines().map((line) => `cookie: ${line}`),
      ),
    ).toBe(status);
  });
});
