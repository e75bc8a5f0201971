/** I16: what opens the password of a mailbox, and what does not. */
import { sealer } from '@berth/plugin-kit/base/sealed.ts';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { withOpenPasswords, withSealedPasswords } from './sealed-passwords.ts';
import { settingsReading } from './settings.schema.ts';

const own = sealer(randomBytes(32), 'test');
const { mail_accounts: accounts } = settingsReading.parse({
  mail_accounts: [
    { name: 'A', host: 'mail.example.org', user: 'a', password: 'sealed:by a person' },
    { name: 'B', host: 'mail.example.org', user: 'b', password: '' },
  ],
});

test('I16: every password comes back as it was, and an empty one stays empty', () => {
  const stored = withSealedPasswords(accounts, own);
  expect(JSON.stringify(stored)).not.toContain('by a person');
  expect(withOpenPasswords(stored, own)).toEqual(accounts);
});

test('I16: with another key, or for another server, a sealed password is none', () => {
  const stored = withSealedPasswords(accounts, own);
  const elsewhere = stored.map((account) => ({ ...account, host: 'evil.example.org' }));
  for (const [kept, key] of [
    [stored, sealer(randomBytes(32), 'test')],
    [elsewhere, own],
  ] as const)
    expect(withOpenPasswords(kept, key).map(({ password }) => password)).toEqual(['', '']);
});

test('I16: a password that an earlier version stored in clear still works', () => {
  const [first] = accounts;
  const clear = [{ ...first, password: 'plain' }].flatMap(
    (account) => settingsReading.parse({ mail_accounts: [account] }).mail_accounts,
  );
  expect(withOpenPasswords(clear, own)).toEqual(clear);
});
