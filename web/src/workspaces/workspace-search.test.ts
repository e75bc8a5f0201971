import { expect, test } from 'vitest';
import { filterWords } from './workspace-search.rules.ts';

test('G5: a filter of an address is shown in words, and one with an unknown comparison as it came', () => {
  expect(filterWords('level:eq:error:late')).toBe('level is error:late');
  for (const comparison of ['{', '{level}', 'constructor', ''])
    expect(filterWords(`level:${comparison}:error`)).toBe(`level ${comparison} error`);
});
