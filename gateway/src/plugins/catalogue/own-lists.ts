/** The catalogue as each caller sees it, made once a picture and caller: open browsers ask for the same again and again. */
import type { Principal } from '#access/principal.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { catalogueOf, type Catalogue } from './catalogue.rules.ts';

export type OwnList = Catalogue;

/** @returns the list for somebody, from the present picture. Rights that change make a new principal, and so a new list */
export function ownLists(snapshot: () => Snapshot): (who: Principal) => OwnList {
  let lists = new WeakMap<Principal, OwnList>();
  let madeFrom = -1;
  return (who) => {
    const present = snapshot();
    // What nobody could tell apart is one version.
    if (present.version !== madeFrom) {
      lists = new WeakMap();
      madeFrom = present.version;
    }
    const known = lists.get(who);
    if (known) return known;
    const made = catalogueOf(present, who);
    lists.set(who, made);
    return made;
  };
}
