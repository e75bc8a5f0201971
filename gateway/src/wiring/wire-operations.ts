/** Wires the operations: what is recorded, counted and sent, and the pages of the shell. */
import { fileURLToPath } from 'node:url';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import { auditRoom } from '#operations/audit/audit.room.ts';
import { healthRoom } from '#operations/health/health.room.ts';
import { mailRoom, type MailRoom } from '#operations/mail/mail.room.ts';
import { notificationsRoom } from '#operations/notifications/notifications.room.ts';
import { shellRoom } from '#operations/shell/shell.room.ts';
import { tracingRoom } from '#operations/tracing/tracing.room.ts';
import { trafficRoom } from '#operations/traffic/traffic.room.ts';
import type { PluginsRoom } from '#plugins/plugins.room.ts';
import { isServed, type Snapshot } from '#plugins/registry/snapshot.ts';
import type { Ground } from './ground.ts';
import { inTheirLanguage } from './letters-language.ts';
import type { WiredEdge } from './wire-edge.ts';
import type { Identity } from './wire-identity.ts';

const webDist = fileURLToPath(new URL('../../../web/dist', import.meta.url));

export function wireMail({ config, database, keys, shutdown, log, now }: Ground) {
  const mail = mailRoom({ prisma: database.prisma, smtp: config.smtp, secret: keys.secret, log, now });
  shutdown.add('mail', mail.stop);
  return { ...mail, post: inTheirLanguage(mail.post, database.prisma) };
}

export function wireNotifications(
  { config, database, shutdown, log, now }: Ground,
  { principalOf }: Identity['access'],
  post: MailRoom['post'],
) {
  const { publicUrl } = config;
  const notifications = notificationsRoom({
    prisma: database.prisma,
    principalOf,
    post,
    publicUrl,
    now,
    log,
  });
  shutdown.add('notifications', () => Promise.resolve(notifications.stop()));
  return notifications;
}

/**
 * The audit and the traces: what the edge reports to. @param policies of every room; asked with the first
 * request
 */
export async function wireRecords(
  { config, live, database, shutdown, log, now }: Ground,
  { clientAddressOf, networkOf }: Identity['access'],
  policies: () => readonly RoutePolicy[],
) {
  const { prisma, pool } = database;
  const auditDays = () => live().auditDays;
  const audit = auditRoom({ prisma, pool, policies, clientAddressOf, networkOf, auditDays, log, now });
  shutdown.add('audit', audit.stop);
  const tracing = await tracingRoom(config.tracing, log);
  shutdown.add('tracing', tracing.stop);
  return { audit, tracing };
}

type OperationsNeeds = {
  identity: Identity;
  plugins: PluginsRoom;
  wiredEdge: WiredEdge;
  isTakingRequests: () => boolean;
};

export async function wireOperations(ground: Ground, needs: OperationsNeeds) {
  const { config, database, shutdown, log, now } = ground;
  const { identity, plugins, wiredEdge, isTakingRequests } = needs;
  const { edge, connections } = wiredEdge;
  const traffic = trafficRoom({
    snapshot: plugins.snapshot,
    connections: connections.counts,
    onChange: plugins.onChange,
    openNow: edge.openNow,
    unsolicitedAnswers: edge.unsolicitedAnswers,
    identify: identity.access.identify,
    metricsToken: config.metricsToken,
    now,
    log,
  });
  shutdown.add('traffic', traffic.stop);
  const health = healthRoom({
    isDatabaseUp: database.isUp,
    isTakingRequests,
    notAskedYet: plugins.notAskedYet,
    log,
  });
  const shell = await shellRoom({
    distFolder: webDist,
    framePermissions: () => approvedPermissions(plugins.snapshot()),
    log,
  });
  return { traffic, health, shell };
}

function approvedPermissions({ plugins }: Snapshot): ReadonlySet<string> {
  const all = [...plugins.values()].filter(isServed);
  return new Set(all.flatMap(({ admitted }) => admitted?.manifest.ui?.permissions ?? []));
}
