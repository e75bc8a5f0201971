import { expect, test } from 'vitest';
import { createSettingsCheck } from './settings-check.ts';

test('a setting may be called as what every object inherits: absent it is no value, and it may be required', () => {
  const check = createSettingsCheck({
    type: 'object',
    required: ['valueOf'],
    properties: { toString: { type: 'string' }, valueOf: { type: 'string' } },
  });
  expect(check({})).toEqual([{ pointer: '/valueOf', detail: 'is required' }]);
  expect(check({ valueOf: 'x', toString: 'y' })).toEqual([]);
});
