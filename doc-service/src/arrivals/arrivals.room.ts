/** The arrivals' door: how other programs hand documents in. */
import { Hono } from 'hono';
import type { Arriving } from './arrivals.types.ts';
import { paperlessRoutes } from './paperless.routes.ts';

export function arrivalsRoutes<Person extends { userId: string }, Checked>(deps: {
  arriving: Arriving<Person, Checked>;
}): Hono {
  const routes = new Hono();
  routes.route('/', paperlessRoutes(deps.arriving));
  return routes;
}
