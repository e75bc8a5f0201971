import type { Account } from './accounts.types.ts';

/** Somebody's try to make an account by mail. Anybody can begin any number of them with one e-mail; each is its own. */
export type Registration = {
  email: string;
  name: string | null;
  passwordHash: string;
  tokenHash: Buffer;
  now: Date;
  expiresAt: Date;
};

export type RegistrationsStore = {
  /** Beside those that wait already. @returns `false`: somebody has the account */
  begin: (registration: Registration) => Promise<boolean>;
  /** Whose link it is, and the password of that registration; the link stays good. `null`: not good, or not good any more */
  waiting: (tokenHash: Buffer, now: Date) => Promise<{ email: string; passwordHash: string } | null>;
  /**
   * Spends a link: the account opens with the password and the name of its registration, and every other link of the account is gone.
   * `null`: somebody was first.
   */
  open: (tokenHash: Buffer, now: Date) => Promise<Account | null>;
  /** Those to whom no link leads any more: somebody may have registered long after the first. */
  removeUnverified: (createdBefore: Date) => Promise<void>;
};
