/** Which pages of extensions stay alive while others are looked at. Pure. */
import { isSwitchedOff } from '#api/plugins.ts';
import type { Plugin } from '#api/types.ts';

/** Each holds a document and its streams: a browser has six connections to one host without HTTP/2. */
export const mostKept = 3;
/** What was not looked at for so long is opened anew. */
export const keptForMs = 10 * 60_000;

export type Kept = { id: string; path: string; seenAt: number };

/** A person that sees one of its pages may open it, whatever the rest of it asks for. */
export function mayOpen(plugin: Plugin): boolean {
  return plugin.may.use || plugin.nav.length > 0;
}

export function opensInFrame(plugin: Plugin): boolean {
  return !isSwitchedOff(plugin) && mayOpen(plugin) && plugin.ui?.mode === 'frame';
}

/**
 * The one that is open, and those that were open last, in the order in which they were first opened: a frame
 * that is moved in the document loads anew.
 * @param open `null`: another page of the shell is looked at
 */
export function nextKept(
  kept: readonly Kept[],
  open: { id: string; path: string } | null,
  plugins: readonly Plugin[],
  now: number,
): Kept[] {
  const alive = kept.filter(
    ({ id, seenAt }) =>
      now - seenAt < keptForMs && plugins.some((plugin) => plugin.id === id && opensInFrame(plugin)),
  );
  if (!open) return alive;
  const isKept = alive.some(({ id }) => id === open.id);
  const opened = { ...open, seenAt: now };
  const all = isKept ? alive.map((one) => (one.id === open.id ? opened : one)) : [...alive, opened];
  if (all.length <= mostKept) return all;
  const oldest = all.toSorted((one, other) => one.seenAt - other.seenAt)[0];
  return all.filter((one) => one !== oldest);
}
