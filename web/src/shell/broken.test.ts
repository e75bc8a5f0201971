import { expect, test } from 'vitest';
import { isOutdated, reportOf } from './broken.rules.ts';

test('a part that could not be fetched asks for a reload, anything else does not', () => {
  expect(
    isOutdated(new TypeError('Failed to fetch dynamically imported module: https://x/assets/users-1.js')),
  ).toBe(true);
  expect(isOutdated(new TypeError('error loading dynamically imported module'))).toBe(true);
  expect(isOutdated(new TypeError('Importing a module script failed.'))).toBe(true);
  expect(isOutdated(new TypeError('x is undefined'))).toBe(false);
  expect(isOutdated('text')).toBe(false);
});

test('a report names what and where, and no host', () => {
  const error = new TypeError('x is undefined');
  error.stack = 'TypeError: x is undefined\n    at Page (https://berth.example/assets/a.js:1:2)\n    at b';
  expect(reportOf(error, '/apps')).toBe(
    'TypeError: x is undefined\nat /apps\nat Page (/assets/a.js:1:2)\nat b',
  );
  expect(reportOf(7, '/apps')).toBe('Unknown error at /apps');
});
