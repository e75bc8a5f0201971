/**
 * E14: an application below a prefix, through each of its addresses. Bare sockets at the container's side.
 */
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';
import { headersNamed, rawContainer, sendRaw, type RawContainer } from './testing/raw.ts';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  mounts: ['/api/documents'],
  ui: { entry: '/ui/' },
  routes: [{ path: '/socket', stream: 'websocket' }, { path: '/start' }, { path: '/documents/**' }],
};
const app = '/api/plugins/doc/app';

let edge: EdgeServer;
let container: RawContainer;
let lines: string[];
let status: string;

beforeEach(async () => {
  status = '302 Found';
  container = await rawContainer(
    () => `HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\ncontent-length: 0\r\n\r\n`,
  );
  edge = await startEdge({ ann: person('ann') });
  edge.show(pluginOf(container.origin, manifest));
});

afterEach(async () => {
  await edge.close();
  container.close();
});

/** The plain lane and Node's server alike. */
async function ask(target: string, name: string, more = ''): Promise<string[]> {
  const bytes = `GET ${target} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\n${more}\r\n`;
  const answers = [await sendRaw(edge.port, bytes), await sendRaw(edge.port, `\r\n${bytes}`)];
  const found = answers.map((answer) =>
    [...answer.matchAll(/^([a-z-]+): (.*)\r$/gim)].flatMap(([, given, value = '']) =>
      given?.toLowerCase() === name ? [value] : [],
    ),
  );
  expect(found[0]).toEqual(found[1]);
  return found[0] ?? [];
}

test('E14, case g1: `location: /login?next=/a` is the container’s own login', async () => {
  lines = ['Location: /login?next=/a'];
  expect(await ask(`${app}/start`, 'location')).toEqual([`${app}/login?next=/a`]);
  for (const other of ['//other.example/x', 'https://other.example/x', 'login', `${app}/login`]) {
    lines = [`Location: ${other}`];
    expect(await ask(`${app}/start`, 'location')).toEqual([other]);
  }
});

test('E14, P13: links, refreshes, content locations and cookie paths likewise', async () => {
  lines = [
    'Content-Location: /items/7',
    'Link: </next>; rel="next", <https://other.example/>; rel="up"',
    'Link: </style.css>; rel=preload',
    'Refresh: 5; url=/later',
    'Set-Cookie: a=1; Path=/items',
  ];
  expect(await ask(`${app}/start`, 'content-location')).toEqual([`${app}/items/7`]);
  const links = [
    `<${app}/next>; rel="next", <https://other.example/>; rel="up"`,
    `<${app}/style.css>; rel=preload`,
  ];
  expect(await ask(`${app}/start`, 'link')).toEqual(links);
  expect(await ask(`${app}/start`, 'refresh')).toEqual([`5; url=${app}/later`]);
  expect(await ask(`${app}/start`, 'set-cookie')).toEqual([`a=1; Path=${app}/items`]);
});

test('P13: through a mount the mount’s own paths stay below it, and all others are the application’s', async () => {
  lines = ['Location: /documents/7'];
  expect(await ask('/api/documents/new', 'location')).toEqual(['/api/documents/7']);
  expect(headersNamed(container.received.at(-1), 'x-forwarded-prefix')).toEqual(['/api']);
  lines = ['Location: /login'];
  expect(await ask('/api/documents/new', 'location')).toEqual([`${app}/login`]);
});

test('P13: a page file that leads to another one leads there by the same capability', async () => {
  lines = [];
  const [page = ''] = await ask('/apps/doc/a.js', 'location');
  lines = ['Location: /ui/b.js'];
  expect(await ask(page, 'location')).toEqual([page.replace('/a.js', '/b.js')]);
});

test('P13: the links of early hints and the answer to an upgrade likewise', async () => {
  lines = ['Location: /login'];
  const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  const upgrade = `Connection: Upgrade\r\nUpgrade: websocket\r\n${key}`;
  expect(await ask(`${app}/socket`, 'location', upgrade)).toEqual([`${app}/login`]);
  status = '103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK';
  const socket = connect(edge.port, '127.0.0.1').setEncoding('latin1');
  let got = '';
  socket.on('data', (text) => (got += String(text)));
  // Not plain, so that Node's server answers, which passes hints on.
  socket.write(`\r\nGET ${app}/start HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\n\r\n`);
  await expect.poll(() => got.toLowerCase()).toContain(`link: <${app}/a.css>; rel=preload`);
  socket.destroy();
});
