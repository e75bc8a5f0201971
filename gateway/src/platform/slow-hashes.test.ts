import { randomBytes, scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { argon2Hash, argon2Verify, scryptHash } from './slow-hashes.ts';

// As cheap as they come: it is the threads that are looked at.
const cheap = { memoryCost: 64, timeCost: 1, parallelism: 1 };

test('hazard S9: hashes made on threads of their own are the right ones, many at once, each to whom it belongs', async () => {
  const words = Array.from({ length: 40 }, (_, index) => `Word-${index}`);
  const hashes = await Promise.all(words.map((word) => argon2Hash(word, cheap)));
  expect(new Set(hashes).size).toBe(words.length);
  const fits = await Promise.all(
    words.flatMap((word, index) => [
      argon2Verify(hashes[index] ?? '', word),
      argon2Verify(hashes[index] ?? '', `${word}!`),
    ]),
  );
  expect(fits).toEqual(words.flatMap(() => [true, false]));
  const salt = randomBytes(16);
  const options = { N: 1024, r: 8, p: 1 };
  expect(await scryptHash('secret', salt, 32, options)).toEqual(scryptSync('secret', salt, 32, options));
});

test('hazard S9: what cannot be hashed is an error for whoever asked, and for nobody else', async () => {
  const good = await argon2Hash('Word', cheap);
  const [bad, fine] = await Promise.allSettled([
    argon2Verify('no hash at all', 'Word'),
    argon2Verify(good, 'Word'),
  ]);
  expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(Error) as unknown });
  expect(fine).toEqual({ status: 'fulfilled', value: true });
});
