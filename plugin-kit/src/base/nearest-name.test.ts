import { expect, test } from 'vitest';
import { editDistance, nearestName } from './nearest-name.ts';

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', 'abc', 0],
  ['PROXIS', 'PROXIES', 1],
  ['PROT', 'PORT', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j it is %i', (one, other, distance) => {
  expect([editDistance(one, other), editDistance(other, one)]).toEqual([distance, distance]);
});

test('the nearest known name is found, and none where none is near', () => {
  const known = ['BERTH_PORT', 'BERTH_TRUSTED_PROXIES', 'BERTH_POLL_SECONDS'];
  expect(nearestName('BERTH_TRUSTED_PROXIS', known)).toBe('BERTH_TRUSTED_PROXIES');
  expect(nearestName('BERTH_POLL_SECOND', known)).toBe('BERTH_POLL_SECONDS');
  expect(nearestName('BERTH_SOMETHING_ELSE', known)).toBeNull();
});
