/**
 * The hooks: modules of the operator's that run inside the gateway. Where none is loaded, no request meets
 * any of this.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { PrincipalContext, SupplierView } from '@berth/plugin-kit/hooks/hooks.ts';
import type { MiddlewareHandler } from 'hono';
import type { AccessLine, UsageStamp } from '#edge/http/access-line.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { Plugin, Snapshot } from '#plugins/registry/snapshot.ts';
import { extensionRegister } from './extension-register.ts';
import { hookCalls } from './hook-calls.ts';
import { hookChains, type ForeignIdentity, type HookChains } from './hook-chains.ts';
import { hookLoggers } from './hook-logger.ts';
import { loadModules } from './module-loader.ts';
import { ownRouteHooks, type Things } from './own-routes.ts';

import { anonymousPrincipal, contextOf } from './principal.rules.ts';
import { usage } from './usage.ts';

export type { Things };

export type HooksNeeds = {
  config: { modules: readonly string[]; folder: string; dataFolder: string; timeoutMs: number };
  /** What is added last is closed first. */
  onStop: (name: string, close: () => unknown) => void;
  now: () => number;
  log: Logger;
};

/** What the edge asks before a request goes on. */
export type RequestHooks = {
  /** Permission checkers, and the submission guards for a write; at once where they are. @throws Problem */
  admit: ((asked: AskedRequest) => void | Promise<void>) | null;
  /** Permission checkers alone, about a stream that is open. @throws Problem */
  stillMay: ((asked: AskedRequest) => void | Promise<void>) | null;
  /** For the rows of usage. */
  stamp: ((principal: Principal | null, plugin: Plugin) => UsageStamp) | null;
};

export type AskedRequest = {
  principal: Principal | null;
  pluginId: string;
  method: string;
  route: string;
  isRead: boolean;
};

/** A part is `null` where no hook needs it. */
export type HooksRoom = {
  /** For bearer tokens that are none of Berth's own. @throws Problem of a provider, terminal */
  identifyForeign: ((token: string) => Promise<ForeignIdentity | null>) | null;
  requests: RequestHooks;
  /** Takes the lines of the edge. */
  recordUsage: ((lines: readonly AccessLine[]) => void) | null;
  /** For `app.use('*', …)` behind the guard. */
  ownRoutes: ((policies: readonly RoutePolicy[], things: Things) => MiddlewareHandler) | null;
  /** Tells registrars of extensions that come and go, as the system's own work. */
  followExtensions: ((snapshot: () => Snapshot, onChange: Listen) => void) | null;
};

type Listen = (listener: () => void) => () => void;

/** @throws Error that names the module which cannot be loaded; those before it are closed by `onStop` */
export async function hooksRoom({ config, onStop, now, log }: HooksNeeds): Promise<HooksRoom> {
  const loggers = hookLoggers(log, now);
  // Added first, closed last: what modules say while they are closed is written too.
  onStop('lines of modules', loggers.flush);
  const hooks = await loadModules({
    ...config,
    onStop: (name, dispose) => onStop(`plugin ${name}`, dispose),
    loggerOf: loggers.of,
  });
  const calls = hookCalls({ timeoutMs: config.timeoutMs, log });
  const chains = hookChains(hooks, calls);
  const has = (kind: keyof typeof hooks): boolean => hooks[kind].length > 0;
  const checks = has('permission_checkers');
  const registers = has('resource_registrars');
  const contexts = remembered((principal: Principal) => contextOf(principal));
  const contextFor: Contexts = (principal) => (principal ? contexts(principal) : anonymousPrincipal);
  const viewOf = remembered(supplierView);
  const rows = has('usage_sinks') ? usage({ sinks: hooks.usage_sinks, calls }) : null;
  if (rows) onStop('rows of usage', rows.stop);
  return {
    identifyForeign: has('identity_providers') ? chains.identify : null,
    requests: {
      admit: checks || has('submission_guards') ? admission(chains, checks, contextFor) : null,
      stillMay: checks ? checking(chains, contextFor) : null,
      stamp: rows
        ? (principal, plugin) => ({
            principal: contextFor(principal),
            supplierId: has('supplier_resolvers') ? chains.supplierOf(viewOf(plugin)) : null,
          })
        : null,
    },
    recordUsage: rows?.record ?? null,
    ownRoutes:
      checks || registers
        ? (policies, things) =>
            ownRouteHooks({
              chains,
              checks,
              registers,
              policies,
              ...things,
              now,
              onStuck: (ref, err) =>
                log.error({ err, ref }, 'a registrar refused what was made, and it could not be taken back'),
            })
        : null,
    followExtensions: registers
      ? (snapshot, onChange) => {
          const register = extensionRegister({ chains, snapshot, log });
          const stopListening = onChange(register.look);
          register.look();
          onStop('register of extensions', async () => {
            stopListening();
            await register.settled();
          });
        }
      : null,
  };
}

type Contexts = (principal: Principal | null) => PrincipalContext;
type AsksOf = NonNullable<RequestHooks['admit']>;

function admission(chains: HookChains, checks: boolean, contextOf: Contexts): AsksOf {
  const check = checks ? checking(chains, contextOf) : null;
  return (asked) => {
    const checked = check?.(asked);
    if (asked.isRead) return checked;
    const guarded = () => chains.guard(contextOf(asked.principal));
    return checked instanceof Promise ? checked.then(guarded) : guarded();
  };
}

function checking(chains: HookChains, contextOf: Contexts): AsksOf {
  return ({ principal, pluginId, method, route, isRead }) =>
    chains.require(
      contextOf(principal),
      { kind: 'extension', id: pluginId, metadata: { method, route } },
      isRead ? 'read' : 'write',
    );
}

/** Worked out once for each principal and plugin, for they come with every request. */
function remembered<Key extends object, Value>(valueOf: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { value: Value }>();
  return (key) => {
    const found = known.get(key);
    if (found) return found.value;
    const value = valueOf(key);
    known.set(key, { value });
    return value;
  };
}

function supplierView({ id, origin, admitted }: Plugin): SupplierView {
  return {
    plugin_id: id,
    name: admitted?.manifest.name ?? id,
    version: admitted?.manifest.version ?? '',
    origin,
  };
}
