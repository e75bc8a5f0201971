import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';

let edge: EdgeServer;
let container: Server;
let seen: IncomingMessage[];
let answer: (req: IncomingMessage, res: ServerResponse) => void;
let origin: string;

beforeEach(async () => {
  seen = [];
  answer = (_req, res) => res.end('hello');
  container = createServer((req, res) => {
    seen.push(req);
    answer(req, res);
  });
  origin = `http://127.0.0.1:${await listen(container)}`;
  edge = await startEdge({ ann: person('ann'), bob: person('bob') });
  edge.show(
    pluginOf(origin, {
      manifest_version: '1.0',
      id: 'doc',
      name: 'Doc',
      version: '1',
      access: { any_user: true },
      routes: [{ path: '/**', methods: ['GET', 'HEAD', 'POST'] }],
    }),
  );
});

afterEach(async () => {
  await edge.close();
  container.closeAllConnections();
  container.close();
});

describe('E1', () => {
  test('no credential is 401 and the container never hears of it', async () => {
    const response = await fetch(`${edge.url}/api/plugins/doc/app/x`);
    expect(response.status).toBe(401);
    expect(seen).toHaveLength(0);
  });
  test('a signed-in person gets through', async () => {
    const response = await fetch(`${edge.url}/api/plugins/doc/app/x?y=1`, { headers: { authorization: 'Bearer ann' } });
    expect(await response.text()).toBe('hello');
    expect(seen[0]?.url).toBe('/x?y=1');
  });
  test('post', async () => {
    answer = (req, res) => req.pipe(res);
    const response = await fetch(`${edge.url}/api/plugins/doc/app/x?y=1`, { method: 'POST', body: 'abc', headers: { authorization: 'Bearer ann' } });
    expect(await response.text()).toBe('abc');
  });
});
