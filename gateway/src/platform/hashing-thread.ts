/** A thread that hashes, one after another, and how it gives way to all else. Started when first needed; it keeps no process alive. */
import type { ScryptOptions } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { giveWay, goBehindAll } from './thread-priority.ts';

export type Argon2Cost = { memoryCost?: number; timeCost?: number; parallelism?: number };

export type SlowWork =
  | { kind: 'argon2-hash'; password: string | Uint8Array; options: Argon2Cost }
  | { kind: 'argon2-verify'; hashed: string; password: string }
  | { kind: 'scrypt'; secret: string; salt: Uint8Array; lengthBytes: number; options: ScryptOptions };

/** What it says first. */
export type SlowGreeting = { tid: number | null };
/** `cpuMs`: of a core, without the time that it waited for one; a tick of the kernel more or less. */
export type SlowAnswer = { cpuMs: number } & (
  | { ok: true; value: string | boolean | Uint8Array }
  | { ok: false; message: string }
);

export type HashingThread = {
  done: (work: SlowWork) => Promise<unknown>;
  /** How many hashes wait, with the one that is at work. */
  load: () => number;
};

type Waiting = { work: SlowWork; resolve: (value: unknown) => void; reject: (error: Error) => void };
/** `tid`: the kernel's number of its thread, where there is one. `mayShare`: it takes its turn beside others until nobody waits. */
type Started = { worker: Worker; tid: number | null; isBehindAll: boolean; mayShare: boolean };

/**
 * While this process is busy without pause, so many times the core that a hash took is the pause after it. To be behind all others is
 * not enough: once the kernel has given it a core, it keeps that for the rest of a tick, whoever else comes to want one.
 */
const restForWork = 2;

/** @param patienceMs how long it may wait behind all others before it shares a core with them; `null`: it gives way to nobody */
export function hashingThread(patienceMs: number | null): HashingThread {
  /** The first is at work, unless it rests. */
  const waiting: Waiting[] = [];
  let started: Started | null = null;
  let isAtWork = false;
  let isResting = false;
  let loopUse = performance.eventLoopUtilization();
  let patience: NodeJS.Timeout | undefined;

  const whenPatienceEnds = (act: () => void): void => {
    clearTimeout(patience);
    if (patienceMs !== null) patience = setTimeout(act, patienceMs).unref();
  };

  const goOn = (): void => {
    if (isAtWork || isResting) return;
    const [next] = waiting;
    if (!next) return;
    started ??= start(false);
    // While it works somebody waits for it, and the process stays.
    started.worker.ref();
    isAtWork = true;
    loopUse = performance.eventLoopUtilization();
    whenPatienceEnds(relieve);
    started.worker.postMessage(next.work);
  };

  const take = (answer: SlowAnswer): void => {
    const one = waiting.shift();
    isAtWork = false;
    rest(answer.cpuMs);
    if (waiting.length > 0) goOn();
    else retire();
    if (answer.ok) one?.resolve(answer.value);
    else one?.reject(new Error(answer.message));
  };

  const rest = (cpuMs: number): void => {
    if (patienceMs === null) return;
    const restMs = restForWork * cpuMs * performance.eventLoopUtilization(loopUse).utilization;
    if (restMs < 1) return;
    isResting = true;
    setTimeout(() => {
      isResting = false;
      goOn();
    }, restMs).unref();
  };

  /** Nobody waits: it holds no process, and should it stay so, it goes behind all others again. */
  const retire = (): void => {
    started?.worker.unref();
    whenPatienceEnds(() => started && stepBehind(started));
  };

  /**
   * Where all cores are busy for long, whoever is behind all others never gets one. A thread without privileges may step back and not
   * forward again, so another takes over.
   */
  const relieve = (): void => {
    if (!started?.isBehindAll) return;
    const { worker } = started;
    started = start(true);
    isAtWork = false;
    goOn();
    void worker.terminate();
  };

  const meet = (one: Started, tid: number | null): void => {
    if (tid === null || patienceMs === null) return;
    one.tid = tid;
    giveWay(tid);
    if (one.mayShare) return;
    stepBehind(one);
    if (isAtWork) whenPatienceEnds(relieve);
  };

  const start = (mayShare: boolean): Started => {
    const worker = new Worker(new URL('hashing-thread.worker.ts', import.meta.url), { execArgv: [] });
    const one: Started = { worker, tid: null, isBehindAll: false, mayShare };
    worker.on('message', (said: SlowAnswer | SlowGreeting) => {
      if (one !== started) return;
      if ('tid' in said) meet(one, said.tid);
      else take(said);
    });
    const fail = (error: Error): void => {
      if (one !== started) return;
      started = null;
      isAtWork = false;
      for (const { reject } of waiting.splice(0)) reject(error);
    };
    worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => fail(new Error('a thread for hashes ended')));
    return one;
  };

  return {
    done: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({ work, resolve, reject });
        goOn();
      }),
    load: () => waiting.length,
  };
}

function stepBehind(one: Started): void {
  if (one.tid === null || one.isBehindAll) return;
  one.isBehindAll = true;
  goBehindAll(one.tid);
}
