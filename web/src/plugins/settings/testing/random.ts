/** Dice that fall the same way for the same seed. */

export type Random = {
  next: () => number;
  pick: <Item>(list: readonly [Item, ...Item[]]) => Item;
  chance: (of: number) => boolean;
  word: () => string;
};

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick: Random['pick'] = (list) => list[Math.floor(next() * list.length)] ?? list[0];
  return {
    next,
    pick,
    chance: (of) => next() < 1 / of,
    word: () => Math.floor(next() * 2 ** 30).toString(36),
  };
}

/** Of settings: each has to be escaped or guarded somewhere. */
export const names = [
  'name',
  'a_b',
  'a',
  'toString',
  'über größe',
  'a/b',
  'til~de',
  'x-y',
  'constructor2',
  'valueOf',
  'deep',
  'z',
] as const;
