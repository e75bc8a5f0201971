/**
 * Which declared route a request is for, and whether it may pass. The rule is the manifest's own compiled
 * one.
 */
import type { Segments } from '@berth/plugin-kit/contract/route-pattern.ts';
import type { Principal } from '#identity/access/principal.ts';
import {
  isServed,
  type CompiledPlugin,
  type CompiledRoute,
  type Plugin,
} from '#plugins/registry/snapshot.ts';

export type Refusal = 'not-signed-in' | 'not-found' | 'plugin-offline';

/** First match wins; what is not listed is not there. */
export function findRoute(
  routes: CompiledPlugin['routes'],
  method: string,
  segments: Segments,
): CompiledRoute | null {
  for (const route of routes) if (route.methods.has(method) && route.matches(segments)) return route;
  return null;
}

/**
 * A refusal tells nothing of what exists: an unknown plugin, an undeclared route and another user's plugin
 * are one and the same refusal, and only authorized users are told that a plugin is down.
 * @param passes whether the compiled rule lets this principal in; `false` where there is no rule
 */
export function refusalOf(
  plugin: Plugin | undefined,
  passes: boolean,
  principal: Principal | null,
): Refusal | null {
  if (!plugin || !passes || plugin.state === 'disabled')
    return principal === null ? 'not-signed-in' : 'not-found';
  if (principal?.onlyPlugin !== undefined && principal.onlyPlugin !== plugin.id) return 'not-found';
  return isServed(plugin) ? null : 'plugin-offline';
}
