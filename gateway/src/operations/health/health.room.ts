/** Liveness and readiness, for whoever supervises the gateway. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Hono } from 'hono';
import type { RoutePolicy } from '#identity/access/route-policy.ts';

type Needs = {
  isDatabaseUp: () => Promise<boolean>;
  /** False from the moment that the gateway began to stop: a balancer then looks elsewhere. */
  isTakingRequests: () => boolean;
  /** Ids of services whose first check has not ended. */
  notAskedYet: () => readonly string[];
  /** Milliseconds on the monotonic clock. */
  elapsedMs?: () => number;
  log: Logger;
};

/** How long the gateway is not ready for want of a first check. A container that hangs holds up nothing for longer. */
const firstRoundMs = 5_000;

export function healthRoom({
  isDatabaseUp,
  isTakingRequests,
  notAskedYet,
  elapsedMs = () => performance.now(),
  log,
}: Needs): {
  routes: Hono;
  policies: RoutePolicy[];
} {
  const startedAt = elapsedMs();
  let isRoundOver = false;

  /** For everybody who asks: a number and no names. */
  function firstRound(): string {
    if (isRoundOver) return 'ok';
    const waiting = notAskedYet();
    const isOverdue = elapsedMs() - startedAt >= firstRoundMs;
    isRoundOver = waiting.length === 0 || isOverdue;
    if (waiting.length === 0) return 'ok';
    if (isOverdue)
      log.warn({ plugins: waiting }, 'ready, though the first check of some containers has not ended');
    return isOverdue ? 'ok' : `${waiting.length} not asked yet`;
  }

  const routes = new Hono();
  // Alive: the process answers. Nothing else is asked, so that a database that is away does not get it restarted.
  routes.get('/health/live', (c) => c.json({ status: 'ok' }));
  routes.get('/health/ready', async (c) => {
    const checks = {
      database: (await isDatabaseUp()) ? 'ok' : 'down',
      taking_requests: isTakingRequests() ? 'ok' : 'stopping',
      containers: firstRound(),
    };
    const isReady = Object.values(checks).every((check) => check === 'ok');
    const notAsked = isReady ? notAskedYet().length : 0;
    const body = {
      status: isReady ? 'ok' : 'not_ready',
      checks,
      ...(notAsked > 0 ? { not_asked: notAsked } : {}),
    };
    return c.json(body, isReady ? 200 : 503, isReady ? {} : { 'retry-after': '1' });
  });
  return { routes, policies: healthPolicies };
}

const healthPolicies: RoutePolicy[] = [
  { method: 'GET', path: '/health/live', audience: 'public', anyHost: true },
  { method: 'GET', path: '/health/ready', audience: 'public', anyHost: true },
];
