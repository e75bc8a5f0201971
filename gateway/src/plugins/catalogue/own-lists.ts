/** The catalogue as each caller sees it, made once for all who have the same rights. */
import type { Asker } from '@berth/plugin-kit/contract/rule.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { catalogueOf } from './catalogue.rules.ts';

/** `text`: the whole answer as JSON. */
export type OwnList = { version: string; text: string };

const maxLists = 500;

/** @returns the list for somebody, from the present picture */
export function ownLists(snapshot: () => Snapshot): (who: Asker) => OwnList {
  let lists = new Map<string, OwnList>();
  let madeFrom = -1;
  return (who) => {
    const present = snapshot();
    // What nobody could tell apart is one version.
    if (present.version !== madeFrom || lists.size >= maxLists) {
      lists = new Map();
      madeFrom = present.version;
    }
    const rights = `${who.isSuperuser} ${[...who.groupIds].toSorted().join(' ')}`;
    const known = lists.get(rights);
    if (known) return known;
    const catalogue = catalogueOf(present, who);
    const made = { version: catalogue.version, text: JSON.stringify(catalogue) };
    lists.set(rights, made);
    return made;
  };
}
