/**
 * Hashes that are slow on purpose, on threads of their own: Node's own pool stays free
 * for what requests wait for, and, where the process says so, a flood of sign-ins slows down nothing but sign-ins. Started when first needed; they keep no
 * process alive.
 */
import type { ScryptOptions } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

export type Argon2Cost = { memoryCost?: number; timeCost?: number; parallelism?: number };

type SlowWork =
  | { kind: 'argon2-hash'; password: string | Uint8Array; options: Argon2Cost }
  | { kind: 'argon2-verify'; hashed: string; password: string }
  | { kind: 'scrypt'; secret: string; salt: Uint8Array; lengthBytes: number; options: ScryptOptions };

export type SlowQuestion = { id: number; work: SlowWork };
export type SlowAnswer = { id: number; ok: true; value: string | boolean | Uint8Array } | { id: number; ok: false; message: string };

type Waiting = { resolve: (value: unknown) => void; reject: (error: Error) => void };
type Hand = { worker: Worker; waiting: Map<number, Waiting> };

/** One core is left to whatever is not a hash, where there is more than one. */
const hands: (Hand | null)[] = Array.from({ length: Math.max(1, availableParallelism() - 1) }, () => null);
let lastId = 0;
let stepsBack = 0;

/** From now on hashing gives way to all else that this machine does. For a process that serves; before the first hash. */
export function hashBehindOthers(): void {
  stepsBack = 10;
}

/** A PHC string of argon2id. */
export async function argon2Hash(password: string | Uint8Array, options: Argon2Cost): Promise<string> {
  return String(await done({ kind: 'argon2-hash', password, options }));
}

export async function argon2Verify(hashed: string, password: string): Promise<boolean> {
  return (await done({ kind: 'argon2-verify', hashed, password })) === true;
}

export async function scryptHash(secret: string, salt: Uint8Array, lengthBytes: number, options: ScryptOptions): Promise<Buffer> {
  const value = await done({ kind: 'scrypt', secret, salt, lengthBytes, options });
  if (!(value instanceof Uint8Array)) throw new Error('scrypt gave no bytes');
  return Buffer.from(value);
}

/** By whoever has least to do. */
function done(work: SlowWork): Promise<unknown> {
  const index = hands.reduce((least, hand, at) => (loadOf(hand) < loadOf(hands[least] ?? null) ? at : least), 0);
  const hand = (hands[index] ??= startHand(index));
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    // While it works somebody waits for it, and the process stays.
    hand.worker.ref();
    hand.waiting.set(id, { resolve, reject });
    hand.worker.postMessage({ id, work } satisfies SlowQuestion);
  });
}

function loadOf(hand: Hand | null): number {
  return hand?.waiting.size ?? 0;
}

function startHand(index: number): Hand {
  const worker = new Worker(new URL('slow-hashes.worker.ts', import.meta.url), { execArgv: [], workerData: { stepsBack } });
  const hand: Hand = { worker, waiting: new Map() };
  worker.on('message', (answer: SlowAnswer) => {
    const one = hand.waiting.get(answer.id);
    hand.waiting.delete(answer.id);
    if (hand.waiting.size === 0) worker.unref();
    if (answer.ok) one?.resolve(answer.value);
    else one?.reject(new Error(answer.message));
  });
  const fail = (error: Error): void => {
    if (hands[index] === hand) hands[index] = null;
    for (const { reject } of hand.waiting.values()) reject(error);
    hand.waiting.clear();
  };
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => fail(new Error('a thread for hashes ended')));
  return hand;
}
