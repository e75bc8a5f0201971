/** What the shell may ask of a plugin for one person: badges, search results, widgets. Pure. */
import type { PluginWidget } from '@berth/plugin-kit/contract/wire/plugins.ts';
import type { Subject } from '@berth/plugin-kit/contract/rule.ts';
import type { CompiledPlugin } from '../registry/snapshot.ts';

export type Contributed = {
  badges: boolean;
  search: boolean;
  widgets: readonly PluginWidget[];
  /** Tells apart what callers see differently: ten bits. */
  bits: number;
};

export const nothingContributed: Contributed = { badges: false, search: false, widgets: [], bits: 0 };

export function contributedTo({ contributions }: CompiledPlugin, who: Subject): Contributed {
  const badges = Boolean(contributions.badges?.mayAsk(who));
  const search = Boolean(contributions.search?.mayAsk(who));
  let bits = Number(badges) + 2 * Number(search);
  const widgets = contributions.widgets.flatMap(({ field, mayAsk }, index) => {
    if (!mayAsk(who)) return [];
    bits += 4 * 2 ** index;
    const { id, title, kind } = field;
    return [{ id, title, kind, empty: field.kind === 'list' && field.empty !== '' ? field.empty : null }];
  });
  return { badges, search, widgets, bits };
}
