/** A validator reports on every branch of `oneOf`; a person has chosen one, and hears of that one alone. */
import type { OutputUnit } from '@cfworker/json-schema';

const branch = /\/(?:oneOf|anyOf)\/\d+(?=\/|$)/g;

/**
 * Where one branch alone is not ruled out, by its constants or by the type of the value, its errors stand;
 * where several are open, the choice itself is the error.
 */
export function ofChosenBranches(units: readonly OutputUnit[]): OutputUnit[] {
  const ruledOut = new Set<string>();
  const open = new Map<string, Set<string>>();
  for (const { keywordLocation } of units) {
    const inner = branchesOf(keywordLocation).at(-1);
    if (inner && tellsApart.test(keywordLocation.slice(inner.length))) ruledOut.add(inner);
  }
  for (const { keywordLocation } of units) {
    for (const at of branchesOf(keywordLocation)) {
      if (ruledOut.has(at)) continue;
      const choice = choiceOf(at);
      open.set(choice, (open.get(choice) ?? new Set()).add(at));
    }
  }
  const isSettled = (choice: string) => open.get(choice)?.size === 1;
  return units.filter(({ keyword, keywordLocation }) => {
    if ((keyword === 'oneOf' || keyword === 'anyOf') && isSettled(keywordLocation)) return false;
    return branchesOf(keywordLocation).every((at) => !ruledOut.has(at) && isSettled(choiceOf(at)));
  });
}

/** What the value is as a whole, and the constants of its members. */
const tellsApart = /^(?:\/\$ref)*\/(?:type|const|enum|properties\/[^/]+\/(?:const|enum))$/;

/** `#/properties/store/oneOf/1` and what lies above it, outermost first. */
function branchesOf(location: string): string[] {
  return [...location.matchAll(branch)].map((found) => location.slice(0, found.index + found[0].length));
}

function choiceOf(branchLocation: string): string {
  return branchLocation.replace(/\/\d+$/, '');
}
