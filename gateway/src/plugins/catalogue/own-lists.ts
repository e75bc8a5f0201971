/** The catalogue as each caller sees it, made once a picture and caller: open browsers ask for the same again and again. */
import type { Subject } from '@berth/plugin-kit/contract/rule.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { CompiledPlugin, Snapshot } from '../registry/snapshot.ts';
import { catalogueOf, inOrder, viewOf, type Catalogue, type Part } from './catalogue.rules.ts';
import type { Visible } from '../registry/visible.rules.ts';

export type OwnList = Catalogue;

/** What people with the same rights see: of each plugin, and all of it from the present picture. */
type Shared = {
  views: WeakMap<CompiledPlugin, { icon: string | undefined; part: Part | null }>;
  madeFrom: number;
  list: OwnList | null;
};

/** Kinds of rights that are remembered; with more of them around the oldest are worked out anew. */
const maxKinds = 1000;

/**
 * @param rightsKeyOf people of one key are never told apart by any rule; `null`: everybody is asked about by themselves
 * @returns the list for somebody, from the present picture. Rights that change make a new principal, and so a new list
 */
export function ownLists(
  snapshot: () => Snapshot,
  rightsKeyOf: ((who: Principal) => string) | null = null,
): (who: Principal) => OwnList {
  const kinds = new Map<string, Shared>();
  const keys = new WeakMap<Principal, string>();
  let lists = new WeakMap<Principal, OwnList>();
  let madeFrom = -1;
  let order: readonly Visible[] = [];
  let orderedFrom = -1;

  const orderOf = (present: Snapshot): readonly Visible[] => {
    if (present.version !== orderedFrom) {
      order = inOrder(present, order);
      orderedFrom = present.version;
    }
    return order;
  };

  const kindOf = (who: Principal, makeKey: (who: Principal) => string): Shared => {
    const key = keys.get(who) ?? makeKey(who);
    keys.set(who, key);
    const known = kinds.get(key);
    if (known) return known;
    const oldest = kinds.keys().next();
    if (kinds.size >= maxKinds && !oldest.done) kinds.delete(oldest.value);
    const made: Shared = { views: new WeakMap(), madeFrom: -1, list: null };
    kinds.set(key, made);
    return made;
  };

  return (who) => {
    const present = snapshot();
    // What nobody could tell apart is one version.
    if (rightsKeyOf) {
      const kind = kindOf(who, rightsKeyOf);
      if (!kind.list || kind.madeFrom !== present.version) {
        kind.list = catalogueOf(present, who, remembered(kind.views), orderOf(present));
        kind.madeFrom = present.version;
      }
      return kind.list;
    }
    if (present.version !== madeFrom) {
      lists = new WeakMap();
      madeFrom = present.version;
    }
    const list = lists.get(who) ?? catalogueOf(present, who, viewOf, orderOf(present));
    lists.set(who, list);
    return list;
  };
}

/** A compiled plugin never changes, and people of one kind are never told apart: only a picture may come later. */
function remembered(views: Shared['views']): (plugin: Visible, who: Subject) => Part | null {
  return (plugin, who) => {
    const { compiled, icon } = plugin.admitted;
    const known = views.get(compiled);
    if (known && known.icon === icon?.digest) return known.part;
    const part = viewOf(plugin, who);
    views.set(compiled, { icon: icon?.digest, part });
    return part;
  };
}
