/** The real gateway as a process of its own, asked while it is told to stop. */
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { echo } from '@berth/testing/bench-container.ts';
import { startRealGateway, type RealGateway } from '@berth/testing/gateway-process.ts';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { responseOf } from './testing/events.ts';
import { listen } from './testing/edge-server.ts';

let gateway: RealGateway | null = null;
let database: TestDatabase | null = null;

afterEach(async () => {
  await gateway?.stop();
  await database?.drop();
});

test('hazard O2: SIGTERM under load behind a balancer: no request fails, what is under way ends, exit 0', async () => {
  const held = Promise.withResolvers<() => void>();
  const container = createServer((req, res) => {
    if (req.url === '/files/slow') held.resolve(() => res.end('in the end'));
    else echo(req, res);
  });
  database = await freshDatabase(null);
  gateway = await startRealGateway({
    databaseUrl: database.url,
    upstreamPort: await listen(container),
    env: { BERTH_STOP_DELAY_SECONDS: '5' },
  });
  const { process: child, port, app, bearer } = gateway;
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const ask = (path: string) =>
    request({ port, path: `${app}${path}`, agent, headers: { authorization: `Bearer ${bearer}` } }).end();
  const slow = responseOf(ask('/files/slow'));
  const finish = await held.promise;

  const outcomes = new Map<string, number>();
  let isOver = false;
  const asking = Array.from({ length: 8 }, async () => {
    while (!isOver) {
      const outcome = await outcomeOf(ask('/files/1'));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  });
  /** What a balancer does: it sends no more to who is not ready. */
  const balancing = (async () => {
    while (!isOver)
      isOver = (await outcomeOf(request({ port, path: '/health/ready', agent: false }).end())) !== '200';
  })();
  await expect.poll(() => outcomes.get('200') ?? 0).toBeGreaterThan(50);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const askedBefore = outcomes.get('200') ?? 0;
  await Promise.all([balancing, ...asking]);
  expect(outcomes.get('200')).toBeGreaterThan(askedBefore);
  expect([...outcomes.keys()]).toEqual(['200']);
  finish();
  const res = await slow;
  expect(res.statusCode).toBe(200);
  expect(await textOf(res)).toBe('in the end');
  expect(await exited).toEqual([0, null]);
  agent.destroy();
  container.closeAllConnections();
  container.close();
});

test('hazard O2: SIGTERM without a balancer: what is taken is answered, then connections are refused', async () => {
  let taken = 0;
  const container = createServer((req, res) => {
    if (req.url?.startsWith('/files/')) taken++;
    echo(req, res);
  });
  database = await freshDatabase(null);
  gateway = await startRealGateway({ databaseUrl: database.url, upstreamPort: await listen(container) });
  taken = 0;
  const { process: child, port, app, bearer } = gateway;
  const outcomes = new Map<string, number>();
  const asking = Array.from({ length: 16 }, async () => {
    // A new connection for each request, up to the first that is refused.
    for (let outcome = ''; outcome !== 'ECONNREFUSED';) {
      outcome = await outcomeOf(
        request({
          port,
          path: `${app}/files/1`,
          agent: false,
          headers: { authorization: `Bearer ${bearer}` },
        }).end(),
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  });
  await expect.poll(() => outcomes.get('200') ?? 0).toBeGreaterThan(50);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.all(asking);
  // Those that the kernel had not handed over yet when the port closed are reset by it, each asker once at
  // most: of them nothing was read, and the next try is refused.
  expect(
    [...outcomes.keys()].filter((outcome) => !['200', 'ECONNREFUSED', 'ECONNRESET'].includes(outcome)),
  ).toEqual([]);
  expect(outcomes.get('ECONNRESET') ?? 0).toBeLessThanOrEqual(asking.length);
  expect(taken).toBe(outcomes.get('200'));
  expect(await exited).toEqual([0, null]);
  container.closeAllConnections();
  container.close();
});

async function outcomeOf(asked: ReturnType<typeof request>): Promise<string> {
  try {
    const res = await responseOf(asked);
    await textOf(res);
    return String(res.statusCode);
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

async function textOf(res: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of res) text += String(chunk);
  return text;
}
