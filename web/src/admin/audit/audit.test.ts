import { expect, test } from 'vitest';
import { actionWords, auditQueryString, dayBefore, detailLines, readAuditSearch } from './audit.rules.ts';

test('B7: the address says the filters; what is not understood is left out', () => {
  expect(
    readAuditSearch({
      q: 'ada',
      action: 'group.create',
      outcome: 'refused',
      from: '2026-11-01',
      to: 'tomorrow',
      actor: '',
      page: 3,
    }),
  ).toEqual({
    q: 'ada',
    action: 'group.create',
    outcome: 'refused',
    from: '2026-11-01',
  });
  expect(readAuditSearch({ outcome: 'fine', from: '2026-99-99' })).toEqual({});
});

test('B7: days begin and end where the reader is, and the last one counts', () => {
  const query = new URLSearchParams(
    auditQueryString({ q: 'a&b', from: '2026-11-01', to: '2026-11-30' }, { limit: '50' }),
  );
  expect(query.get('q')).toBe('a&b');
  expect(query.get('limit')).toBe('50');
  expect(query.get('from')).toBe(new Date(2026, 10, 1).toISOString());
  expect(query.get('to')).toBe(new Date(2026, 11, 1).toISOString());
});

test('B7: the last days begin where the reader is', () => {
  const now = new Date(2027, 0, 3, 0, 10);
  expect([0, 6].map((days) => dayBefore(now, days))).toEqual(['2027-01-03', '2026-12-28']);
});

test('B7: rows in words', () => {
  expect(actionWords('session.open')).toBe('Signed in');
  expect(actionWords('PUT /api/something')).toBe('PUT /api/something');
  expect(detailLines({ details: { is_active: false, user_ids: ['a', 'b'] } })).toEqual([
    { name: 'is active', value: 'false' },
    { name: 'user ids', value: 'a, b' },
  ]);
});
