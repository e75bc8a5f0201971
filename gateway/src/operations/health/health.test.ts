import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { expect, test } from 'vitest';
import { healthRoom } from './health.room.ts';

function room(parts: Partial<Parameters<typeof healthRoom>[0]> = {}) {
  const { routes } = healthRoom({
    isDatabaseUp: async () => true,
    isTakingRequests: () => true,
    notAskedYet: () => [],
    log: createLogger('test', 'silent'),
    ...parts,
  });
  return async () => {
    const answer = await routes.request('/health/ready');
    return { status: answer.status, body: await answer.json() };
  };
}

test('item 10: not ready before each container was asked once, then ready for good', async () => {
  let waiting = ['one', 'two'];
  const ready = room({ notAskedYet: () => waiting });
  expect(await ready()).toEqual({
    status: 503,
    body: {
      status: 'not_ready',
      checks: { database: 'ok', taking_requests: 'ok', containers: '2 not asked yet' },
    },
  });
  waiting = [];
  expect((await ready()).status).toBe(200);
  // A service that is added later is no reason to take the gateway out of the balancer.
  waiting = ['three'];
  expect((await ready()).status).toBe(200);
});

test('item 10: a container that hangs keeps the gateway from being ready for five seconds at most; how many is said, not which', async () => {
  let elapsedMs = 0;
  const ready = room({ notAskedYet: () => ['secret-project'], elapsedMs: () => elapsedMs });
  elapsedMs = 4_999;
  expect((await ready()).status).toBe(503);
  elapsedMs = 5_000;
  const answer = await ready();
  expect(answer).toMatchObject({ status: 200, body: { checks: { containers: 'ok' }, not_asked: 1 } });
  expect(JSON.stringify(answer)).not.toContain('secret');
});

test('without its database, and while it stops, it is not ready', async () => {
  expect((await room({ isDatabaseUp: async () => false })()).status).toBe(503);
  expect((await room({ isTakingRequests: () => false })()).status).toBe(503);
});
