/**
 * Hashes that are slow on purpose, on threads of their own: Node's own pool stays free for what requests wait for, and, where the process
 * says so, a flood of sign-ins slows down nothing but sign-ins.
 */
import type { ScryptOptions } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hashingThread, type Argon2Cost, type HashingThread, type SlowWork } from './hashing-thread.ts';

/** One core is left to whatever is not a hash, where there is more than one. */
const threads: (HashingThread | null)[] = Array.from(
  { length: Math.max(1, availableParallelism() - 1) },
  () => null,
);
let patienceMs: number | null = null;

/**
 * From now on hashing gives way to all else that this machine does: it has a core while nobody else wants it, and while this process is
 * busy it pauses between hashes. For a process that serves; before the first hash.
 * @param longestMs after which a hash takes its turn beside the others all the same
 */
export function hashBehindOthers(longestMs = 2_000): void {
  patienceMs = longestMs;
}

/** A PHC string of argon2id. */
export async function argon2Hash(password: string | Uint8Array, options: Argon2Cost): Promise<string> {
  return String(await done({ kind: 'argon2-hash', password, options }));
}

export async function argon2Verify(hashed: string, password: string): Promise<boolean> {
  return (await done({ kind: 'argon2-verify', hashed, password })) === true;
}

export async function scryptHash(
  secret: string,
  salt: Uint8Array,
  lengthBytes: number,
  options: ScryptOptions,
): Promise<Buffer> {
  const value = await done({ kind: 'scrypt', secret, salt, lengthBytes, options });
  if (!(value instanceof Uint8Array)) throw new Error('scrypt gave no bytes');
  return Buffer.from(value);
}

/** By the thread that has least to do. */
function done(work: SlowWork): Promise<unknown> {
  const index = threads.reduce(
    (least, thread, at) => (loadOf(thread) < loadOf(threads[least]) ? at : least),
    0,
  );
  return (threads[index] ??= hashingThread(patienceMs)).done(work);
}

function loadOf(thread: HashingThread | null | undefined): number {
  return thread?.load() ?? 0;
}
