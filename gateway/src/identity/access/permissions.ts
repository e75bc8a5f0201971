/**
 * Who may: the one place that decides. The guard, the catalogue, the edge, the settings and the open streams all ask the
 * same provider, so that another one decides everywhere. A threshold: every room may import this file.
 */
import type { Subject, CompiledRule, RuleClause } from '@berth/plugin-kit/contract/rule.ts';
import type { Principal } from './principal.ts';
import type { RoutePolicy } from './route-policy.ts';

/** Who asks about a plugin; `null`: nobody is signed in. */
export type PluginSubject = (Subject & Pick<Principal, 'allowedPlugins' | 'deniedPlugins'>) | null;

export type PluginQuestion = {
  pluginId: string;
  /** What the manifest says of this, compiled. */
  rule: CompiledRule;
  /** The manifest's own `access` decides on this use: there an admin's grant lets in as if it did. */
  isOpenToGrants: boolean;
};

export type PermissionProvider = {
  /** Asked for every request at the edge: at once, without I/O. @returns by which clause they may, or `null` */
  ofPlugin: (question: PluginQuestion, who: PluginSubject) => RuleClause | null;
  /** Ids of the plugins, registered or not, that somebody looks after: they let people use those who ask for it. Superusers do anyway. */
  ownedBy: (who: Principal) => ReadonlySet<string>;
  /** @returns why somebody who is signed in may not use a route of the gateway's own, in public words; `null`: they may */
  ofRoute: (row: Pick<RoutePolicy, 'method' | 'path' | 'audience'>, who: Principal) => string | null;
};

/**
 * The manifest's rule, and the grants of admins on top (docs/adr/0010): a denial beats everything but `public`, an
 * allowance stands in for `access`, and neither touches the gateway's own routes. Who is in the group `{id}-admin` looks after that plugin.
 */
export const standardPermissions: PermissionProvider = {
  ofPlugin: ({ pluginId, rule, isOpenToGrants }, who) => {
    if (who?.deniedPlugins?.has(pluginId)) return rule(null);
    const clause = rule(who);
    if (clause !== null || who === null || !isOpenToGrants) return clause;
    return who.allowedPlugins?.has(pluginId) ? 'grant' : null;
  },
  ownedBy: pluginsOfGroups,
  ofRoute: ({ audience }, who) => {
    if (who.isSuperuser || audience === 'public' || audience === 'user') return null;
    if (audience === 'superuser') return 'This is for superusers.';
    return pluginsOfGroups(who).size > 0
      ? null
      : 'This is for superusers, and for those who look after an extension.';
  },
};

const ownersGroup = /^(.+)-admin$/;

/** The group of a plugin has one name in whatever spelling (B3). Whom an admin closed a plugin to does not look after it. */
function pluginsOfGroups({ groupNames, deniedPlugins }: Principal): ReadonlySet<string> {
  const ids = [...groupNames.values()].flatMap(
    (name) => ownersGroup.exec(name.normalize('NFC').trim().toLowerCase())?.[1] ?? [],
  );
  return new Set(ids.filter((id) => !deniedPlugins?.has(id)));
}

/**
 * The same for all whom `standardPermissions.ofPlugin` cannot tell apart: everything that it and a manifest's rules look at
 * is in it. What was decided for one of them, such as a list of a thousand plugins, is then decided for all.
 */
export function rightsKeyOf({
  isSuperuser,
  groupIds,
  allowedPlugins,
  deniedPlugins,
}: NonNullable<PluginSubject>): string {
  return JSON.stringify([
    isSuperuser,
    ...[groupIds, allowedPlugins, deniedPlugins].map((ids) => [...(ids ?? [])].toSorted()),
  ]);
}
