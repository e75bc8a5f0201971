/** Links: for a forgotten password, and for somebody who is invited. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Account, AccountsStore } from './accounts.types.ts';
import {
  changeLetter,
  firstPasswordLetter,
  invitationLetter,
  resetLetter,
  type Letter,
  type SecurityChange,
} from './letters.rules.ts';
import { refuseWeak } from './password-policy.rules.ts';
import type { Passwords } from './passwords.ts';
import type { Invitation, RecoveryStore } from './recovery.types.ts';

type Deps = {
  accounts: Pick<AccountsStore, 'byId' | 'byEmail'>;
  store: RecoveryStore;
  passwords: Passwords;
  /** `null`: there is no mail. */
  post: ((letter: Letter) => Promise<void>) | null;
  /** Where people reach the gateway, as in letters. */
  publicUrl: string;
  /** Of letters to one address. @returns `false` when it had enough of them */
  mayWrite: (email: string, network: string) => Promise<boolean>;
  newToken: () => { token: string; tokenHash: Buffer };
  tokenHashOf: (token: string) => Buffer;
  rightsChanged: (userId: string) => void;
  now: () => number;
};

export type RecoveryUseCases = ReturnType<typeof recoveryUseCases>;

type Newcomer = { email: string; password: string; name?: string | null | undefined };

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const lifetimes = {
  mailedReset: hourMs,
  handedReset: dayMs,
  firstPassword: 7 * dayMs,
  invitation: 7 * dayMs,
};

export function recoveryUseCases({
  accounts,
  store,
  passwords,
  post,
  publicUrl,
  mayWrite,
  newToken,
  tokenHashOf,
  rightsChanged,
  now,
}: Deps) {
  const linkTo = (page: string, token: string, base = publicUrl) => `${base}/${page}#token=${token}`;

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
      await post?.(
        changeLetter(account.email, change, new Date(now()).toUTCString(), `${publicUrl}/forgotten`),
      );
  };

  return {
    hasMail: post !== null,
    /** Of a change of how they sign in. Without mail nobody is told. */
    tellOwner,
    /** @throws when the database is away */
    assertReachable: (): Promise<void> => store.assertReachable(),
    /** Whatever there is to do, for whoever asks: nobody who asks learns which of it was done. */
    forgotten: async (email: string, network: string): Promise<void> => {
      if (!post || !(await mayWrite(email, network))) return;
      const account = await accounts.byEmail(email);
      // Not a link that verifies: it would open the account with a password of whoever began it.
      if (!account || !opensByReset(account)) return;
      const { token } = await giveResetLink(account.id, lifetimes.mailedReset);
      await post(resetLetter(account.email, linkTo('reset', token), 'one hour'));
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
      return { url: linkTo('reset', token, base), expiresAt, email: account.email };
    },
    /** For a new account without a password: shown to the admin, and mailed where there is mail. */
    firstPasswordLink: async (
      { id, email }: Pick<Account, 'id' | 'email'>,
      madeBy: string,
      base: string,
    ): Promise<{ url: string; expiresAt: Date; isMailed: boolean }> => {
      const { token, expiresAt } = await giveResetLink(id, lifetimes.firstPassword);
      await post?.(firstPasswordLetter(email, linkTo('reset', token), madeBy, 'seven days'));
      return { url: linkTo('reset', token, base), expiresAt, isMailed: post !== null };
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
    /** The invitation vouches for the mailbox: the account is open at once. @throws Problem 400 for the link or a taken address, 422 */
    registerInvited: async ({ email, password, name }: Newcomer, token: string): Promise<Account> => {
      const invitation = await store.invitationOf(tokenHashOf(token), new Date(now()));
      if (!invitation) throw new Problem('link-not-good');
      if (invitation.email !== email)
        throw new Problem('invalid', {
          errors: [{ pointer: '/email', detail: say`The invitation is for ${invitation.email}.` }],
        });
      refuseWeak(password, { email, name });
      const passwordHash = await passwords.hash(password);
      const account = await store.accept(invitation.id, {
        email,
        name: name ?? null,
        passwordHash,
        isSuperuser: false,
      });
      if (account === 'no-invitation') throw new Problem('link-not-good');
      if (account === 'email-taken')
        throw new Problem('email-taken', {
          errors: [{ pointer: '/email', detail: 'This e-mail cannot be registered.' }],
        });
      rightsChanged(account.id);
      return account;
    },
    /** Whom an invitation is for, so that the form can say it. @throws Problem 400 */
    invited: async (token: string): Promise<Invitation> => {
      const invitation = await store.invitationOf(tokenHashOf(token), new Date(now()));
      if (!invitation) throw new Problem('link-not-good');
      return invitation;
    },
    /** Inviting again gives a new link and ends the old one. @throws Problem 409 when they have an account */
    invite: async (
      email: string,
      invitedBy: { email: string; name: string },
      base: string,
    ): Promise<Invitation & { url: string; isMailed: boolean }> => {
      const account = await accounts.byEmail(email);
      // One that a stranger began and nobody verified keeps nobody out.
      if (account && !account.awaitsVerification)
        throw new Problem('conflict', { detail: 'There is an account with this e-mail.' });
      const { token, tokenHash } = newToken();
      const expiresAt = new Date(now() + lifetimes.invitation);
      const invitation = await store.invite({
        email,
        invitedBy: invitedBy.email,
        tokenHash,
        now: new Date(now()),
        expiresAt,
      });
      await post?.(invitationLetter(email, linkTo('register', token), invitedBy.name, 'seven days'));
      return { ...invitation, url: linkTo('register', token, base), isMailed: post !== null };
    },
    /** Somebody whose mailbox a provider vouches for accepts by signing in. */
    isInvited: (email: string): Promise<boolean> => store.isInvited(email, new Date(now())),
    endInvitationFor: store.endInvitationFor,
    invitations: () => store.invitations(new Date(now())),
    /** @throws Problem 404 */
    uninvite: async (id: string): Promise<void> => {
      if (!(await store.endInvitation(id))) throw new Problem('not-found');
    },
    removeExpired: (): Promise<void> => store.removeExpired(new Date(now())),
  };
}

/** Whoever reads the mailbox may choose a password: of an account that is open, or that waits for this very proof. */
function opensByReset({ isActive, awaitsVerification }: Account): boolean {
  return isActive || awaitsVerification;
}
