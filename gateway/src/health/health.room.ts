/** Liveness and readiness, for whoever supervises the gateway. */
import { Hono } from 'hono';
import type { RoutePolicy } from '#access/route-policy.ts';

type Needs = {
  isDatabaseUp: () => Promise<boolean>;
  /** False from the moment that the gateway began to stop: a balancer then looks elsewhere. */
  isTakingRequests: () => boolean;
};

export function healthRoom({ isDatabaseUp, isTakingRequests }: Needs): { routes: Hono; policies: RoutePolicy[] } {
  const routes = new Hono();
  // Alive: the process answers. Nothing else is asked, so that a database that is away does not get it restarted.
  routes.get('/health/live', (c) => c.json({ status: 'ok' }));
  routes.get('/health/ready', async (c) => {
    const checks = { database: (await isDatabaseUp()) ? 'ok' : 'down', taking_requests: isTakingRequests() ? 'ok' : 'stopping' };
    const isReady = Object.values(checks).every((check) => check === 'ok');
    return c.json({ status: isReady ? 'ok' : 'not_ready', checks }, isReady ? 200 : 503, isReady ? {} : { 'retry-after': '1' });
  });
  return { routes, policies: healthPolicies };
}

const healthPolicies: RoutePolicy[] = [
  { method: 'GET', path: '/health/live', audience: 'public', anyHost: true },
  { method: 'GET', path: '/health/ready', audience: 'public', anyHost: true },
];
