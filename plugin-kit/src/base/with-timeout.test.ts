import { expect, test } from 'vitest';
import { TimedOut, withTimeout } from './with-timeout.ts';

test('what is there in time is given, also a plain value and a refusal', async () => {
  await expect(withTimeout(60_000, Promise.resolve(1))).resolves.toBe(1);
  await expect(withTimeout(60_000, 2)).resolves.toBe(2);
  await expect(withTimeout(60_000, Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

test('what is late rejects, and its own late failure harms nothing', async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  await expect(withTimeout(1, promise)).rejects.toThrow(new TimedOut(1));
  reject(new Error('too late'));
  await expect(promise).rejects.toThrow('too late');
});
