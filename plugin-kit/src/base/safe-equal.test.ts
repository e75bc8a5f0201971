import { expect, test } from 'vitest';
import { safeEqual } from './safe-equal.ts';

test('equal secrets are equal, as text and as bytes; other lengths and other letters are not, and nothing throws', () => {
  expect(safeEqual('secret', Buffer.from('secret'))).toBe(true);
  for (const other of ['', 'secre', 'secrets', 'Secret', 'secreu'])
    expect(safeEqual(other, 'secret')).toBe(false);
});
