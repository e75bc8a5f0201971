/** Before anything is asked of a container about its settings: may they, is it there, and in whose name. */
import { identityHeaders } from '@berth/plugin-kit/contract/identity.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { SettingsSchema } from '@berth/plugin-kit/contract/settings.ts';
import type { Principal } from '#identity/access/principal.ts';
import { visiblePlugin, type Visible } from '../registry/visible.rules.ts';
import { isServed, type Snapshot } from '../registry/snapshot.ts';
import { identityFor } from './identity.rules.ts';
import type { SettingsKeeper } from './settings.types.ts';

/**
 * `requestId`: as the container shall hear it, so that its log and ours tell one story.
 * `language`: in which it shall answer, where it can.
 */
export type Asking = { who: Principal; requestId: string | undefined; language: string };

export type DeskNeeds = {
  snapshot: () => Snapshot;
  keeper: (pluginId: string) => SettingsKeeper | undefined;
  signAssertion: (principal: Principal, pluginId: string) => string | Promise<string>;
  now: () => number;
};

export type Desk = {
  schema: SettingsSchema;
  name: string;
  keeper: SettingsKeeper;
  identity: Record<string, string>;
  patchTypes: readonly string[];
};

export async function deskFor(
  asking: Asking,
  id: string,
  wish: 'read' | 'write',
  needs: DeskNeeds,
): Promise<Desk> {
  const { plugin, schema } = allowed(asking.who, id, wish, needs.snapshot());
  const identity = await spokenFor(asking, plugin, needs);
  const keeper = needs.keeper(id);
  if (!keeper) throw offline(1);
  const { name, settings_patch: patchTypes } = plugin.admitted.manifest;
  return { schema, name, keeper, identity, patchTypes };
}

/** Headers in the caller's name. @throws Problem 503 while the container is away */
export async function spokenFor(
  { who, requestId, language }: Asking,
  plugin: Visible,
  { signAssertion, now }: Pick<DeskNeeds, 'signAssertion' | 'now'>,
): Promise<Record<string, string>> {
  if (!isServed(plugin)) throw offline(Math.max(1, Math.ceil(((plugin.nextPollAt ?? now()) - now()) / 1000)));
  const identity = identityFor(who, plugin.admitted.compiled, await signAssertion(who, plugin.id));
  return {
    ...identity,
    'accept-language': language,
    ...(requestId === undefined ? {} : { [identityHeaders.requestId]: requestId }),
  };
}

export function allowed(
  who: Principal,
  id: string,
  wish: 'read' | 'write',
  snapshot: Snapshot,
): { plugin: Visible; schema: SettingsSchema } {
  const plugin = knownTo(who, id, snapshot);
  const schema = plugin.admitted.manifest.settings_schema;
  if (!schema) throw new Problem('not-found');
  const { mayReadSettings, mayWriteSettings } = plugin.admitted.compiled;
  const mayDoIt = wish === 'read' ? mayReadSettings : mayWriteSettings;
  if (!mayDoIt(who))
    throw new Problem('not-allowed', {
      detail:
        wish === 'read'
          ? 'Your account may not see the settings of this extension.'
          : 'Your account may not change the settings of this extension.',
    });
  return { plugin, schema };
}

/**
 * For routes that read a body or a query: what is not there for a person is said before. @throws Problem 404
 */
export function knownTo(who: Principal, id: string, snapshot: Snapshot): Visible {
  const plugin =
    visiblePlugin(snapshot, id, who) ??
    visiblePlugin(snapshot, id, who, ({ mayReadSettings }) => mayReadSettings);
  if (!plugin) throw new Problem('not-found');
  return plugin;
}

export function offline(retrySeconds: number): Problem {
  return new Problem('plugin-offline', { headers: { 'retry-after': String(retrySeconds) } });
}
