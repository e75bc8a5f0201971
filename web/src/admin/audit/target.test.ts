import { expect, test } from 'vitest';
import type { AuditEvent } from '#api/access.ts';
import { targetWords } from './target.rules.ts';

const [ada, ben, pilots, gone] = ['a1', 'b2', 'c3', 'd4'].map(
  (end) => `0199a5a0-0000-7000-8000-0000000000${end}`,
);
const names = new Map([
  [ada, 'ada@example.org'],
  [ben, 'ben@example.org'],
  [pilots, 'Pilots'],
]);
const known = {
  nameOf: (id: string) => names.get(id),
  pluginName: (id: string) => (id === 'cranes' ? 'Quay cranes' : undefined),
};

test.each<[string, string | null | undefined, AuditEvent['details'], string | undefined]>([
  [
    'group.members.add',
    pilots,
    { user_ids: [ada ?? '', ben ?? ''] },
    'Pilots, ada@example.org, ben@example.org',
  ],
  ['group.members.remove', `${pilots} ${ben}`, {}, 'Pilots, ben@example.org'],
  ['group.delete', gone, { name: 'Old hands' }, 'Old hands'],
  ['group.delete', gone, {}, gone],
  ['account.change', ada, { is_active: false }, 'ada@example.org'],
  ['workspace.create', 'north', { name: 'North quay' }, 'North quay'],
  ['plugin.switch', 'cranes', { enabled: false }, 'Quay cranes'],
  ['plugin.grant.set', 'cranes', { subject: 'ben@example.org' }, 'Quay cranes, ben@example.org'],
  ['plugin.grant.remove', 'cranes', { group_id: pilots ?? '' }, 'Quay cranes, Pilots'],
  ['plugin.action.run', 'cranes lift', {}, 'Quay cranes, lift'],
  ['plugin.refused', 'GET cranes /lifts', { plugin: 'cranes' }, 'Quay cranes'],
  ['connection.bind', 'cranes', { name: 'model' }, 'Quay cranes, model'],
  ['capability.change', 'cranes/lifts', {}, 'Quay cranes/lifts'],
  [
    'access-request.approve',
    gone,
    { plugin: 'cranes', email: 'ben@example.org' },
    'Quay cranes, ben@example.org',
  ],
  ['configuration.set', 'cranes', { plugin: 'REGION' }, 'cranes, REGION'],
  ['workspace.update', 'cranes', { fields: ['name'] }, 'cranes'],
  ['access.refused', 'GET /api/admin/users', {}, 'GET /api/admin/users'],
  ['audit.export', null, {}, '–'],
])('B7: the target of %s is said by its name', (action, target, details, words) => {
  expect(targetWords({ action, target: target ?? null, details }, known)).toBe(words);
});
