/** Which extensions each group opens, and which it closes: by manifests, and by what admins said on top. */
import type { Plugin } from '#plugins/registry/snapshot.ts';
import type { GroupGrant } from './grants.types.ts';

export type GroupAccess = { groupId: string; opens: string[]; closes: string[] };

/**
 * Ids of plugins by group. What is open to everybody who is signed in is opened by no group. A denial beats
 * an allowance.
 */
export function groupAccessOf(plugins: Iterable<Plugin>, grants: readonly GroupGrant[]): GroupAccess[] {
  const byGroup = new Map<string, { opens: Set<string>; closes: Set<string> }>();
  const ofGroup = (id: string) => {
    const known = byGroup.get(id) ?? { opens: new Set<string>(), closes: new Set<string>() };
    byGroup.set(id, known);
    return known;
  };
  const present = new Set<string>();
  for (const { id, admitted } of plugins) {
    present.add(id);
    const access = admitted?.manifest.access;
    if (!admitted || !access || access.any_user) continue;
    for (const name of access.required_groups) {
      const groupId = admitted.compiled.groupIdByName.get(name);
      if (groupId !== undefined) ofGroup(groupId).opens.add(id);
    }
  }
  for (const { pluginId, groupId, effect } of grants) {
    if (!present.has(pluginId)) continue;
    const group = ofGroup(groupId);
    if (effect === 'allow') group.opens.add(pluginId);
    else {
      group.opens.delete(pluginId);
      group.closes.add(pluginId);
    }
  }
  return [...byGroup].map(([groupId, { opens, closes }]) => ({
    groupId,
    opens: [...opens],
    closes: [...closes],
  }));
}
