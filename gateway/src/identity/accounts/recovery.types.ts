import type { Transaction } from '#platform/database.ts';
import type { Account, NewAccount } from './accounts.types.ts';

export type Invitation = { id: string; email: string; invitedBy: string; createdAt: Date; expiresAt: Date };

export type RecoveryStore = {
  assertReachable: () => Promise<void>;
  /** Earlier links to choose a password stop working. */
  giveResetLink: (token: { userId: string; tokenHash: Buffer; now: Date; expiresAt: Date }) => Promise<void>;
  /** Whose link to choose a password it is; it stays good. */
  ownerOfResetLink: (tokenHash: Buffer, now: Date) => Promise<Account | null>;
  /**
   * Spends a link: a new password, every other link and every session of the account gone. The mailbox is verified with it, where it was
   * not. @returns `false`: somebody was first
   */
  resetPassword: (tokenHash: Buffer, userId: string, passwordHash: string, now: Date) => Promise<boolean>;
  removeExpired: (now: Date) => Promise<void>;

  invite: (invitation: {
    email: string;
    invitedBy: string;
    tokenHash: Buffer;
    now: Date;
    expiresAt: Date;
  }) => Promise<Invitation>;
  invitations: (now: Date) => Promise<Invitation[]>;
  invitationOf: (tokenHash: Buffer, now: Date) => Promise<Invitation | null>;
  /** The account and the end of its invitation are one: both or neither. */
  accept: (invitationId: string, account: NewAccount) => Promise<Account | 'no-invitation' | 'email-taken'>;
  /** @param email canonical */
  isInvited: (email: string, now: Date) => Promise<boolean>;
  /** @returns `false`: it was not there */
  endInvitation: (id: string) => Promise<boolean>;
  /** Within a transaction of the caller's. @param email canonical */
  endInvitationFor: (transaction: Transaction, email: string) => Promise<void>;
};
