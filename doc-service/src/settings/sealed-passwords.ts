/**
 * Passwords of mailboxes are sealed in the database; the key lies beside the kept files, so neither is enough
 * alone.
 */
import type { Sealer } from '@berth/plugin-kit/base/sealed.ts';
import type { Settings } from './settings.schema.ts';

type Accounts = Settings['mail_accounts'];

const mark = 'sealed:';
export const passwordPurpose = 'mail passwords';

/** @returns as the accounts are stored; a password opens with the server alone that it was given for */
export function withSealedPasswords(accounts: Accounts, { seal }: Sealer): Accounts {
  return accounts.map((account) => {
    if (account.password === '') return account;
    const sealed = seal(Buffer.from(account.password), account.host).toString('base64url');
    return { ...account, password: `${mark}${sealed}` };
  });
}

/**
 * @returns with the passwords in clear; one that does not open is empty, so the mailbox says that it is
 * missing
 */
export function withOpenPasswords(accounts: Accounts, { open }: Sealer): Accounts {
  return accounts.map((account) => {
    // Earlier versions stored it in clear: the next save seals it.
    if (!account.password.startsWith(mark)) return account;
    const bytes = Buffer.from(account.password.slice(mark.length), 'base64url');
    return { ...account, password: open(bytes, account.host)?.toString() ?? '' };
  });
}
