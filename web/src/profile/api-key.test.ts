import { expect, test } from 'vitest';
import { expiryOf, scopesOf, scopeWords } from './api-key.rules.ts';

const nothing = { allPlugins: false, plugins: [], account: false, admin: false, readOnly: false };

test.each([
  [nothing, []],
  [{ ...nothing, allPlugins: true, plugins: ['hello'] }, ['plugins:*']],
  [{ ...nothing, plugins: ['hello', 'other'], account: true }, ['plugins:hello', 'plugins:other', 'account']],
  [{ ...nothing, allPlugins: true, admin: true, readOnly: true }, ['plugins:*:read', 'admin:read']],
])('A16 the form %j asks for %j', (wish, scopes) => {
  expect(scopesOf(wish)).toEqual(scopes);
});

test('A16 what a key may use is said in the words of its form', () => {
  const nameOf = (id: string) => (id === 'hello' ? 'Hello' : undefined);
  expect(
    scopeWords(['plugins:*:read', 'plugins:hello', 'plugins:gone:read', 'account', 'admin'], nameOf),
  ).toBe('Every extension (reading alone), Hello, gone (reading alone), My account, Administration');
});

test('A16 a lifetime is counted from now; none does not end', () => {
  expect(expiryOf('7', Date.parse('2026-01-01T00:00:00Z'))).toBe('2026-01-08T00:00:00.000Z');
  expect(expiryOf('', 0)).toBeNull();
});
