/** Hashes on a thread of its own. It says which one it is, so that it can be made to step back: whoever has an answer to give goes before. */
import { scryptSync } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { hashSync, verifySync } from '@node-rs/argon2';
import type { SlowAnswer, SlowGreeting, SlowWork } from './hashing-thread.ts';

parentPort?.postMessage({ tid: ownTid() } satisfies SlowGreeting);

parentPort?.on('message', (work: SlowWork) => {
  parentPort?.postMessage(answerTo(work));
});

function answerTo(work: SlowWork): SlowAnswer {
  const before = process.threadCpuUsage();
  const cpuMs = () => {
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  };
  try {
    return { ok: true, value: valueOf(work), cpuMs: cpuMs() };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error), cpuMs: cpuMs() };
  }
}

function valueOf(work: SlowWork): string | boolean | Uint8Array {
  switch (work.kind) {
    case 'argon2-hash':
      return hashSync(work.password, work.options);
    case 'argon2-verify':
      return verifySync(work.hashed, work.password);
    case 'scrypt':
      return scryptSync(work.secret, work.salt, work.lengthBytes, work.options);
  }
}

/** Linux gives each thread a priority of its own, by the thread's id. Elsewhere there is none to ask for. */
function ownTid(): number | null {
  try {
    return Number(basename(readlinkSync('/proc/thread-self')));
  } catch {
    return null;
  }
}
