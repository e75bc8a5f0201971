import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { afterEach, expect, test, vi } from 'vitest';
import { hashingThread, type HashingThread } from './hashing-thread.ts';
import { giveWay, goBehindAll } from './thread-priority.ts';

vi.mock('./thread-priority.ts', { spy: true });

/** A password's: the kernel counts a thread's time in ticks of a few ms. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const neverMs = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.resetAllMocks();
});

function hashed(thread: HashingThread, password: string): Promise<string> {
  return thread.done({ kind: 'argon2-hash', password, options: cost }).then(String);
}

/** What is asked of the kernel is noted and not done: beside other tests a thread behind all others would wait for them. */
function noteAlone(): void {
  vi.mocked(giveWay).mockImplementation(() => {});
  vi.mocked(goBehindAll).mockImplementation(() => {});
}

/** SCHED_IDLE is 5: field 41 of what the kernel tells of a thread. */
function policies(): string[] {
  return readdirSync('/proc/self/task').map((tid) => {
    const stat = readFileSync(`/proc/self/task/${tid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38] ?? '';
  });
}

/** As if this process had been so busy all the time. */
function busy(utilization: number): void {
  vi.spyOn(performance, 'eventLoopUtilization').mockReturnValue({
    idle: 1 - utilization,
    active: utilization,
    utilization,
  });
}

test('hazard S9: whoever waited too long behind all others is helped by a thread that shares with them until nobody waits', async () => {
  noteAlone();
  const thread = hashingThread(5);
  const words = Array.from({ length: 5 }, (_, index) => `Word-${index}`);
  const hashes = await Promise.all(words.map((word) => hashed(thread, word)));
  expect(vi.mocked(giveWay).mock.calls.length, 'threads that were begun').toBe(2);
  const [[first], [second]] = vi.mocked(giveWay).mock.calls as [[number], [number]];
  expect(vi.mocked(goBehindAll).mock.calls).toEqual([[first]]);
  // Each is answered once and rightly, the one too that was at work when it was relieved.
  const verified = words.map((word, index) =>
    hashingThread(null).done({ kind: 'argon2-verify', hashed: hashes[index] ?? '', password: word }),
  );
  expect(await Promise.all(verified)).toEqual(words.map(() => true));
  await expect.poll(() => vi.mocked(goBehindAll).mock.calls).toEqual([[first], [second]]);
});

test('hazard S9: whoever has waited too long by the time that the thread has begun is helped too', async () => {
  noteAlone();
  await hashed(hashingThread(1), 'Word');
  expect(vi.mocked(giveWay).mock.calls.length, 'threads that were begun').toBe(2);
  await expect.poll(() => vi.mocked(goBehindAll).mock.calls.length).toBe(2);
});

test('hazard S9: while its process is busy a thread pauses between hashes', async () => {
  noteAlone();
  const [thread, another] = [hashingThread(neverMs), hashingThread(null)];
  await hashed(thread, 'Word');
  busy(1);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await hashed(thread, 'Word');
  let isDone = false;
  const next = hashed(thread, 'Word').then(() => (isDone = true));
  for (let count = 0; count < 5; count++) await hashed(another, 'Word');
  expect(isDone).toBe(false);
  // Not for ever, and no longer than it takes a person to notice.
  vi.advanceTimersByTime(2_000);
  await next;
});

test('hazard S9: while its process has nothing else to do, a thread goes from hash to hash', async () => {
  noteAlone();
  const thread = hashingThread(neverMs);
  await hashed(thread, 'Word');
  busy(0);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  for (let count = 0; count < 3; count++) await hashed(thread, 'Word');
});

test('hazard S9: in a process that serves, hashing has a core only while nobody else wants it', async () => {
  // Elsewhere than on Linux with chrt (util-linux) this cannot be shown, and a test that shows nothing has not passed.
  expect(spawnSync('chrt', ['--version']).error).toBeUndefined();
  expect(policies()).not.toContain('5');
  await hashed(hashingThread(200), 'Word');
  await expect.poll(policies, { timeout: 10_000 }).toContain('5');
});
