/**
 * Places that were opened in this tab, for the palette. They go with the tab, and at the end of a session.
 */
export type RecentPlace = { title: string; under: string; to: string; hash?: string };

const key = 'berth-recent';
const most = 8;

export function recentPlaces(): RecentPlace[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? kept.filter((place) => isPlace(place)).slice(0, most) : [];
  } catch {
    return [];
  }
}

/** The newest first, each once. */
export function rememberPlace(place: RecentPlace): void {
  const isSame = (other: RecentPlace) => other.to === place.to && (other.hash ?? '/') === (place.hash ?? '/');
  const others = recentPlaces().filter((other) => !isSame(other));
  try {
    sessionStorage.setItem(key, JSON.stringify([place, ...others].slice(0, most)));
  } catch {
    // A full or closed storage costs a convenience alone.
  }
}

export function forgetRecent(): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // There is none.
  }
}

function isPlace(value: unknown): value is RecentPlace {
  if (typeof value !== 'object' || value === null) return false;
  const text = (name: string): boolean => typeof Reflect.get(value, name) === 'string';
  const hash: unknown = Reflect.get(value, 'hash');
  return (
    text('title') &&
    text('under') &&
    /^\/(?![/\\])/.test(String(Reflect.get(value, 'to'))) &&
    (hash === undefined || typeof hash === 'string')
  );
}
