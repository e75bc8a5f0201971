/** Hashes on a thread of its own. It says which one it is, so that it can be made to step back: whoever has an answer to give goes before. */
import { scryptSync } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { hashSync, verifySync } from '@node-rs/argon2';
import type { SlowAnswer, SlowGreeting, SlowQuestion } from './slow-hashes.ts';

parentPort?.postMessage({ tid: ownTid() } satisfies SlowGreeting);

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

/** Linux gives each thread a priority of its own, by the thread's id. Elsewhere there is none to ask for. */
function ownTid(): number | null {
  try {
    return Number(basename(readlinkSync('/proc/thread-self')));
  } catch {
    return null;
  }
}
