/** Hazards of the edge, sent raw over sockets: what reaches the container is read byte for byte. */
import { BlockList, connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import type { EdgeDeps } from './edge.room.ts';
import { person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';
import { textFrom } from './testing/events.ts';
import {
  headersNamed,
  isWhole,
  ok,
  rawContainer,
  sendRaw,
  statusOf,
  type RawContainer,
  type Received,
} from './testing/raw.ts';
import type { Socket } from 'node:net';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  mounts: ['/api/documents'],
  identity: { claims: ['email', 'name', 'groups', 'superuser'] },
  routes: [
    { path: '/open/**', access: { public: true }, methods: ['GET', 'POST'] },
    { path: '/admin/**', access: { allow_superuser: true } },
    { path: '/slash/strict/**', access: { allow_superuser: true }, allow_encoded_slash: true },
    { path: '/slash/**', allow_encoded_slash: true },
    { path: '/empty/strict/**', access: { allow_superuser: true }, allow_empty_segments: true },
    { path: '/empty/**', allow_empty_segments: true },
    { path: '/socket', stream: 'websocket' },
    { path: '/upload', methods: ['POST'], limits: { max_body_bytes: 100 } },
    { path: '/slow', limits: { timeout_ms: 200 } },
    { path: '/files/**', methods: ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'] },
    { path: '/documents/**', methods: ['GET'] },
    { path: '/', methods: ['GET'] },
  ],
};

let edge: EdgeServer;
let container: RawContainer;
let answer: (request: Received, socket: Socket, count: number) => string | null;

async function start(overrides: Partial<EdgeDeps> = {}): Promise<void> {
  edge = await startEdge(
    {
      ann: person('ann', { groupIds: new Set(['00000000-0000-4000-8000-00000000a001']) }),
      root: person('root', { isSuperuser: true }),
    },
    overrides,
  );
  edge.show(pluginOf(container.origin, manifest));
}

beforeEach(async () => {
  answer = () => ok;
  container = await rawContainer((request, socket, count) => answer(request, socket, count));
  await start();
});

afterEach(async () => {
  await edge.close();
  container.close();
});

const app = '/api/plugins/doc/app';
/** One request with a good token, unless the lines say otherwise. */
const ask = (
  target: string,
  lines: string[] = [],
  { method = 'GET', body = '', host = 'Host: gateway', token = 'authorization: Bearer ann' } = {},
) =>
  sendRaw(
    edge.port,
    `${[`${method} ${target} HTTP/1.1`, host, token, ...lines].filter((line) => line !== '').join('\r\n')}\r\n\r\n${body}`,
  );
const last = () => container.received.at(-1);

describe('identity and headers', () => {
  const forged = [
    'x-user-id: evil',
    'X-User-Email: evil',
    'X-USER-GROUPS: ["evil"]',
    'x-user-superuser: true',
    'X-Berth-Assertion: evil',
    'x-berth-callback: evil',
  ];

  test('hazard H1: identity headers that the client sends never arrive, also on public routes', async () => {
    await ask(`${app}/files/a`, forged);
    expect(headersNamed(last(), 'x-user-id')).toEqual(['00000000-0000-4000-8000-616e6e2e2e2e']);
    expect(headersNamed(last(), 'x-user-groups')).toEqual(['["readers"]']);
    expect(headersNamed(last(), 'x-user-superuser')).toEqual(['false']);
    expect(statusOf(await ask(`${app}/open/a`, forged, { token: '' }))).toBe(200);
    expect(JSON.stringify(last())).not.toContain('evil');
    expect(headersNamed(last(), 'x-user-id')).toEqual([]);
  });

  test('hazard H2: underscores for dashes do not pass', async () => {
    await ask(`${app}/files/a`, [
      'X_User_Id: evil',
      'x-user_id: evil',
      'x_berth-assertion: evil',
      'other_name: evil',
    ]);
    expect(JSON.stringify(last())).not.toContain('evil');
  });

  test('hazard H3: dots and other bytes for dashes do not pass', async () => {
    await ask(`${app}/files/a`, ['X.User.Id: evil', 'x!user!id: evil', "x'user~id: evil", 'x+user+id: evil']);
    expect(JSON.stringify(last())).not.toContain('evil');
  });

  test('hazard H4: the client’s connection list cannot remove what the gateway writes', async () => {
    await ask(`${app}/files/a`, [
      'Connection: keep-alive, x-user-id, x-berth-assertion, x-forwarded-for, content-type, x-mine',
      'x-mine: gone',
      'content-type: a/b',
    ]);
    expect(headersNamed(last(), 'x-user-id')).toHaveLength(1);
    expect(headersNamed(last(), 'x-berth-assertion')).toHaveLength(1);
    expect(headersNamed(last(), 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(headersNamed(last(), 'content-type')).toEqual(['a/b']);
    expect(headersNamed(last(), 'x-mine')).toEqual([]);
    expect(headersNamed(last(), 'connection')).toEqual(['keep-alive']);
  });

  const forwarded = [
    'X-Forwarded-For: 6.6.6.6, 10.1.2.3',
    'x-forwarded-proto: https',
    'x-forwarded-host: evil',
    'forwarded: for=6.6.6.6',
    'x-real-ip: 6.6.6.6',
    'x-forwarded-user: evil',
    'x-forwarded-prefix: /evil',
  ];

  test('hazard H5: forwarded headers from anybody are replaced', async () => {
    await ask(`${app}/files/a`, forwarded);
    expect(headersNamed(last(), 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(headersNamed(last(), 'x-forwarded-proto')).toEqual(['http']);
    expect(headersNamed(last(), 'x-forwarded-host')).toEqual(['gateway']);
    expect(headersNamed(last(), 'x-forwarded-prefix')).toEqual([app]);
    expect(JSON.stringify(last())).not.toMatch(/evil|6\.6\.6\.6/);
  });

  test('hazard H5: behind a listed proxy the rightmost untrusted hop counts', async () => {
    await edge.close();
    const trustedProxies = new BlockList();
    trustedProxies.addSubnet('127.0.0.0', 8);
    trustedProxies.addSubnet('10.0.0.0', 8);
    await start({ trustedProxies });
    await ask(`${app}/files/a`, [
      'X-Forwarded-For: 1.1.1.1, 6.6.6.6, 10.1.2.3',
      'x-forwarded-proto: https',
      'x-forwarded-host: public.example',
    ]);
    expect(headersNamed(last(), 'x-forwarded-for')).toEqual(['6.6.6.6']);
    expect(headersNamed(last(), 'x-forwarded-proto')).toEqual(['https']);
    expect(headersNamed(last(), 'x-forwarded-host')).toEqual(['public.example']);
  });

  test('hazard H6: no header says which path or method it is', async () => {
    const lines = [
      'x-original-url: /open/a',
      'X-Rewrite-URL: /open/a',
      'x-http-method-override: DELETE',
      'x-method-override: DELETE',
      'x-forwarded-uri: /open/a',
      'x-original-method: GET',
    ];
    expect(statusOf(await ask(`${app}/admin/a`, lines))).toBe(404);
    await ask(`${app}/files/a`, lines);
    expect(
      last()
        ?.headers.map(([name]) => name.toLowerCase())
        .filter((name) => /original|rewrite|override|uri/.test(name)),
    ).toEqual([]);
  });

  test('hazard H7: the gateway’s cookies and the authorization header never arrive', async () => {
    await ask(`${app}/files/a`, [
      'Cookie: a=1; berth_session=secret; __Host-berth_session=secret; Berth_csrf=secret; b=2',
      'cookie: berth_csrf=secret',
      'proxy-authorization: secret',
      'x-csrf-token: secret',
    ]);
    expect(headersNamed(last(), 'cookie')).toEqual(['a=1; b=2']);
    expect(headersNamed(last(), 'authorization')).toEqual([]);
    expect(JSON.stringify(last())).not.toContain('secret');
  });

  test('hazard H7: a token in the address opens nothing', async () => {
    expect(statusOf(await ask(`${app}/files/a?access_token=ann&token=ann`, [], { token: '' }))).toBe(401);
  });

  test('hazard H10: an undeclared route, method or a refusing rule is a refusal', async () => {
    const bodies = await Promise.all([
      ask(`${app}/undeclared`),
      ask(`${app}/upload`),
      ask(`${app}/admin/a`),
      ask('/api/plugins/unknown/app/x'),
    ]);
    expect(bodies.map(statusOf)).toEqual([404, 404, 404, 404]);
    const texts = bodies.map((text) =>
      text.slice(text.indexOf('\r\n\r\n')).replace(/"instance":"[^"]*"/, ''),
    );
    expect(new Set(texts).size).toBe(1);
    expect(container.received).toHaveLength(0);
    expect(statusOf(await ask(`${app}/admin/a`, [], { token: 'authorization: Bearer root' }))).toBe(200);
  });
});

describe('paths, routing, framing', () => {
  test.each([
    '/files/../admin/x',
    '/files/%2e%2e/admin',
    '/files/%252e%252e/admin',
    '/files/..%2fadmin',
    '/files/..;/admin',
  ])('hazard P1: %s never climbs', async (path) => {
    expect(statusOf(await ask(app + path))).toBe(400);
    expect(container.received).toHaveLength(0);
  });

  test.each(['/files/a%2fb', '/files/a%5cb', '/files/a%00', '/files/a\\b'])(
    'hazard P2: %s is refused',
    async (path) => {
      expect(statusOf(await ask(app + path))).toBe(400);
      expect(container.received).toHaveLength(0);
    },
  );

  test('hazard P2: a route may take encoded slashes, which go on unchanged', async () => {
    expect(statusOf(await ask(`${app}/slash/a%2Fb;v=1`))).toBe(200);
    expect(last()?.target).toBe('/slash/a%2Fb;v=1');
  });

  test.each([`${app}//files/a`, `${app}/files//a`, '/api/plugins//app/x', '/api/documents//x'])(
    'hazard P3: the empty segment in %s is refused',
    async (target) => {
      expect(statusOf(await ask(target))).toBe(400);
    },
  );

  test('hazard P3: a route may take empty segments, which go on unchanged (case g3)', async () => {
    for (const path of ['/empty/2016/https://example.com/a', '/empty/a//', '/empty//a///b?c=//d']) {
      expect(statusOf(await ask(app + path))).toBe(200);
      expect(last()?.target).toBe(path);
    }
  });

  test.each([
    ['hold what merges into another route', '/empty//strict/a'],
    ['stand before the first name', '//empty/a'],
    ['hide a dot segment', '/empty//../a'],
    ['are encoded, and hold what decodes into another route', '/slash/strict%2Fa'],
    ['are encoded between plain ones', '/slash/%2F/strict/a'],
  ])('hazards P2 and P3: slashes that %s are refused where a route takes them, too', async (_name, path) => {
    expect(statusOf(await ask(app + path))).toBe(400);
    expect(container.received).toHaveLength(0);
  });

  test('hazards P2 and P3: the refusal names the switch', async () => {
    expect(await ask(`${app}/files/2016/https://example.com/a`)).toContain('allow_empty_segments');
    expect(await ask(`${app}/files/a%2Fb`)).toContain('allow_encoded_slash');
  });

  test('hazard P4: a literal segment that arrives encoded does not match, and what matches goes on as it came', async () => {
    expect(statusOf(await ask(`${app}/%61dmin/x`, [], { token: 'authorization: Bearer root' }))).toBe(404);
    expect(statusOf(await ask(`${app}/%66iles/x`))).toBe(404);
    await ask(`${app}/files/%61%20b?q=%2e%2e`);
    expect(last()?.target).toBe('/files/%61%20b?q=%2e%2e');
  });

  test('hazard P5: a prefix ends where a segment ends', async () => {
    expect(statusOf(await ask('/api/documents/x'))).toBe(200);
    expect(last()?.target).toBe('/documents/x');
    expect(statusOf(await ask('/api/documents'))).toBe(200);
    expect(last()?.target).toBe('/documents');
    expect(statusOf(await ask('/api/documents-x/y'))).toBe(418);
    expect(statusOf(await ask('/api/plugins/doc/application/x'))).toBe(418);
    expect(statusOf(await ask(`${app}/filesx`))).toBe(404);
  });

  test.each(['http://evil/api/plugins/doc/app/files/a', 'http://gateway/files/a', '//evil/files/a', '*'])(
    'hazard P6: the target %s is refused',
    async (target) => {
      expect(statusOf(await ask(target, [], { method: target === '*' ? 'OPTIONS' : 'GET' }))).toBe(400);
      expect(container.received).toHaveLength(0);
    },
  );

  test('hazard P6: what looks like an authority stays a path', async () => {
    await ask(`${app}/files/@evil:80`);
    expect(last()?.target).toBe('/files/@evil:80');
    expect(headersNamed(last(), 'host')).toEqual([new URL(container.origin).host]);
  });

  test.each([
    ['two hosts', 'GET', ['Host: other'], ''],
    ['both framings', 'POST', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    [
      'both framings, the other way',
      'POST',
      ['Transfer-Encoding: chunked', 'Content-Length: 4'],
      '0\r\n\r\n',
    ],
    ['two lengths', 'POST', ['Content-Length: 4', 'Content-Length: 5'], 'abcd'],
    ['a signed length', 'POST', ['Content-Length: +4'], 'abcd'],
    ['an unknown coding', 'POST', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
    ['a coding twice', 'POST', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], '0\r\n\r\n'],
    ['a space before the colon', 'POST', ['Transfer-Encoding : chunked'], '0\r\n\r\n'],
    ['a folded line', 'GET', ['x-a: b', ' Transfer-Encoding: chunked'], ''],
    ['a bare CR in a value', 'GET', ['x-a: b\rx-user-id: evil'], ''],
    ['chunks on a GET', 'GET', ['Transfer-Encoding: chunked'], '0\r\n\r\n'],
  ])('hazard P7: %s is refused', async (_name, method, lines, body) => {
    expect(statusOf(await ask(`${app}/files/a`, lines, { method, body }))).toBe(400);
    expect(container.received).toHaveLength(0);
  });

  test('hazard P7: a body on a GET goes on with its own length, and nothing of it becomes a request', async () => {
    const smuggled = 'GET /admin/x HTTP/1.1\r\nHost: a\r\n\r\n';
    await ask(`${app}/files/a`, [`Content-Length: ${smuggled.length}`], { body: smuggled });
    await ask(`${app}/files/b`);
    expect(container.received.map(({ line }) => line)).toEqual([
      'GET /files/a HTTP/1.1',
      'GET /files/b HTTP/1.1',
    ]);
    expect(container.received[0]?.body).toBe(smuggled);
  });

  test('hazard P8: bytes after an answer never become the next request’s answer', async () => {
    answer = (request) =>
      request.target === '/files/first' ? `${ok}HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison` : ok;
    await ask(`${app}/files/first`);
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask(`${app}/files/next`)));
    expect(answers.map(statusOf)).toEqual([200, 200, 200, 200]);
    expect(answers.join()).not.toContain('poison');
  });

  test('hazard P9: a huge head is refused, a body is counted and never waited for', async () => {
    expect(statusOf(await ask(`${app}/files/a`, [`x-big: ${'a'.repeat(20_000)}`]))).toBe(431);
    expect(statusOf(await ask(`${app}/upload`, ['Content-Length: 101'], { method: 'POST' }))).toBe(413);
    const chunked = `${(60).toString(16)}\r\n${'a'.repeat(60)}\r\n`;
    const answered = await ask(`${app}/upload`, ['Transfer-Encoding: chunked'], {
      method: 'POST',
      body: chunked + chunked,
    });
    expect(statusOf(answered)).toBe(413);
    expect(answered).toContain('max_body_bytes: at most 100 bytes');
    expect(container.received).toHaveLength(0);
  });

  test('hazard P10: what is encoded stays encoded', async () => {
    const bytes = '\u001f\u008b\u0008\u0000bomb';
    answer = () =>
      `HTTP/1.1 200 OK\r\ncontent-encoding: gzip, gzip\r\ncontent-length: ${bytes.length}\r\n\r\n${bytes}`;
    const answered = await ask(`${app}/files/a`);
    expect(answered).toContain('content-encoding: gzip, gzip');
    expect(answered.endsWith(bytes)).toBe(true);
  });

  const handshake = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];
  const rightAccept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

  test.each([
    [
      'a wrong accept',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: AAAA\r\n\r\n',
      502,
    ],
    [
      'no accept',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      502,
    ],
    [
      'another protocol',
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: ${rightAccept}\r\n\r\n`,
      502,
    ],
    ['200', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 200],
    ['403', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno', 403],
  ])('hazard P11: an upgrade answered with %s leaves no tunnel', async (_name, reply, status) => {
    answer = () => reply;
    const answered = await sendRaw(
      edge.port,
      [
        'GET /api/plugins/doc/app/socket HTTP/1.1',
        'Host: gateway',
        'authorization: Bearer ann',
        ...handshake,
        '',
        '',
      ].join('\r\n'),
      { until: () => false },
    );
    expect(statusOf(answered)).toBe(status);
    expect(answered.toLowerCase()).toContain('connection: close');
    expect(container.received.filter(({ target }) => target !== '/socket')).toEqual([]);
  });

  test('hazard P11: a right answer opens the tunnel, both ways', async () => {
    answer = (_request, socket) => {
      socket.removeAllListeners('data');
      socket.on('data', (text: string) => socket.write(text.toUpperCase(), 'latin1'));
      return `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${rightAccept}\r\n\r\n`;
    };
    const socket = connect(edge.port, '127.0.0.1').setEncoding('latin1');
    socket.write(
      [
        'GET /api/plugins/doc/app/socket HTTP/1.1',
        'Host: gateway',
        'authorization: Bearer ann',
        ...handshake,
        '',
        '',
      ].join('\r\n'),
    );
    const head = await textFrom(socket);
    expect(statusOf(head)).toBe(101);
    socket.write('hello');
    const echo = await textFrom(socket);
    expect(echo).toBe('HELLO');
    socket.destroy();
  });

  test('hazard S2: a WebSocket that rides on the session must come from our own page', async () => {
    const lines = (origin: string) =>
      [
        'GET /api/plugins/doc/app/socket HTTP/1.1',
        'Host: gateway',
        'cookie: berth_session=ann',
        ...(origin ? [`Origin: ${origin}`] : []),
        ...handshake,
        '',
        '',
      ].join('\r\n');
    for (const origin of ['http://evil', 'null', '', 'http://gateway.evil'])
      expect(statusOf(await sendRaw(edge.port, lines(origin)))).toBe(403);
    expect(container.received).toHaveLength(0);
    answer = () =>
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${rightAccept}\r\n\r\n`;
    expect(
      statusOf(
        await sendRaw(edge.port, lines('http://gateway'), { until: (text) => text.includes('\r\n\r\n') }),
      ),
    ).toBe(101);
  });
});

describe('hostile answers', () => {
  test('hazard M11: what speaks for the whole origin is dropped, our own words are added', async () => {
    const hostile = [
      'Strict-Transport-Security: max-age=1',
      'Clear-Site-Data: "*"',
      'Service-Worker-Allowed: /',
      'X-Accel-Redirect: /etc',
      'Access-Control-Allow-Origin: http://evil',
      'Access-Control-Allow-Credentials: true',
      'Content-Security-Policy: default-src *',
      'WWW-Authenticate: Basic',
      'Alt-Svc: h3=":443"',
      'Connection: x-hop',
      'x-hop: evil',
      'Set-Cookie: berth_session=evil; Path=/',
      'Set-Cookie: __Host-berth_session=evil; Path=/; Secure',
      'Set-Cookie: mine=1; Path=/; Domain=evil.example; HttpOnly',
      'Set-Cookie: deep=2; Path=/files/a',
      'Set-Cookie: out=3; Path=/../../x',
      'content-type: text/html',
    ];
    answer = () => `HTTP/1.1 200 OK\r\n${hostile.join('\r\n')}\r\ncontent-length: 2\r\n\r\nok`;
    const answered = (
      await ask(`${app}/files/a`, ['cookie: berth_session=ann'], { token: '' })
    ).toLowerCase();
    expect(answered).not.toMatch(
      /evil|strict-transport|clear-site|service-worker|x-accel|access-control|default-src \*|www-authenticate|alt-svc/,
    );
    expect(answered).toContain('x-content-type-options: nosniff');
    expect(answered).toContain(
      "content-security-policy: default-src 'none'; frame-ancestors 'none'; sandbox",
    );
    expect(answered.match(/set-cookie: .*/g)).toEqual([
      `set-cookie: mine=1; path=${app}/; httponly`,
      `set-cookie: deep=2; path=${app}/files/a`,
      `set-cookie: out=3; path=${app}/`,
    ]);
  });
});

describe('connections', () => {
  test('hazard O3: a kept connection that the container just closed costs no answer', async () => {
    answer = (request, socket, count) => {
      if (count === 1 || request.target.endsWith('fresh')) return ok;
      if (
        socket.bytesRead > 0 &&
        request.target.endsWith('again') &&
        container.received.filter(({ target }) => target.endsWith('again')).length === 1
      ) {
        socket.destroy();
        return null;
      }
      return ok;
    };
    expect(statusOf(await ask(`${app}/files/first`))).toBe(200);
    expect(statusOf(await ask(`${app}/files/again`))).toBe(200);
    expect(container.received.map(({ target }) => target)).toEqual([
      '/files/first',
      '/files/again',
      '/files/again',
    ]);
  });

  test('hazard O3: never twice, never with a body, never after a byte of an answer', async () => {
    answer = (_request, socket) => {
      socket.destroy();
      return null;
    };
    expect(statusOf(await ask(`${app}/files/a`))).toBe(502);
    expect(container.received).toHaveLength(2);
    expect(statusOf(await ask(`${app}/files/b`, ['content-length: 2'], { method: 'POST', body: 'ab' }))).toBe(
      502,
    );
    expect(container.received).toHaveLength(3);
    answer = (_request, socket) => {
      socket.end('HTTP/1.1 200');
      return null;
    };
    expect(statusOf(await ask(`${app}/files/c`))).toBe(502);
    expect(container.received).toHaveLength(4);
  });

  test('hazard O5: a client that leaves takes the request to the container with it', async () => {
    const asked = Promise.withResolvers<Socket>();
    answer = (_request, socket) => {
      asked.resolve(socket);
      return 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n';
    };
    const client = connect(edge.port, '127.0.0.1');
    client.write(`GET ${app}/files/a HTTP/1.1\r\nHost: gateway\r\nauthorization: Bearer ann\r\n\r\n`);
    await once(client, 'data');
    const upstream = await asked.promise;
    const gone = once(upstream, 'close');
    client.destroy();
    await gone;
    await expect.poll(() => edge.edge.openCount()).toBe(0);
  });

  test('hazard O5: a container that dies half-way cuts the answer', async () => {
    answer = (_request, socket) => {
      socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n');
      return null;
    };
    const answered = await ask(`${app}/files/a`);
    expect(statusOf(answered)).toBe(200);
    expect(isWhole(answered)).toBe(false);
  });
});
