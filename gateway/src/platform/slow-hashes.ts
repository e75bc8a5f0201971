/**
 * Hashes that are slow on purpose, on threads of their own: Node's own pool stays free
 * for what requests wait for, and, where the process says so, a flood of sign-ins slows down nothing but sign-ins. Started when first needed; they keep no
 * process alive.
 */
import type { ScryptOptions } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { giveWay, goBehindAll } from './thread-priority.ts';

export type Argon2Cost = { memoryCost?: number; timeCost?: number; parallelism?: number };

type SlowWork =
  | { kind: 'argon2-hash'; password: string | Uint8Array; options: Argon2Cost }
  | { kind: 'argon2-verify'; hashed: string; password: string }
  | { kind: 'scrypt'; secret: string; salt: Uint8Array; lengthBytes: number; options: ScryptOptions };

export type SlowQuestion = { id: number; work: SlowWork };
/** What a thread says first. */
export type SlowGreeting = { tid: number | null };
export type SlowAnswer = { id: number; ok: true; value: string | boolean | Uint8Array } | { id: number; ok: false; message: string };

type Waiting = { work: SlowWork; since: number; resolve: (value: unknown) => void; reject: (error: Error) => void };
/** `tid`: the kernel's number of its thread, where there is one. */
type Hand = { worker: Worker; waiting: Map<number, Waiting>; tid: number | null; isBehindAll: boolean };

/** One core is left to whatever is not a hash, where there is more than one. */
const hands: (Hand | null)[] = Array.from({ length: Math.max(1, availableParallelism() - 1) }, () => null);
let lastId = 0;
/** Whoever waits longer than this waits for cores that others never leave. */
let patienceMs: number | null = null;

/**
 * From now on hashing gives way to all else that this machine does: it has a core while nobody else wants it. For a process that
 * serves; before the first hash. @param longestMs after which a hash takes its turn beside the others all the same
 */
export function hashBehindOthers(longestMs = 4_000): void {
  patienceMs = longestMs;
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
  return new Promise((resolve, reject) => ask(hand, ++lastId, { work, since: performance.now(), resolve, reject }));
}

function ask(hand: Hand, id: number, one: Waiting): void {
  // While it works somebody waits for it, and the process stays.
  hand.worker.ref();
  hand.waiting.set(id, one);
  hand.worker.postMessage({ id, work: one.work } satisfies SlowQuestion);
}

function loadOf(hand: Hand | null): number {
  return hand?.waiting.size ?? 0;
}

function startHand(index: number): Hand {
  const worker = new Worker(new URL('slow-hashes.worker.ts', import.meta.url), { execArgv: [] });
  const hand: Hand = { worker, waiting: new Map(), tid: null, isBehindAll: false };
  worker.on('message', (said: SlowAnswer | SlowGreeting) => {
    if ('tid' in said) return stepBack(hand, said.tid);
    const one = hand.waiting.get(said.id);
    hand.waiting.delete(said.id);
    if (hand.waiting.size === 0) rest(hand);
    if (said.ok) one?.resolve(said.value);
    else one?.reject(new Error(said.message));
  });
  const patience = patienceMs === null ? null : setInterval(relieve, patienceMs / 4, index, hand, patienceMs).unref();
  const fail = (error: Error): void => {
    if (patience) clearInterval(patience);
    if (hands[index] === hand) hands[index] = null;
    for (const { reject } of hand.waiting.values()) reject(error);
    hand.waiting.clear();
  };
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => fail(new Error('a thread for hashes ended')));
  return hand;
}

function stepBack(hand: Hand, tid: number | null): void {
  if (tid === null || patienceMs === null) return;
  hand.tid = tid;
  giveWay(tid);
  if (hand.waiting.size === 0) rest(hand);
}

/** Nothing to do: from here on it waits behind all others. */
function rest(hand: Hand): void {
  hand.worker.unref();
  if (hand.tid === null || hand.isBehindAll) return;
  hand.isBehindAll = true;
  goBehindAll(hand.tid);
}

/**
 * Where all cores are busy for long, whoever is behind all others never gets one. A thread may step back by itself and not forward
 * again, so another takes over, which shares the cores until nobody waits.
 */
function relieve(index: number, hand: Hand, longestMs: number): void {
  const [oldest] = hand.waiting.values();
  if (!hand.isBehindAll || !oldest || performance.now() - oldest.since < longestMs) return;
  const waiting = [...hand.waiting];
  hand.waiting.clear();
  const next = (hands[index] = startHand(index));
  for (const [id, one] of waiting) ask(next, id, one);
  void hand.worker.terminate();
}
