import type { PluginIcon } from '../registry/snapshot.ts';

/** What was left out of a picture, or why it is none. */
export type Cleaning =
  | { ok: true; bytes: Buffer; leftOut: readonly string[] }
  | { ok: false; reason: string };

/** `isFinal`: what came is no good icon, and asking again would bring the same. */
export type IconAnswer = { ok: true; icon: PluginIcon } | { ok: false; reason: string; isFinal: boolean };
