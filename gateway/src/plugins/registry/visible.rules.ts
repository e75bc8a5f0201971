/** Which plugins somebody may see: one rule for the catalogue, for settings and for icons. Pure. */
import type { Subject } from '@berth/plugin-kit/contract/rule.ts';
import type { CompiledPlugin, Plugin, Snapshot } from './snapshot.ts';

/** A plugin that there is something to say of. */
export type Visible = Plugin & { admitted: NonNullable<Plugin['admitted']> };

/** @returns `null` for one that is not there and for one that is not theirs: nobody can tell which */
export function visiblePlugin(
  snapshot: Snapshot,
  id: string,
  who: Subject,
  may: (compiled: CompiledPlugin) => CompiledPlugin['maySee'] = ({ maySee }) => maySee,
): Visible | null {
  const plugin = snapshot.plugins.get(id);
  return plugin && isAdmitted(plugin) && plugin.state !== 'disabled' && may(plugin.admitted.compiled)(who)
    ? plugin
    : null;
}

/**
 * The same, and what is switched off: superusers see that of every plugin, others of what they could use.
 * @returns `null` for one that is not in the caller's list
 */
export function listedPlugin(snapshot: Snapshot, id: string, who: Subject): Visible | null {
  const plugin = snapshot.plugins.get(id);
  if (!plugin || !isAdmitted(plugin)) return null;
  if (plugin.state === 'disabled' && who.isSuperuser) return plugin;
  return plugin.admitted.compiled.maySee(who) ? plugin : null;
}

export function isAdmitted(plugin: Plugin): plugin is Visible {
  return plugin.admitted !== null;
}
