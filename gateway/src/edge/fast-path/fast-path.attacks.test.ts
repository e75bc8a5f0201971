/** What a client could do to the whole process by the moment at which it leaves. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { FastResponse } from '#edge/fast-path/fast-response.ts';
import { FlushQueue } from '#edge/http/flush-soon.ts';
import { fastPath } from './fast-path.ts';

const plain = 'GET /plugin/1 HTTP/1.1\r\nHost: a\r\n\r\n';

test('hazard O5: a client that ends its side, with a request still waiting, in the moment in which the answer comes, crashes nothing', async () => {
  const held = Promise.withResolvers<FastResponse>();
  const server = createServer();
  fastPath(server, {
    isOn: true,
    flushes: new FlushQueue(),
    now: Date.now,
    takes: () => true,
    isOpen: () => true,
    handle: (_request, answer) => held.resolve(answer),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const taken = once(server, 'connection') as Promise<[Socket]>;
  const client = connect({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    allowHalfOpen: true,
  }).on('error', () => {});
  const [ours] = await taken;
  client.write(plain);
  const answer = await held.promise;
  client.write(plain);
  await once(ours, 'data');
  let uncaught: unknown = null;
  const failed = (error: unknown): void => void (uncaught = error);
  process.once('uncaughtException', failed);
  // Behind the fast path's own look at the end: the very turn in which both are known.
  ours.once('end', () => {
    answer.writeHead(200, ['content-length', '0']);
    answer.end();
  });
  client.end();
  // `once` of node:events would listen to errors, too.
  await new Promise((resolve) => ours.once('close', resolve));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('uncaughtException', failed);
  expect(uncaught).toBe(null);
  server.close();
});
