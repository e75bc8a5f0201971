/** Chance that comes out the same for the same seed, on every machine and in every order. */

export type Random = {
  /** At least 0, below 1. */
  share: () => number;
  /** A whole number below. */
  below: (limit: number) => number;
  pick: <Item>(items: readonly Item[]) => Item;
};

/** Mulberry32, begun anew for each case: so case 4711 is the same one however many run beside it. */
export function seeded(seed: number, index: number): Random {
  let state = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0;
  const share = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(share() * limit);
  return {
    share,
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}
