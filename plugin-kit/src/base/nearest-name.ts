/** For a name that is not known: the known one that was meant, as far as that can be told. */

/** @returns `null` where none is near: at most a third of the letters are others */
export function nearestName(name: string, known: Iterable<string>): string | null {
  let nearest: { other: string; distance: number } | null = null;
  for (const other of known) {
    const distance = editDistance(name, other);
    if (distance <= Math.max(name.length, other.length) / 3 && (!nearest || distance < nearest.distance))
      nearest = { other, distance };
  }
  return nearest?.other ?? null;
}

/** Letters inserted, left out, replaced, or swapped with their neighbour (optimal string alignment). */
export function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const present = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const ways = [
        at(last, column) + 1,
        at(present, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
      ];
      present.push(Math.min(...ways, isSwapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY));
    }
    [beforeLast, last] = [last, present];
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
