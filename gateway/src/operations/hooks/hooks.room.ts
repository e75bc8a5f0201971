/** The hooks: modules of the operator's that run inside the gateway. Where none is loaded, no request meets any of this. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { PrincipalContext, ResourceRef } from '@berth/plugin-kit/hooks/hooks.ts';
import type { MiddlewareHandler } from 'hono';
import type { AccessLine, UsageStamp } from '#edge/http/access-line.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { Plugin, Snapshot } from '#plugins/registry/snapshot.ts';
import { extensionRegister } from './extension-register.ts';
import { hookCalls } from './hook-calls.ts';
import { hookChains, type ForeignIdentity } from './hook-chains.ts';
import { loadModules } from './module-loader.ts';
import { ownRouteHooks, type Undo } from './own-routes.ts';

import { contextOf } from './principal.rules.ts';
import { usage } from './usage.ts';

export type { Undo };

export type HooksNeeds = {
  config: { modules: readonly string[]; folder: string; dataFolder: string; timeoutMs: number };
  /** What is added last is closed first. */
  onStop: (name: string, close: () => unknown) => void;
  log: Logger;
};

/** What the edge asks before a request goes on. */
export type RequestHooks = {
  /** Permission checkers, and the submission guards for a write. @throws Problem */
  admit: ((asked: AskedRequest) => Promise<void>) | null;
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
  ownRoutes: ((policies: readonly RoutePolicy[], undo: Undo) => MiddlewareHandler) | null;
  /** Tells registrars of extensions that come and go, as the system's own work. */
  followExtensions: ((snapshot: () => Snapshot, onChange: Listen) => void) | null;
};

type Listen = (listener: () => void) => () => void;

/** @throws Error that names the module which cannot be loaded; those before it are closed by `onStop` */
export async function hooksRoom({ config, onStop, log }: HooksNeeds): Promise<HooksRoom> {
  const hooks = await loadModules({
    ...config,
    onStop: (name, dispose) => onStop(`plugin ${name}`, dispose),
    log,
  });
  const calls = hookCalls({ timeoutMs: config.timeoutMs, log });
  const chains = hookChains(hooks, calls);
  const has = (kind: keyof typeof hooks): boolean => hooks[kind].length > 0;
  const checks = has('permission_checkers');
  const registers = has('resource_registrars');
  const rows = has('usage_sinks') ? usage({ sinks: hooks.usage_sinks, calls }) : null;
  if (rows) onStop('rows of usage', rows.stop);
  return {
    identifyForeign: has('identity_providers') ? chains.identify : null,
    requests: {
      admit: checks || has('submission_guards') ? admission(chains, checks) : null,
      stamp: rows
        ? (principal, plugin) => ({
            principal: contextOf(principal),
            supplierId: has('supplier_resolvers') ? chains.supplierOf(supplierView(plugin)) : null,
          })
        : null,
    },
    recordUsage: rows?.record ?? null,
    ownRoutes:
      checks || registers
        ? (policies, undo) =>
            ownRouteHooks({
              chains,
              checks,
              registers,
              policies,
              undo,
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

type Chains = ReturnType<typeof hookChains>;

function admission(chains: Chains, checks: boolean): NonNullable<RequestHooks['admit']> {
  return async ({ principal, pluginId, method, route, isRead }) => {
    const who: PrincipalContext = contextOf(principal);
    const ref: ResourceRef = { kind: 'extension', id: pluginId, metadata: { method, route } };
    if (checks) await chains.require(who, ref, isRead ? 'read' : 'write');
    if (!isRead) await chains.guard(who);
  };
}

function supplierView({ id, origin, admitted }: Plugin) {
  return {
    plugin_id: id,
    name: admitted?.manifest.name ?? id,
    version: admitted?.manifest.version ?? '',
    origin,
  };
}
