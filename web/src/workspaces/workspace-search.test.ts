import { expect, test } from 'vitest';
import { atSource, filterWords } from './workspace-search.rules.ts';

test('G5: a filter of an address is shown in words, and one with an unknown comparison as it came', () => {
  expect(filterWords('level:eq:error:late')).toBe('level is error:late');
  for (const comparison of ['{', '{level}', 'constructor', ''])
    expect(filterWords(`level:${comparison}:error`)).toBe(`level ${comparison} error`);
});

test('M3: another source keeps the environment of the address only where it has one of that name', () => {
  const sources = [
    { source_id: 'hello/keys', environments: ['staging'] },
    { source_id: 'quay/keys', environments: [] },
  ];
  const search = { tab: 'logs', source: 'quay/keys', env: 'staging', q: 'ship' } as const;
  expect(atSource(search, 'hello/keys', sources)).toEqual({ ...search, source: 'hello/keys' });
  expect(atSource(search, 'quay/keys', sources)).toEqual({ tab: 'logs', source: 'quay/keys', q: 'ship' });
});
