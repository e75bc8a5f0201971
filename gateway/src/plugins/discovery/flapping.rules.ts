/** Containers that come and go: told as unsteady instead of being shown as well each time. */

const windowMs = 5 * 60_000;
/** Falls within the window from which on it counts as unsteady. */
const manyFalls = 4;

/** Times of falls that still count, with a new one. */
export function fallsWith(falls: readonly number[], at: number): number[] {
  return [...fallsUntil(falls, at), at];
}

export function fallsUntil(falls: readonly number[], at: number): number[] {
  return falls.filter((fall) => at - fall < windowMs);
}

/** @returns in words for people, or `null` while it is steady */
export function unsteadiness(falls: readonly number[], at: number): string | null {
  const recent = fallsUntil(falls, at).length;
  return recent < manyFalls ? null : `Comes and goes: down ${recent} times in ${windowMs / 60_000} minutes`;
}
