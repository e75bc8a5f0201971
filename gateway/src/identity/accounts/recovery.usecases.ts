/** Links: for a forgotten password, and for somebody who is invited. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Account, AccountsStore } from './accounts.types.ts';
import {
  changeLetter,
  firstPasswordLetter,
  momentWords,
  resetLetter,
  type SecurityChange,
} from './letters.rules.ts';
import { invitationUseCases, type InvitationDeps } from './invitations.usecases.ts';
import { refuseWeak } from './password-policy.rules.ts';
import type { Passwords } from './passwords.ts';
import { linkTo } from './link.rules.ts';
import type { RecoveryStore } from './recovery.types.ts';

type Deps = InvitationDeps & {
  accounts: Pick<AccountsStore, 'byId' | 'byEmail'>;
  store: RecoveryStore;
  passwords: Passwords;
  /** Of letters to one address. @returns `false` when it had enough of them */
  mayWrite: (email: string, network: string) => Promise<boolean>;
};

export type RecoveryUseCases = ReturnType<typeof recoveryUseCases>;

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const lifetimes = {
  mailedReset: hourMs,
  handedReset: dayMs,
  firstPassword: 7 * dayMs,
};

export function recoveryUseCases(deps: Deps) {
  const { accounts, store, passwords, post, publicUrl, newToken, tokenHashOf, rightsChanged, now } = deps;
  const giveResetLink = async (
    userId: string,
    lifetimeMs: number,
  ): Promise<{ token: string; expiresAt: Date }> => {
    const { token, tokenHash } = newToken();
    const expiresAt = new Date(now() + lifetimeMs);
    await store.giveResetLink({ userId, tokenHash, now: new Date(now()), expiresAt });
    return { token, expiresAt };
  };

  const tellOwner = async (userId: string, change: SecurityChange): Promise<void> => {
    const account = post && (await accounts.byId(userId));
    if (account)
      await post?.(changeLetter(account.email, change, momentWords(now()), `${publicUrl}/forgotten`));
  };

  return {
    hasMail: post !== null,
    /** Of a change of how they sign in. Without mail nobody is told. */
    tellOwner,
    /** @throws when the database is away */
    assertReachable: (): Promise<void> => store.assertReachable(),
    /** Whatever there is to do, for whoever asks: nobody who asks learns which of it was done. */
    forgotten: async (email: string, network: string): Promise<void> => {
      if (!post || !(await deps.mayWrite(email, network))) return;
      const account = await accounts.byEmail(email);
      // Not a link that verifies: it would open the account with a password of whoever began it.
      if (!account || !opensByReset(account)) return;
      const { token } = await giveResetLink(account.id, lifetimes.mailedReset);
      await post(resetLetter(account.email, linkTo(publicUrl, 'reset', token), 'one hour'));
    },
    /** By an admin, to hand over. @param base where the admin reaches the gateway @throws Problem 404, 409 for a disabled account */
    resetLink: async (
      userId: string,
      base: string,
    ): Promise<{ url: string; expiresAt: Date; email: string }> => {
      const account = await accounts.byId(userId);
      if (!account) throw new Problem('not-found');
      if (!account.isActive)
        throw new Problem('conflict', { detail: 'This account is not active. Activate it first.' });
      const { token, expiresAt } = await giveResetLink(userId, lifetimes.handedReset);
      return { url: linkTo(base, 'reset', token), expiresAt, email: account.email };
    },
    /** For a new account without a password: shown to the admin, and mailed where there is mail. */
    firstPasswordLink: async (
      { id, email }: Pick<Account, 'id' | 'email'>,
      madeBy: string,
      base: string,
    ): Promise<{ url: string; expiresAt: Date; isMailed: boolean }> => {
      const { token, expiresAt } = await giveResetLink(id, lifetimes.firstPassword);
      await post?.(firstPasswordLetter(email, linkTo(publicUrl, 'reset', token), madeBy, 'seven days'));
      return { url: linkTo(base, 'reset', token), expiresAt, isMailed: post !== null };
    },
    /** Ends every session and token of the account. A weak password does not spend the link. @throws Problem 400 for the link, 422 */
    reset: async (token: string, newPassword: string): Promise<Account> => {
      const tokenHash = tokenHashOf(token);
      const account = await store.ownerOfResetLink(tokenHash, new Date(now()));
      if (!account || !opensByReset(account)) throw new Problem('link-not-good');
      refuseWeak(newPassword, account, '/new_password');
      if (
        !(await store.resetPassword(
          tokenHash,
          account.id,
          await passwords.hash(newPassword),
          new Date(now()),
        ))
      )
        throw new Problem('link-not-good');
      rightsChanged(account.id);
      await tellOwner(account.id, 'password.change');
      return account;
    },
    ...invitationUseCases(deps),
    removeExpired: (): Promise<void> => store.removeExpired(new Date(now())),
  };
}

/** Whoever reads the mailbox may choose a password: of an account that is open, or that waits for this very proof. */
function opensByReset({ isActive, awaitsVerification }: Account): boolean {
  return isActive || awaitsVerification;
}
