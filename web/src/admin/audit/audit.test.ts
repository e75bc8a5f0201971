import { expect, test } from 'vitest';
import type { AuditEvent } from '#api/access.ts';
import { actionWords, auditQueryString, dayBefore, readAuditSearch } from './audit.rules.ts';
import { detailLines } from './details.rules.ts';

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
});

test('B7: details have names for what machines call by keys and ids; what is gone keeps its id', () => {
  const known = new Map([
    ['u-1', 'ada@example.org'],
    ['g-1', 'Harbour'],
  ]);
  const names = {
    nameOf: (id: string) => known.get(id),
    pluginName: (id: string) => (id === 'hello' ? 'Hello' : undefined),
    problemTitle: (type: string) => (type === 'stale' ? 'Somebody saved meanwhile' : undefined),
  };
  const linesOf = (action: string, details: AuditEvent['details']) =>
    detailLines({ action, details }, names).map(({ name, value }) => `${name}: ${value}`);
  expect(linesOf('account.change', { is_active: false, user_ids: ['u-1', 'gone'], group_id: 'g-1' })).toEqual(
    ['Account is active: No', 'People: ada@example.org and gone', 'Group: Harbour'],
  );
  expect(linesOf('plugin.grant.set', { effect: 'deny', plugin: 'hello', problem: 'stale' })).toEqual([
    'Effect: Denied',
    'Extension: Hello',
    'Reason: Somebody saved meanwhile',
  ]);
  expect(linesOf('configuration.set', { plugin: 'hello/keys', fields: ['PORT'] })).toEqual([
    'Source: Hello/keys',
    'Settings that were sent: PORT',
  ]);
  expect(linesOf('session.open', { state: 'refused', problem: 'no-account' })).toEqual([
    'What became of it: Refused',
    'Reason: There was no account',
  ]);
  expect(linesOf('configuration.reveal', { fields: ['every key'] })).toEqual([
    'Settings that were sent: every key',
  ]);
  expect(linesOf('group.members.add', { user_ids: ['u-1', 'and 7 more'] })).toEqual([
    'People: ada@example.org and 7 more',
  ]);
  // A name that people gave is no word of the gateway, also where it is spelt like one.
  expect(linesOf('group.create', { name: 'started', state: 'signed in', later: 'x' })).toEqual([
    'Name: started',
    'What became of it: Signed in',
    'later: x',
  ]);
});
