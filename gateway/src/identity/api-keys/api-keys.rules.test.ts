import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { composeKey, isScope, looksLikeApiKey, partsOf } from './api-keys.rules.ts';

test('hazard S8: of 100,000 keys each is found by its own prefix, also where prefix or secret hold the separator', () => {
  let withSeparator = 0;
  let wrong = 0;
  for (let index = 0; index < 100_000; index++) {
    const { key, prefix, secret } = composeKey(randomBytes(6), randomBytes(32));
    const parts = partsOf(key);
    if (parts?.prefix !== prefix || parts.secret !== secret || !looksLikeApiKey(key)) wrong++;
    if (prefix.includes('_')) withSeparator++;
  }
  expect(wrong).toBe(0);
  // About one prefix in nine: the property was really tried.
  expect(withSeparator).toBeGreaterThan(5_000);
});

test('hazard S8: a prefix of separators alone is found as well', () => {
  const { key, prefix } = composeKey(Buffer.from('______AA', 'base64url'), randomBytes(32));
  expect(prefix.startsWith('______')).toBe(true);
  expect(partsOf(key)?.prefix).toBe(prefix);
});

test.each([
  '',
  'berth_',
  'berth_abcdefgh',
  `berth_abcdefgh_${'a'.repeat(42)}`,
  `berth_abcdefgh_${'a'.repeat(44)}`,
  `berth_abcdefgh-${'a'.repeat(43)}`,
  `berth_abcdefgh_${'a'.repeat(42)} `,
  `berth_abcdefgh_${'a'.repeat(43)}\n`,
])('A16 %j is no key', (text) => {
  expect(partsOf(text)).toBeNull();
});

test.each([
  ['plugins:*', true],
  ['plugins:*:read', true],
  ['plugins:hello', true],
  ['plugins:hello:read', true],
  ['account', true],
  ['admin:read', true],
  ['plugins:', false],
  ['plugins:Hello', false],
  ['plugins:../x', false],
  ['root', false],
  ['admin:write', false],
])('A16 the scope %j: %s', (scope, isOne) => {
  expect(isScope(scope)).toBe(isOne);
});
