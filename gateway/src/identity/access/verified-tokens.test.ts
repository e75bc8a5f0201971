import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifiedTokens } from './verified-tokens.ts';

const keyOf = () => generateKeyPairSync('ed25519').publicKey;
const claims = { sessionId: 's', userId: 'u', version: 1, expiresAt: 1_000 };

test('A6 what was proved is known until its end, and never longer', () => {
  let time = 0;
  const key = keyOf();
  const proven = verifiedTokens({ key: () => key, now: () => time });
  proven.keep('a', 'k', claims);
  time = 999;
  expect([proven.get('a'), proven.get('b')]).toEqual([claims, null]);
  time = 1_000;
  expect(proven.get('a')).toBeNull();
});

test('A6 E2 with its key it falls away, also where another key has its name', () => {
  const keys = new Map<string, KeyObject>([['k', keyOf()]]);
  const proven = verifiedTokens({ key: (kid) => keys.get(kid) ?? null, now: () => 0 });
  proven.keep('replaced', 'k', claims);
  proven.keep('retired', 'k', claims);
  proven.keep('of no key', 'other', claims);
  keys.set('k', keyOf());
  expect(proven.get('replaced')).toBeNull();
  keys.delete('k');
  expect([proven.get('retired'), proven.get('of no key')]).toEqual([null, null]);
});

test('A6 however many there are, it keeps so many', () => {
  const key = keyOf();
  const proven = verifiedTokens({ key: () => key, now: () => 0, maxEntries: 10 });
  for (let index = 0; index < 100; index++) proven.keep(`token-${index}`, 'k', claims);
  const kept = Array.from({ length: 100 }, (_, index) => index).filter(
    (index) => proven.get(`token-${index}`) !== null,
  );
  expect(kept).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
});
