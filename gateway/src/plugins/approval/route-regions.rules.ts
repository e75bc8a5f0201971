/**
 * Sets of paths, as route patterns describe them: what two have in common, and whether a path lies in one and in none
 * of others. Exact, so that a manifest is neither blamed for a route that an earlier one hides nor let through with one.
 */
import { segmentsOf } from '@berth/plugin-kit/contract/route-pattern.ts';

/** Segments, `*` for any one; `takesRest`: and any number more. */
export type Region = { fixed: readonly string[]; takesRest: boolean };

/** How many segments may be compared in all. A manifest made to exhaust it holds nobody up, and counts as asking for more. */
export type Budget = { comparisons: number };

export function isSpent({ comparisons }: Budget): boolean {
  return comparisons < 0;
}

/** Says what a comparison costs at most, before it is made. @returns whether it may be made */
export function spend(budget: Budget, comparisons: number): boolean {
  budget.comparisons -= comparisons;
  return !isSpent(budget);
}

export function regionOf(pattern: string): Region {
  const parts = segmentsOf(pattern);
  const takesRest = parts.at(-1) === '**';
  return { fixed: takesRest || parts.at(-1) === '' ? parts.slice(0, -1) : parts, takesRest };
}

/** The paths that lie in both; `null` when there are none. */
export function meet(one: Region, other: Region): Region | null {
  const [short, long] = one.fixed.length < other.fixed.length ? [one, other] : [other, one];
  if (!short.takesRest && short.fixed.length < long.fixed.length) return null;
  const fixed: string[] = [];
  for (const [index, segment] of long.fixed.entries()) {
    const opposite = short.fixed[index] ?? any;
    if (segment !== any && opposite !== any && segment !== opposite) return null;
    fixed.push(segment === any ? opposite : segment);
  }
  return { fixed, takesRest: one.takesRest && other.takesRest };
}

/** Whether some path lies in the region and in none of the others. Once the budget is spent: yes. */
export function reachesBeyond(region: Region, others: readonly Region[], budget: Budget): boolean {
  if (!spend(budget, (others.length + 1) * (region.fixed.length + 1))) return true;
  const near = others.flatMap((other) => meet(other, region) ?? []);
  if (near.length === 0) return true;
  if (near.some((inner) => isSame(inner, region))) return false;
  return partsOf(region, near).some((part) => reachesBeyond(part, near, budget));
}

const any = '*';
/** Stands for every segment that no pattern names. */
const unnamed = '';

/** Cuts the region where one of the inner ones is narrower: at a segment that it names, or at the length that it ends at. */
function partsOf(region: Region, inner: readonly Region[]): Region[] {
  for (const [index, segment] of region.fixed.entries()) {
    if (segment !== any) continue;
    const named = new Set(inner.flatMap(({ fixed }) => (fixed[index] === any ? [] : (fixed[index] ?? []))));
    if (named.size > 0)
      return [unnamed, ...named].map((name) => ({ ...region, fixed: region.fixed.with(index, name) }));
  }
  return [
    { fixed: region.fixed, takesRest: false },
    { fixed: [...region.fixed, any], takesRest: true },
  ];
}

function isSame(one: Region, other: Region): boolean {
  return (
    one.takesRest === other.takesRest &&
    one.fixed.length === other.fixed.length &&
    one.fixed.every((segment, index) => segment === other.fixed[index])
  );
}
