/** The watched folder itself, not what is in it: is it there, is it the same, does it report its changes? */
import { lstat, readdir, statfs } from 'node:fs/promises';
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';

// statfs(2): NFS, SMB, CIFS, SMB2, 9P, FUSE, AFS, Ceph: events of other machines do not arrive.
const networkTypes = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x5346414f, 0x00c36400,
]);

/**
 * Offline is not empty: a folder that is gone, cannot be read, or lost everything at once, says nothing about
 * its files.
 * @returns a sentence, or null when all is well
 */
export async function rootTrouble(root: string, knowsFiles: () => Promise<boolean>): Promise<string | null> {
  try {
    if (!(await lstat(root)).isDirectory()) return 'The watched folder is not a folder.';
    if ((await readdir(root)).length === 0 && (await knowsFiles()))
      return 'The watched folder is suddenly empty; it is taken for a mount that is gone.';
    return null;
  } catch (error) {
    return say`The watched folder cannot be read (${errorCode(error) ?? 'unknown'}).`;
  }
}

/** Device and inode; null when it is not there. */
export async function identityOf(root: string): Promise<string | null> {
  return lstat(root, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => null,
  );
}

export async function isOnNetwork(root: string): Promise<boolean> {
  return networkTypes.has((await statfs(root)).type);
}
