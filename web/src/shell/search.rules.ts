/** Finds by the beginnings of words, in any order; better fits first, equal ones in the order given. */
export function rank<T>(words: string, items: readonly T[], textOf: (item: T) => string): T[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return items
    .map((item) => ({ item, score: scoreOf(wanted, textOf(item).toLowerCase()) }))
    .filter(({ score }) => score !== null)
    .toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0))
    .map(({ item }) => item);
}

function scoreOf(wanted: readonly string[], text: string): number | null {
  let score = 0;
  for (const word of wanted) {
    if (text.startsWith(word)) score += 3;
    else if (text.includes(` ${word}`)) score += 2;
    else if (text.includes(word)) score += 1;
    else return null;
  }
  return score;
}
