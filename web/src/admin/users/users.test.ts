import { expect, test } from 'vitest';
import { groupsLike } from '../groups/groups.rules.ts';
import { nextOrder, readUsersSearch, sortOf, usersQueryString } from './users.rules.ts';

test('the address is read with care', () => {
  expect(
    readUsersSearch({ q: 'ada', page: 2.5, sort: '-name', right: 'user', state: 'off', other: 1 }),
  ).toEqual({
    q: 'ada',
    page: 2,
    sort: '-name',
    right: 'user',
    state: 'off',
  });
  expect(readUsersSearch({ q: '', page: 1, sort: 'password', right: 'root', state: true })).toEqual({});
  expect(readUsersSearch({ page: Number.NaN, sort: ['name'] })).toEqual({});
});

test('and asked of the gateway in its own words', () => {
  expect(usersQueryString({}, 25)).toBe('q=&page=1&page_size=25');
  expect(
    usersQueryString({ q: 'a&b', page: 3, sort: '-last_sign_in_at', right: 'superuser', state: 'off' }, 25),
  ).toBe('q=a%26b&page=3&page_size=25&sort=-last_sign_in_at&is_superuser=true&is_active=false');
});

test('a head goes through three orders', () => {
  expect([undefined, 'name' as const, '-name' as const].map((now) => nextOrder(now, 'name'))).toEqual([
    'name',
    '-name',
    undefined,
  ]);
  expect(
    [undefined, '-created_at' as const, 'created_at' as const].map((now) => nextOrder(now, 'created_at')),
  ).toEqual(['-created_at', 'created_at', undefined]);
  expect(nextOrder('name', 'last_sign_in_at')).toBe('-last_sign_in_at');
  expect([sortOf('name', 'name'), sortOf('-name', 'name'), sortOf('name', 'created_at')]).toEqual([
    'ascending',
    'descending',
    'none',
  ]);
});

test('B2 groups are found by every word of their name or description, in any case; an empty search finds all', () => {
  const groups = [
    { name: 'Harbour staff', description: '' },
    { name: 'Readers', description: 'May read the harbour log' },
  ];
  expect(groupsLike(groups, 'HARBOUR')).toEqual(groups);
  expect(groupsLike(groups, 'harbour log')).toEqual([groups[1]]);
  expect(groupsLike(groups, ' ')).toEqual(groups);
  expect(groupsLike(groups, 'crane')).toEqual([]);
});
