import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { argon2Hash, argon2Verify, hashBehindOthers } from './slow-hashes.ts';

const cost = { memoryCost: 8_192, timeCost: 1, parallelism: 1 };
const hasChrt = process.platform === 'linux' && spawnSync('chrt', ['--version']).error === undefined;

/** SCHED_IDLE is 5: field 41 of what the kernel tells of a thread. */
function policies(): string[] {
  return readdirSync('/proc/self/task').map((tid) => {
    const stat = readFileSync(`/proc/self/task/${tid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38] ?? '';
  });
}

test.runIf(hasChrt)('hazard S9: in a process that serves, hashing has a core only while nobody else wants it, and not for ever', async () => {
  expect(policies()).not.toContain('5');
  // From the first moment on somebody has waited too long.
  hashBehindOthers(1);
  await argon2Hash('Word', cost);
  await expect.poll(policies).toContain('5');
  const words = Array.from({ length: 20 }, (_, index) => `Word-${index}`);
  // Another thread takes over what this one was asked, and each is answered once and rightly.
  const hashes = await Promise.all(words.map((word) => argon2Hash(word, cost)));
  expect(await Promise.all(words.map((word, index) => argon2Verify(hashes[index] ?? '', word)))).toEqual(words.map(() => true));
  await expect.poll(policies).toContain('5');
});
