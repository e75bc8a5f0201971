/** The words of this room. */
import type { Readable } from 'node:stream';

/** What is exported, one file after the other; the whole of it in memory, or from a disk. */
export type Entry =
  | { name: string; bytes: Buffer }
  | { name: string; sizeBytes: number; read: () => Readable };

export type ObjectState = { ok: true; sizeBytes: number } | { ok: false; reason: 'missing' | 'damaged' };

/** What this room needs of the vault. */
export type Originals = {
  /** @param isQuick leaves the hash out */
  check: (sha256: string, isQuick: boolean) => Promise<ObjectState>;
  read: (sha256: string) => Readable;
  /** Every content that is kept. */
  all: () => AsyncIterable<string>;
  keep: (
    chunks: AsyncIterable<Uint8Array>,
  ) => Promise<{ ok: true; sha256: string } | { ok: false; reason: string }>;
  /** Takes damaged bytes out of the way; they are not deleted. */
  setAside: (sha256: string) => Promise<void>;
};
