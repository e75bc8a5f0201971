import { type JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import { expect, test } from 'vitest';
import { check } from './form-errors.ts';
import { isQuickPattern, withoutSlowPatterns } from './quick-patterns.ts';

test.each([
  '^[A-Z].*$',
  '^\\d{4}-\\d{2}$',
  '^[a-z0-9.-]+@[a-z]+$',
  '^(?:mon|tue)$',
  '^v?\\d+$',
  '[(+*]',
  '^\\(a\\)+$',
])('%s is run', (pattern) => {
  expect(isQuickPattern(pattern, 40)).toBe(true);
});

test.each([
  '^(a+)+$',
  '(a|aa)+$',
  '^(a*)*b',
  '(x+x+)+y',
  '^(?=a)b',
  '(.)\\1',
  'a*a*a*a*a*b',
  `^${'a?'.repeat(40)}b`,
  '(a',
  'a)',
  '^(a?){40}$',
])('%s is left to the gateway', (pattern) => {
  expect(isQuickPattern(pattern, 40)).toBe(false);
});

test('a longer text makes more patterns slow', () => {
  expect([isQuickPattern('^a+b+c+$', 100), isQuickPattern('^a+b+c+$', 2000)]).toEqual([true, false]);
});

test('a property may be called pattern; a value is no schema; a map with a slow pattern judges no names', () => {
  const schema: JsonObject = {
    properties: { pattern: { type: 'string', pattern: '(a+)+' }, it: { const: { pattern: '(a+)+' } } },
    patternProperties: { '(a+)+': {} },
    additionalProperties: false,
  };
  expect(withoutSlowPatterns(schema, {})).toEqual({
    properties: { pattern: { type: 'string' }, it: { const: { pattern: '(a+)+' } } },
  });
});

test("hazard M5: a container's slow pattern does not stall the page", () => {
  const schema = {
    type: 'object',
    properties: { it: { type: 'string', pattern: '^(a+)+$', minLength: 90 } },
  };
  const startedAt = performance.now();
  expect(check(schema, {}, { it: `${'a'.repeat(60)}!` })).toEqual([
    { pointer: '/it', detail: 'Use at least 90 characters.' },
  ]);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
