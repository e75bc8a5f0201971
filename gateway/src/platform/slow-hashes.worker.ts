/** Hashes on a thread of its own. Where it is told so, it steps back: whoever has an answer to give goes before. */
import { scryptSync } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { hashSync, verifySync } from '@node-rs/argon2';
import type { SlowAnswer, SlowQuestion } from './slow-hashes.ts';

const stepsBack: unknown = Reflect.get(Object(workerData), 'stepsBack');

try {
  // Linux gives each thread a priority of its own, by the thread's id. Elsewhere there is none to ask for.
  if (typeof stepsBack === 'number' && stepsBack > 0) setPriority(Number(basename(readlinkSync('/proc/thread-self'))), stepsBack);
} catch {}

parentPort?.on('message', (question: SlowQuestion) => {
  parentPort?.postMessage(answerTo(question));
});

function answerTo({ id, work }: SlowQuestion): SlowAnswer {
  try {
    switch (work.kind) {
      case 'argon2-hash':
        return { id, ok: true, value: hashSync(work.password, work.options) };
      case 'argon2-verify':
        return { id, ok: true, value: verifySync(work.hashed, work.password) };
      case 'scrypt':
        return { id, ok: true, value: scryptSync(work.secret, work.salt, work.lengthBytes, work.options) };
    }
  } catch (error) {
    return { id, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
