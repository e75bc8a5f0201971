/** Room on the disk that a folder lies on. */
import { statfs } from 'node:fs/promises';

/** @returns bytes that this user may still write */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
