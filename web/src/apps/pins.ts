/** Which apps are on Home, in which order. Ids of plugins that are gone keep their place: they may come back. */
export function togglePin(pinned: readonly string[], id: string): string[] {
  return pinned.includes(id) ? pinned.filter((other) => other !== id) : [...pinned, id];
}

/** Moves past the nearest neighbour that is shown. */
export function movePin(
  pinned: readonly string[],
  shown: ReadonlySet<string>,
  id: string,
  step: -1 | 1,
): string[] {
  const from = pinned.indexOf(id);
  if (from < 0) return [...pinned];
  let to = from + step;
  while (to >= 0 && to < pinned.length && !shown.has(pinned[to] ?? '')) to += step;
  if (to < 0 || to >= pinned.length) return [...pinned];
  const moved = pinned.filter((other) => other !== id);
  moved.splice(to, 0, id);
  return moved;
}
