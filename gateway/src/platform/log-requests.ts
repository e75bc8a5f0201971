/** One log line a request of the gateway's own routes: never its query, its headers or its body. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';

export function logRequests(log: Logger): MiddlewareHandler {
  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const route = matchedRoutes(c).find(({ method }) => method !== 'ALL')?.path;
    const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
    log.info(
      { requestId: c.get('requestId'), method: c.req.method, route, status: c.res.status, durationMs },
      'request',
    );
  };
}
