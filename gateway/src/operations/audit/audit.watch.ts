/** Tells the audit of every request that changes something, signs in or out, or is refused. Handlers add what only they know. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import { actionOf, kindOf, outcomeOf } from './audit.rules.ts';
import type { Actor, AuditDeed, AuditDetails, AuditEvent } from './audit.types.ts';
import type { AuditUseCases } from './audit.usecases.ts';
import { anywhere } from './folding.ts';

declare module 'hono' {
  interface ContextVariableMap {
    auditIntent: string;
  }
}

export type AuditWatchDeps = {
  clientAddressOf: (c: Context) => string;
  /** What floods are counted by. */
  networkOf: (address: string) => string;
  now: () => number;
};

export type AuditWatch = {
  /** Before the guard: sees how every request ended, refusals by the guard too. */
  outcome: MiddlewareHandler;
  /** Behind the guard: a change that cannot be noted does not happen. */
  intent: MiddlewareHandler;
};

export function auditWatch(
  steps: Pick<AuditUseCases, 'begin' | 'record' | 'recordFoldable' | 'accountOf'>,
  deps: AuditWatchDeps,
  policies: () => readonly RoutePolicy[],
): AuditWatch {
  let rows: ReadonlyMap<string, RoutePolicy> | null = null;
  const rowOf = (c: Context): RoutePolicy | undefined => {
    rows ??= new Map(policies().map((policy) => [`${policy.method} ${policy.path}`, policy]));
    const handler = matchedRoutes(c).find(({ method }) => method !== 'ALL');
    return handler && rows.get(`${handler.method} ${handler.path}`);
  };

  const deedOf = (c: Context, row: RoutePolicy): AuditDeed => ({
    at: deps.now(),
    actor: actorOf(c),
    action: actionOf(row),
    target: c.get('auditNote')?.target ?? targetOf(row, c.req.path),
    address: deps.clientAddressOf(c),
    requestId: c.get('requestId') ?? null,
  });

  /** A refused sign-in names the account that it was meant for, where there is one. */
  const claimed = async (c: Context): Promise<{ target: string | null; details: AuditDetails }> => {
    const email = c.get('auditNote')?.claimedEmail;
    if (email === undefined) return { target: null, details: {} };
    const account = await steps.accountOf(email).catch(() => null);
    return account
      ? { target: account.email, details: { account: account.id } }
      : { target: null, details: { account: 'unknown' } };
  };

  const keep = async (c: Context, row: RoutePolicy): Promise<void> => {
    const outcome = c.get('auditNote')?.outcome ?? outcomeOf(c.res.status);
    const intentId = c.get('auditIntent') ?? null;
    const kind = kindOf(row);
    const isRefusal = c.res.status === 403;
    if (kind === 'none' && !isRefusal) return;
    // Nobody who is not signed in leaves a row by knocking at a closed door, save at the doors for them.
    if (intentId === null && kind !== 'sign-in' && !isRefusal && !(kind === 'reading' && outcome === 'ok'))
      return;
    // Nobody's account was looked at where a sign-in was turned away because too many came, or the database is gone: nor is it now,
    // for a flood would then still read a row for each. Such rows are counted together, from wherever they come.
    const isUntried = kind === 'sign-in' && outcome === 'failed';
    const { target, details } =
      outcome === 'ok' || isUntried ? { target: null, details: {} } : await claimed(c);
    const deed = deedOf(c, row);
    const event: AuditEvent = {
      ...deed,
      action: kind === 'none' ? 'access.refused' : deed.action,
      target: kind === 'none' ? `${row.method} ${row.path}` : (target ?? deed.target),
      outcome,
      details: { ...c.get('auditNote')?.details, ...details, ...problemOf(c) },
    };
    if (outcome === 'ok' && (kind === 'change' || kind === 'reading')) await steps.record(event, intentId);
    else
      await steps.recordFoldable(event, isUntried ? anywhere : deps.networkOf(deed.address ?? ''), intentId);
  };

  return {
    outcome: async (c, next) => {
      await next();
      const row = rowOf(c);
      if (row) await keep(c, row);
    },
    intent: async (c, next) => {
      const row = rowOf(c);
      if (row && kindOf(row) === 'change') c.set('auditIntent', await steps.begin(deedOf(c, row)));
      await next();
    },
  };
}

/** Who asked: the guard's finding, also where it refused; or whom the handler found out. */
function actorOf(c: Context): Actor | null {
  const found = c.get('auditNote')?.actor;
  if (found) return { id: found.id, email: found.email };
  const principal = c.get('principal') ?? c.get('asker') ?? null;
  return principal && { id: principal.userId, email: principal.email };
}

function problemOf(c: Context): AuditDetails {
  if (c.res.status < 400) return {};
  return { status: c.res.status, ...(c.error instanceof Problem ? { problem: c.error.type } : {}) };
}

/** What the path names, in the path's order: `{id}` or `{id} {user_id}`. */
function targetOf(row: RoutePolicy, path: string): string | null {
  const segments = path.split('/');
  const named = row.path
    .split('/')
    .flatMap((part, index) => (part.startsWith(':') ? [decoded(segments[index] ?? '')] : []));
  return named.length > 0 ? named.join(' ') : null;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
