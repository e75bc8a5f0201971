/** Invitations: given, ended, and accepted by the person who has the mailbox. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Account, AccountsStore } from './accounts.types.ts';
import { invitationLetter, type Letter } from './letters.rules.ts';
import { linkTo } from './link.rules.ts';
import { refuseWeak } from './password-policy.rules.ts';
import type { Passwords } from './passwords.ts';
import type { Invitation, RecoveryStore } from './recovery.types.ts';

export type InvitationDeps = {
  accounts: Pick<AccountsStore, 'byEmail'>;
  store: Pick<
    RecoveryStore,
    'accept' | 'endInvitation' | 'endInvitationFor' | 'invitationOf' | 'invitations' | 'invite' | 'isInvited'
  >;
  passwords: Pick<Passwords, 'hash'>;
  /** `null`: there is no mail. */
  post: ((letter: Letter) => Promise<void>) | null;
  /** Where people reach the gateway, as in letters. */
  publicUrl: string;
  newToken: () => { token: string; tokenHash: Buffer };
  tokenHashOf: (token: string) => Buffer;
  rightsChanged: (userId: string) => void;
  now: () => number;
};

type Newcomer = { email: string; password: string; name?: string | null | undefined };

const lifetimeMs = 7 * 24 * 60 * 60_000;

export function invitationUseCases(deps: InvitationDeps) {
  const { accounts, store, passwords, post, publicUrl, newToken, tokenHashOf, rightsChanged, now } = deps;
  return {
    /**
     * The invitation vouches for the mailbox: the account is open at once. @throws Problem 400 for the link
     * or a taken address, 422
     */
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
    /** The address that an invitation is for, so that the form can say it. @throws Problem 400 */
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
      // A registration that a stranger began and did not verify blocks no invitation.
      if (account && !account.awaitsVerification)
        throw new Problem('conflict', { detail: 'There is an account with this e-mail.' });
      const { token, tokenHash } = newToken();
      const expiresAt = new Date(now() + lifetimeMs);
      const invitation = await store.invite({
        email,
        invitedBy: invitedBy.email,
        tokenHash,
        now: new Date(now()),
        expiresAt,
      });
      await post?.(
        invitationLetter(email, linkTo(publicUrl, 'register', token), invitedBy.name, 'seven days'),
      );
      return { ...invitation, url: linkTo(base, 'register', token), isMailed: post !== null };
    },
    /** A sign-in by a provider that vouches for the mailbox accepts the invitation. */
    isInvited: (email: string): Promise<boolean> => store.isInvited(email, new Date(now())),
    endInvitationFor: store.endInvitationFor,
    invitations: () => store.invitations(new Date(now())),
    /** @throws Problem 404 */
    uninvite: async (id: string): Promise<void> => {
      if (!(await store.endInvitation(id))) throw new Problem('not-found');
    },
  };
}
