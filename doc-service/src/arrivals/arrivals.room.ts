/** The arrivals' door: how other programs hand documents in. */
import { Hono } from 'hono';
import type { Arriving } from './arrivals.types.ts';
import { davRoutes } from './dav.routes.ts';
import { paperlessRoutes } from './paperless.routes.ts';

export function arrivalsRoutes<Person extends { userId: string }, Checked>(deps: {
  arriving: Arriving<Person, Checked>;
  now: () => number;
}): Hono {
  const routes = new Hono();
  routes.route('/', paperlessRoutes(deps.arriving));
  routes.route('/', davRoutes(deps.arriving, deps.now));
  return routes;
}
