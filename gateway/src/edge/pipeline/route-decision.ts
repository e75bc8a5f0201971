/**
 * The second of a request's three types: which route of which plugin it may use, as which principal, within
 * which limits. A request that may not is refused with a Problem.
 */
import { segmentsOf } from '@berth/plugin-kit/contract/route-pattern.ts';
import type { RouteSpec } from '@berth/plugin-kit/contract/manifest.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import {
  missingScope,
  type Identification,
  type Identify,
  type Principal,
} from '#identity/access/principal.ts';
import { isReading } from '#edge/http/safe-methods.rules.ts';
import type { CompiledRoute, Plugin } from '#plugins/registry/snapshot.ts';
import { findRoute, refusalOf, type Refusal } from './authorize.ts';
import type { EdgeTools } from './edge-tools.types.ts';
import type { Claim } from './in-flight.ts';
import type { RouteUsage } from './limits.ts';
import type { RequestContext } from './request-context.ts';

export type RouteDecision = {
  plugin: Plugin;
  /** For the access line: the route's pattern, or that of all page files. */
  pattern: string;
  limits: RouteSpec['limits'];
  /** What is under way on the route. */
  usage: RouteUsage;
  isLongLived: boolean;
  /** The authorization that admitted it; `null` for page files, which the address itself opens. */
  claim: Claim | null;
};

/** Runs on at once when the credential is known; else when it has been looked up. */
export function withIdentification(
  found: ReturnType<Identify>,
  next: (who: Identification) => void,
  fail: (error: unknown) => void,
): void {
  if (found instanceof Promise) {
    found.then(next).catch(fail);
    return;
  }
  next(found);
}

/** @throws Problem 400 for an encoded slash or an empty segment that the route did not ask for */
export function routeFor(context: RequestContext): CompiledRoute | null {
  const { plugin, containerPath, request, hasEncodedSlash, hasEmptySegment } = context;
  const routes = plugin?.admitted?.compiled.routes ?? [];
  const route = findRoute(routes, request.method, segmentsOf(containerPath));
  context.pattern = route?.spec.path ?? null;
  if (hasEncodedSlash && route?.spec.allow_encoded_slash !== true) throw unaskedEncodedSlash;
  if (hasEmptySegment && route?.spec.allow_empty_segments !== true) throw unaskedEmptySegment;
  if (route && (hasEncodedSlash || hasEmptySegment) && readsAsOtherRule(context, route)) throw otherReading;
  return route;
}

/** @throws Problem 401, 403 for a key that is for something else, 404 or 503 */
export function authorize(
  { usageOf }: Pick<EdgeTools, 'usageOf'>,
  { plugin, request, containerPath }: RequestContext,
  route: CompiledRoute | null,
  who: Identification,
): RouteDecision & { claim: Claim } {
  const principal = who.ok ? who.principal : null;
  const refusal = refusalOf(plugin, route !== null && route.mayUse(principal) !== null, principal);
  if (refusal) throw refusalProblem(refusal, who);
  if (!plugin?.admitted || !route) throw refusalProblem('not-found');
  const { method, rawHeaders } = request;
  const { stream, limits, path } = route.spec;
  refuseUnscoped(principal, plugin.id, isReading(method, stream));
  const { compiled } = plugin.admitted;
  return {
    plugin,
    pattern: path,
    limits,
    usage: usageOf(plugin.id, route),
    isLongLived: stream !== 'none',
    claim: {
      principal,
      rawHeaders,
      keySchemes: route.spec.key_schemes,
      method,
      containerPath,
      stream,
      compiled,
    },
  };
}

/** @throws Problem 403 that names the scope which an API key lacks */
export function refuseUnscoped(principal: Principal | null, pluginId: string, isRead: boolean): void {
  if (!principal?.scopes) return;
  const missing = missingScope(principal, `plugins:${pluginId}`, isRead);
  if (missing !== null)
    throw new Problem('not-allowed', { detail: say`This API key lacks the scope ${missing}.` });
}

/** Clients of WebDAV send their password only after they were asked for it. */
export function challenged(error: unknown, route: CompiledRoute | null): unknown {
  if (!(error instanceof Problem) || error.type !== 'not-signed-in') return error;
  if (route?.spec.key_schemes?.includes('basic') !== true) return error;
  const detail = error.detail ?? 'The password is an API key; the user name does not matter.';
  return new Problem('not-signed-in', {
    detail,
    headers: { 'www-authenticate': 'Basic realm="API key as password", charset="UTF-8"' },
  });
}

export function refusalProblem(refusal: Refusal, who?: Identification): Problem {
  if (refusal === 'not-signed-in' && who && !who.ok && who.detail !== undefined)
    return new Problem(refusal, { detail: who.detail });
  return refusals[refusal];
}

const offlineRetrySeconds = '5';

/** Made once: an error with its stack costs more than the rest of a refusal. */
const refusals: Record<Refusal, Problem> = {
  'not-signed-in': new Problem('not-signed-in'),
  'not-found': new Problem('not-found'),
  'plugin-offline': new Problem('plugin-offline', { headers: { 'retry-after': offlineRetrySeconds } }),
};
const unaskedEmptySegment = new Problem('bad-path', {
  detail: 'The path holds an empty segment, which this route does not take (allow_empty_segments).',
});
const unaskedEncodedSlash = new Problem('bad-path', {
  detail: 'The path holds an encoded slash, which this route does not take (allow_encoded_slash).',
});
const otherReading = new Problem('bad-path', {
  detail: 'With its slashes decoded or merged the path is one of another route, with another rule.',
});

/**
 * Containers that decode `%2F` or merge slashes read another path than the gateway. Where that path is one of
 * a route with another rule, the rule that was asked would not be the one that guards what is reached.
 */
function readsAsOtherRule(
  { plugin, request, containerPath }: RequestContext,
  { spec }: CompiledRoute,
): boolean {
  const reading = containerPath.replaceAll(/%2f/gi, '/').replaceAll(/\/{2,}/g, '/');
  const routes = plugin?.admitted?.compiled.routes ?? [];
  const other = findRoute(routes, request.method, segmentsOf(reading));
  return other !== null && JSON.stringify(other.spec.access) !== JSON.stringify(spec.access);
}
