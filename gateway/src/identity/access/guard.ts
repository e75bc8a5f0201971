/** The one middleware that decides about every route of the gateway's own. Handlers contain no such code. */
import { IncomingMessage } from 'node:http';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import {
  missingScope,
  type Identification,
  type Identify,
  type Principal,
  type ScopeArea,
} from './principal.ts';
import type { PermissionProvider } from './permissions.ts';
import type { RoutePolicy } from './route-policy.ts';

declare module 'hono' {
  interface ContextVariableMap {
    /** Set by the guard; `null` on public routes. Read it by `principalOf`. */
    principal: Principal | null;
  }
}

/** Whether the thing that the path names is the caller's own. @param params of the route, decoded */
export type OwnerPolicy = (
  principal: Principal,
  params: Readonly<Record<string, string>>,
) => Promise<boolean>;

export type GuardDeps = {
  identify: Identify;
  /** @returns why the request must be refused, or `null` */
  forgery: (
    method: string,
    rawHeaders: readonly string[],
    principal: Principal | null,
    withoutToken: boolean,
  ) => string | null;
  policies: readonly RoutePolicy[];
  owners: Readonly<Record<string, OwnerPolicy>>;
  permissions: Pick<PermissionProvider, 'ofRoute'>;
};

export function createGuard({
  identify,
  forgery,
  policies,
  owners,
  permissions,
}: GuardDeps): MiddlewareHandler {
  const rows = new Map(policies.map((policy) => [`${policy.method} ${policy.path}`, policy]));
  return async (c, next) => {
    const policy = policyFor(c, rows);
    if (!policy) throw new Problem('not-found');
    const rawHeaders = rawHeadersOf(c);
    // The identification comes from the very headers that the handler will see.
    const who =
      policy.audience === 'public' && policy.withoutCsrfToken
        ? nobody
        : await whoAsks(identify, rawHeaders, policy);
    const principal = who.ok ? who.principal : null;
    c.set('asker', principal);
    const refusal = forgery(c.req.method, rawHeaders, principal, policy.withoutCsrfToken === true);
    if (refusal) throw new Problem('csrf-failed', { detail: refusal });
    if (policy.audience !== 'public') await authorize(who, policy, { owners, permissions }, c.req.path);
    c.set('principal', policy.audience === 'public' ? null : principal);
    await next();
  };
}

/** @throws Error when the route is public: then nobody was asked who they are */
export function principalOf(c: Context): Principal {
  const principal = c.get('principal');
  if (!principal)
    throw new Error(
      `the route ${c.req.method} ${c.req.path} has no principal: it is public or stands outside the guard`,
    );
  return principal;
}

/** Node's own request; `null` where the app is asked without a server. */
export function incomingOf(c: Context): IncomingMessage | null {
  const bindings: unknown = c.env;
  const incoming =
    typeof bindings === 'object' && bindings !== null && 'incoming' in bindings ? bindings.incoming : null;
  return incoming instanceof IncomingMessage ? incoming : null;
}

/** As on the wire where there is a wire, so that repeated headers are seen as repeated. */
export function rawHeadersOf(c: Context): readonly string[] {
  return incomingOf(c)?.rawHeaders ?? [...c.req.raw.headers].flat();
}

/** The first handler that matched is the one that will answer; middleware is listed as ALL. */
function policyFor(c: Context, rows: ReadonlyMap<string, RoutePolicy>): RoutePolicy | undefined {
  const handler = matchedRoutes(c).find(({ method }) => method !== 'ALL');
  return handler && rows.get(`${handler.method} ${handler.path}`);
}

/**
 * A public route does not care who asks, but an unsafe one still wants to know whether a cookie rides along.
 */
async function whoAsks(
  identify: Identify,
  rawHeaders: readonly string[],
  policy: RoutePolicy,
): Promise<Identification> {
  return policy.audience === 'public' && policy.method === 'GET' ? nobody : identify(rawHeaders);
}

async function authorize(
  who: Identification,
  policy: RoutePolicy,
  { owners, permissions }: Pick<GuardDeps, 'owners' | 'permissions'>,
  path: string,
): Promise<void> {
  if (!who.ok) throw new Problem('not-signed-in', who.detail === undefined ? {} : { detail: who.detail });
  const { principal } = who;
  if (principal.onlyPlugin !== undefined)
    throw new Problem('not-allowed', { detail: 'This token opens one extension and nothing else.' });
  if (principal.foreign && needsAccount(policy)) throw new Problem('not-allowed', { detail: noAccount });
  refuseUnscoped(principal, policy, path);
  const refusal = permissions.ofRoute(policy, principal);
  if (refusal !== null) throw new Problem('not-allowed', { detail: refusal });
  if (policy.owner === undefined) return;
  const owns = owners[policy.owner];
  if (!owns || !(await owns(principal, paramsOf(policy.path, path)))) throw new Problem('not-found');
}

const noAccount = 'This is for accounts of Berth. The token belongs to an identity of another house.';

/** Sign-ins, keys, the profile and requests to be let in belong to accounts. */
function needsAccount({ path }: RoutePolicy): boolean {
  return (
    path.startsWith('/api/auth/') ||
    path.startsWith('/api/users/me') ||
    path === '/api/profile' ||
    path.endsWith('/access-requests')
  );
}

/** @throws Problem 403 that names the scope which an API key lacks */
function refuseUnscoped(principal: Principal, policy: RoutePolicy, path: string): void {
  if (!principal.scopes) return;
  if (policy.path.startsWith('/api/auth/'))
    throw new Problem('not-allowed', {
      detail: 'An API key does not manage sign-ins, keys or passwords. Sign in.',
    });
  const missing = missingScope(principal, areaOf(policy, path), policy.method === 'GET');
  if (missing !== null)
    throw new Problem('not-allowed', { detail: say`This API key lacks the scope ${missing}.` });
}

function areaOf({ audience, path: pattern }: RoutePolicy, path: string): ScopeArea {
  if (audience === 'superuser' || audience === 'plugin-owner') return 'admin';
  const pluginId = pattern.startsWith('/api/plugins/:id') ? paramsOf(pattern, path)['id'] : undefined;
  return pluginId === undefined ? 'account' : `plugins:${pluginId}`;
}

const nobody: Identification = { ok: false, reason: 'none' };

function paramsOf(pattern: string, path: string): Record<string, string> {
  const segments = path.split('/');
  return Object.fromEntries(
    pattern
      .split('/')
      .flatMap((part, index) =>
        part.startsWith(':') ? [[part.slice(1).replace(/\{.*$/, ''), decoded(segments[index] ?? '')]] : [],
      ),
  );
}

/** An escape that is none stays as it is, as in Hono's own parameters: it names nothing. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
