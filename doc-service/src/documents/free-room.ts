/**
 * Room on the disk of the vault: asked for after so many bytes, of one file or of many, not before each
 * write.
 */
import { statfs } from 'node:fs/promises';

export type FreeRoom = {
  mayWrite: (sizeBytes: number) => Promise<boolean>;
  hasRoom: () => Promise<boolean>;
  /** A write failed for want of room: the next one asks the disk. */
  askAgain: () => void;
};

const checkedEveryBytes = 16 * 1024 * 1024;

/** @param reserveBytes room that is left free on the disk */
export function createFreeRoom(folder: string, reserveBytes: number): FreeRoom {
  let uncheckedBytes = Number.POSITIVE_INFINITY;
  const freeBytes = async (): Promise<number> => {
    const disk = await statfs(folder);
    return disk.bavail * disk.bsize;
  };
  return {
    async mayWrite(sizeBytes) {
      uncheckedBytes += sizeBytes;
      if (uncheckedBytes <= checkedEveryBytes) return true;
      if ((await freeBytes()) < reserveBytes) return false;
      uncheckedBytes = 0;
      return true;
    },
    hasRoom: async () => (await freeBytes()) > reserveBytes,
    askAgain: () => void (uncheckedBytes = Number.POSITIVE_INFINITY),
  };
}
