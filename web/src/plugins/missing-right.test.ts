import { expect, test } from 'vitest';
import { missingRight, requestFor, settingsReadRule, wordsForMissing } from './missing-right.ts';

test('the groups that would open it are named, without those one is in', () => {
  const missing = missingRight({ required_groups: ['crew', 'harbour', 'tower'], allow_superuser: true }, [
    'harbour',
  ]);
  expect(missing).toEqual({ groups: ['crew', 'tower'], opensToSuperusers: true });
  expect(wordsForMissing(missing)).toBe('You need one of the groups crew or tower.');
  expect(wordsForMissing({ groups: ['crew'], opensToSuperusers: false })).toBe('You need the group crew.');
  expect(requestFor(missing, 'ben@example.org', 'Cranes')).toBe(
    'Please give my account ben@example.org the group crew or tower, so that I can use Cranes.',
  );
});

test('settings without a rule of their own follow the plugin', () => {
  const access = { required_groups: ['crew'] };
  expect(settingsReadRule({ access })).toEqual(access);
  expect(settingsReadRule({ access, settings_access: { write: {} } })).toEqual(access);
  expect(settingsReadRule({ access, settings_access: { read: { any_user: true } } })).toEqual({
    any_user: true,
  });
});

test('where no group helps, it says who may', () => {
  expect(wordsForMissing(missingRight({ allow_superuser: true }, []))).toBe(
    'It is open to superusers alone.',
  );
  expect(wordsForMissing(missingRight(undefined, []))).toBe('It is open to nobody yet.');
  expect(requestFor({ groups: [], opensToSuperusers: true }, 'ben@example.org', 'Cranes')).toContain(
    'the right to use Cranes',
  );
});
