/** S12: a browser without a session is led to the sign-in page and back; a program gets 401. */
import { Agent, createServer, request, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { responseOf } from './testing/events.ts';
import { listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  mounts: ['/api/documents'],
  ui: { entry: '/ui/' },
  routes: [
    { path: '/x/**', methods: ['GET', 'HEAD', 'POST'] },
    { path: '/open', access: { public: true } },
  ],
};

let edge: EdgeServer;
let container: Server;
beforeEach(async () => {
  container = createServer((_req, res) => void res.end('hello'));
  const origin = `http://127.0.0.1:${await listen(container)}`;
  edge = await startEdge({ ann: person('ann') });
  edge.show(pluginOf(origin, manifest));
});
afterEach(async () => {
  await edge.close();
  container.closeAllConnections();
  container.close();
});

const opened = { accept: 'text/html,*/*;q=0.8', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

/** By node:http: `fetch` says `sec-fetch-mode` itself. */
async function ask(
  path: string,
  headers: Record<string, string>,
  method = 'GET',
  agent: Agent | false = false,
) {
  const answer = await responseOf(request(edge.url + path, { method, headers, agent }).end());
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
}

test.each([
  '/api/plugins/doc/app/x/file.pdf',
  '/api/plugins/doc/app/x/a%20b?page=2&q=%26',
  '/api/documents/x/7',
  '/apps/doc/',
  '/apps/doc/manual.pdf',
  // An extension that does not exist, a route that is not declared: nothing tells them apart.
  '/api/plugins/nothing/app/x/file.pdf',
  '/api/plugins/doc/app/undeclared',
  '/apps/nothing/',
])(
  'S12, case g9: a navigation without a session to %s leads to the sign-in page and names that very address',
  async (path) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await ask(path, opened, method);
      expect(answer.status).toBe(303);
      expect(answer.headers.location).toBe(`/sign-in?return=${encodeURIComponent(path)}`);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.text).toBe('');
    }
  },
);

test('S12: a program gets 401 with WWW-Authenticate, and so does everything else that is no page of its own', async () => {
  const { 'sec-fetch-mode': _, ...withoutMode } = opened;
  const programs: [Record<string, string>, string?][] = [
    [{}],
    [withoutMode],
    [{ ...opened, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
    [{ ...opened, 'sec-fetch-dest': 'iframe' }],
    [{ ...opened, authorization: 'Bearer nobody' }],
    [opened, 'POST'],
  ];
  for (const [headers, method] of programs) {
    const answer = await ask('/api/plugins/doc/app/x/file.pdf', headers, method);
    expect([headers, answer.status, answer.headers['www-authenticate']]).toEqual([headers, 401, 'Bearer']);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  }
});

test('S12: with a session, and on a public route, a navigation gets the answer', async () => {
  expect(
    (await ask('/api/plugins/doc/app/x/file.pdf', { ...opened, cookie: 'berth_session=ann' })).status,
  ).toBe(200);
  expect((await ask('/api/plugins/doc/app/open', opened)).status).toBe(200);
  expect(
    (await ask('/api/plugins/doc/app/undeclared', { ...opened, cookie: 'berth_session=ann' })).status,
  ).toBe(404);
});

test('S12: many navigations over one connection are answered one after the other', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const answers = Array.from({ length: 20 }, () =>
    ask('/api/plugins/doc/app/x/file.pdf', opened, 'GET', agent),
  );
  for (const answer of await Promise.all(answers)) expect(answer.status).toBe(303);
  agent.destroy();
});
