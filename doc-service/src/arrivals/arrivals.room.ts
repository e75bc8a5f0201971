/** The arrivals' door: how other programs hand documents in, and what came by which way. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Hono } from 'hono';
import type { PrismaClient } from '#platform/database.ts';
import type { Arriving } from './arrivals.types.ts';
import { davRoutes } from './dav.routes.ts';
import { paperlessRoutes } from './paperless.routes.ts';
import { createTally, type Tally } from './tally.ts';
import { tallyRoutes, type TallyDeps } from './tally.routes.ts';
import { createTallyStore } from './tally.store.ts';

export { arrivalsDescriptions } from './arrivals.descriptions.ts';
export type { Tally };
export type ArrivalsRoom = {
  tally: Tally;
  routes: <Person extends ReturnType<TallyDeps['personOf']>, Checked>(
    deps: Pick<TallyDeps, 'watchedSince'> & { arriving: Arriving<Person, Checked> },
  ) => Hono;
};

export function arrivalsRoom({
  prisma,
  now,
  log,
}: {
  prisma: PrismaClient;
  now: () => number;
  log: Logger;
}): ArrivalsRoom {
  const store = createTallyStore(prisma);
  const tally = createTally(store, { now, log });
  return {
    tally,
    routes({ arriving, watchedSince }) {
      const routes = new Hono();
      routes.route('/', tallyRoutes({ tally: store, personOf: arriving.editorOf, watchedSince, now }));
      routes.route('/', paperlessRoutes(arriving, tally));
      routes.route('/', davRoutes(arriving, tally, now));
      return routes;
    },
  };
}
