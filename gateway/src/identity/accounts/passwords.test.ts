import { boundedQueue, hashingLimits } from '#platform/bounded-queue.ts';
import { describe, expect, test } from 'vitest';
import { passwordFaults, passwordPolicy } from './password-policy.rules.ts';
import { createPasswords } from './passwords.ts';

describe('hazard S9', () => {
  test('beyond the bounded queue comes 503 with a time to try again, and the queue drains', async () => {
    const passwords = createPasswords(boundedQueue({ running: 1, waiting: 2 }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => passwords.hash('Correct-Horse-7')),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(outcomes[4]).toMatchObject({ reason: { status: 503, headers: { 'retry-after': '2' } } });
    expect(await passwords.verify(await passwords.hash('Correct-Horse-7'), 'Correct-Horse-7')).toBe(true);
  });

  test('while as many operations are under way as are let in, the next is refused before its body is read', async () => {
    const passwords = createPasswords(boundedQueue({ running: 1, waiting: 2 }));
    const held = Promise.withResolvers<void>();
    const operations = [1, 2, 3].map(() => passwords.admit(() => held.promise));
    expect(passwords.overload()).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    held.resolve();
    await Promise.all(operations);
    expect(passwords.overload()).toBeNull();
  });
});

test('hashes are argon2id of the agreed cost; the same word in another composition is the same password', async () => {
  const passwords = createPasswords(boundedQueue(hashingLimits));
  const hashed = await passwords.hash('Zo\u00eb-Horse-7');
  expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwords.verify(hashed, 'Zoe\u0308-Horse-7')).toBe(true);
  expect(await passwords.verify(hashed, 'Zoe-Horse-7')).toBe(false);
});

describe('A3 the policy', () => {
  const person = { email: 'jane@example.org', name: 'Jo Miller' };
  test.each([
    ['Correct-Horse-7', []],
    ['Übermut!9', []],
    ['Sh0rt!', [0]],
    ['no-upper-case', [1]],
    ['NoSpecial1', [2]],
    ['With space1', [2]],
    ['Contest-Winner', [3]],
    ['Sweet-JANE-7', [4]],
    ['Miller-Mill-7', [4]],
    ['Jo-is-short-7', []],
    ['', [0, 1, 2]],
    // Full-width and decomposed spellings are hashed as the plain ones, so they are judged as those.
    ['Ｐａｓｓｗｏｒｄ！1', [3]],
    ['Ｔｅｓｔ-winner-7', [3]],
    ['Ｊａｎｅ-Jane-7', [4]],
    ['Ｍｉｌｌｅｒ-Mill-7', [4]],
  ])('%j', (password, broken) => {
    expect(passwordFaults(password, person)).toEqual(broken.map((index) => passwordPolicy[index]?.message));
  });
});
