import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './start/paths.ts';
import { slowTier, tierIn } from './test-tiers.ts';

test('every file of the slow tier is there, so that a move takes none out of both tiers', () => {
  expect(slowTier.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('what is not asked for by tier runs whatever its tier', () => {
  expect(tierIn({})).toBe('all');
  expect(tierIn({ BERTH_TESTS: 'fast' })).toBe('fast');
  expect(tierIn({ BERTH_TESTS: 'slow' })).toBe('slow');
});
