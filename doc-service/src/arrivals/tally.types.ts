/**
 * How files come: `upload` is also the Share menu, `paperless` are programs for Paperless, `dav` is WebDAV.
 */
export const ways = ['watch', 'upload', 'paperless', 'dav', 'mail', 'import'] as const;
export type Way = (typeof ways)[number];
export type WaySum = { way: Way; taken: number; refused: number; lastAt: Date | null };
/** @property name of the file; empty where it was refused before its name came */
export type Refusal = { at: Date; way: Way; name: string; reason: string };
