/** Everything below `/api/auth` that has to do with accounts and their sessions. */
import { Hono } from 'hono';
import type { OpeningRoutesDeps } from './auth-deps.ts';
import { programRoutes } from './program.routes.ts';
import { sessionRoutes } from './session.routes.ts';
import { signUpRoutes } from './sign-up.routes.ts';

export function authRoutes(deps: OpeningRoutesDeps): Hono {
  const routes = new Hono();
  // Answers about people and their sessions are never kept by a cache.
  routes.use('/api/auth/*', async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  routes.route('/', signUpRoutes(deps));
  routes.route('/', programRoutes(deps));
  routes.route('/', sessionRoutes(deps));
  return routes;
}
