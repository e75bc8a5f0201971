/** What was left out of a picture, or why it is none. */
export type Cleaning =
  | { ok: true; bytes: Buffer; leftOut: readonly string[] }
  | { ok: false; reason: string };
