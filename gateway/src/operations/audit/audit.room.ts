/** The audit: who did what, when and from where, in a chain that shows whether anybody touched it. */
import { schedule, scheduleDaily } from '#platform/schedule.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Hono, MiddlewareHandler } from 'hono';
import type { Pool } from 'pg';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { auditPolicies } from './audit.policy.ts';
import { auditRoutes } from './audit.routes.ts';
import { actionOf, kindOf, outcomeOf, retentionAction } from './audit.rules.ts';
import { auditStore } from './audit.store.ts';
import type { AuditEvent } from './audit.types.ts';
import { auditUseCases } from './audit.usecases.ts';
import { auditWatch, type AuditWatchDeps } from './audit.watch.ts';
import { anywhere } from './folding.ts';

export type AuditDeps = AuditWatchDeps & {
  prisma: PrismaClient;
  pool: Pool;
  /** The rows of every room: they say what the audit calls a use of a route. Asked with the first request. */
  policies: () => readonly RoutePolicy[];
  /** How many days rows are kept, as it is set now; 0, or without it: for ever. */
  auditDays?: () => number;
  log: Logger;
};

export type AuditRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
  /** For `app.use('*', …)` before the guard. */
  outcome: MiddlewareHandler;
  /** For `app.use('*', …)` behind the guard. */
  intent: MiddlewareHandler;
  /** For what is no request of the gateway's own routes. Never throws. */
  record: (event: AuditEvent) => Promise<void>;
  /** The same for what strangers can repeat at will. */
  recordRefusal: (event: AuditEvent) => Promise<void>;
  /** Somebody was not let through to a plugin. */
  recordEdgeRefusal: (refusal: RefusedAtPlugin) => void;
  /** The end of an action of a plugin whose events a person followed: its start has a row of its own. */
  recordActionEnd: (ended: EndedAction) => void;
  /** Somebody for whom there was no room: nothing was looked at, and all of them are counted together. */
  recordTurnedAway: (one: {
    method: string;
    path: string;
    problem: Problem;
    address: string;
    requestId: string;
  }) => void;
  stop: () => Promise<void>;
};

/** What the edge knows of whom it did not let through. */
export type RefusedAtPlugin = {
  principal: { userId: string; email: string };
  pluginId: string;
  method: string;
  route: string;
  status: number;
  problem: string;
  address: string;
  requestId: string;
};

type EndedAction = {
  who: { userId: string; email: string };
  name: { pluginId: string; actionId: string };
  end: { outcome: 'ok' | 'refused' | 'failed'; message: string };
  requestId: string | undefined;
};

const everyMinute = '* * * * *';
const everyNight = '41 3 * * *';
/** What is recorded without a route. */
const otherActions = ['access.refused', retentionAction, 'plugin.refused', 'plugin.action.end'];

export function auditRoom(deps: AuditDeps): AuditRoom {
  const { log, now, networkOf, policies } = deps;
  const steps = auditUseCases({ store: auditStore(deps), now, log });
  const actions = () =>
    [
      ...new Set([
        ...policies().flatMap((row) => (kindOf(row) === 'none' ? [] : [actionOf(row)])),
        ...otherActions,
      ]),
    ].toSorted();
  const recordRefusal = (event: AuditEvent) => steps.recordFoldable(event, networkOf(event.address ?? ''));
  const sweep = schedule(everyMinute, steps.sweep, (err) =>
    log.warn({ err }, 'the audit could not be swept; the next sweep tries again'),
  );
  const retention = scheduleDaily(
    everyNight,
    () => steps.removeOld(deps.auditDays?.() ?? 0),
    (err) => log.warn({ err }, 'old rows of the audit could not be removed; the next run tries again'),
  );
  return {
    routes: auditRoutes(steps, actions, log),
    policies: auditPolicies,
    ...auditWatch(steps, deps, policies),
    record: (event) => steps.record(event),
    recordRefusal,
    recordEdgeRefusal: ({ principal, pluginId, method, route, status, problem, address, requestId }) =>
      void recordRefusal({
        at: now(),
        actor: { id: principal.userId, email: principal.email },
        action: 'plugin.refused',
        target: `${method} ${pluginId} ${route}`,
        address,
        requestId,
        outcome: 'refused',
        details: { plugin: pluginId, status, problem },
      }),
    recordActionEnd: ({ who, name, end, requestId = null }) =>
      void steps.record({
        at: now(),
        actor: { id: who.userId, email: who.email },
        action: 'plugin.action.end',
        target: `${name.pluginId} ${name.actionId}`,
        address: null,
        requestId,
        outcome: end.outcome,
        details: { plugin: name.pluginId, result: end.message },
      }),
    recordTurnedAway: ({ method, path, problem: { type, status }, address, requestId }) => {
      const row = policies().find((policy) => policy.method === method && policy.path === path);
      if (!row) return;
      const event = {
        at: now(),
        actor: null,
        action: actionOf(row),
        target: null,
        address,
        requestId,
        outcome: outcomeOf(status),
        details: { status, problem: type },
      };
      void steps.recordFoldable(event, anywhere);
    },
    stop: async () => {
      await Promise.all([sweep.stop(), retention.stop()]);
      await steps.flushAll();
    },
  };
}
