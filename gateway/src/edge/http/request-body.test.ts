import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { RequestBody } from './request-body.ts';
import { requestTo } from '#edge/testing/events.ts';
import { listen } from '#edge/testing/edge-server.ts';

const server = createServer();
afterEach(() => void server.close());

test('a body that is all there outlives the client’s stream: a slow container still gets every byte', async () => {
  const port = await listen(server);
  const arrived = requestTo(server);
  const sent = request({ port, method: 'POST', agent: false }).end(Buffer.alloc(50_000, 'a'));
  sent.on('error', () => {});
  const { req, res } = await arrived;
  const body = new RequestBody(req, 100_000, 10_000, () => {});
  body.once('readable', () => {});
  await once(req, 'close');
  let received = 0;
  body.on('data', (chunk: Buffer) => (received += chunk.length));
  await once(body, 'end');
  expect(received).toBe(50_000);
  res.end();
  sent.destroy();
});
