/** Notifications: what people were told, kept and readable again, with letters to those who wish for them. */
import type { Context, Hono } from 'hono';
import type { Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import type { Snapshot } from '#plugins/registry/snapshot.ts';
import { notificationsPolicies } from './notifications.policy.ts';
import { notificationsRoutes } from './notifications.routes.ts';
import { notificationsStore } from './notifications.store.ts';
import { newsOf, teller, type NotificationsNeeds, type RoomNews } from './notifications.usecases.ts';
import { pluginWatch } from './plugin-watch.ts';

export type NotificationsDeps = Omit<NotificationsNeeds, 'store'> & {
  prisma: PrismaClient;
  principalOf: (c: Context) => Principal;
  /** How long an extension is away before it is told. */
  awayForMs?: number;
};

export type NotificationsRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
  news: RoomNews;
  pictureChanged: (snapshot: Snapshot) => void;
  stop: () => void;
};

export function notificationsRoom(deps: NotificationsDeps): NotificationsRoom {
  const store = notificationsStore(deps.prisma);
  const tell = teller({ ...deps, store });
  const watch = pluginWatch(tell, deps.awayForMs);
  return {
    routes: notificationsRoutes({ ...deps, store, hasMail: deps.post !== null }),
    policies: notificationsPolicies,
    news: newsOf(tell),
    pictureChanged: watch.look,
    stop: watch.stop,
  };
}
