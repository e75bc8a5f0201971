/** Who somebody is here whom a provider knows: the linked account, a new one, or nobody yet. */
import type { Claims, IdentitiesStore, Provider, Refusal } from './oidc.types.ts';
import { mappedGroups } from './providers.rules.ts';

type Deps = {
  store: Pick<IdentitiesStore, 'use' | 'link'>;
  /** `null`: unknown or disabled. */
  findUser: (userId: string) => Promise<Known | null>;
  /** By any spelling of the e-mail; `null` also for one that nobody verified. */
  findByEmail: (email: string) => Promise<{ id: string } | null>;
  /** `null`: the e-mail is taken, or nobody has set up yet. */
  createAccount: (email: string, name: string | null) => Promise<Known | null>;
  isRegistrationOpen: boolean;
  /** By any spelling of the e-mail. */
  isInvited: (email: string) => Promise<boolean>;
  endInvitationFor: (email: string) => Promise<void>;
  /** Into the wanted ones of the managed groups, and out of the others; makes groups that are missing. */
  assignGroups: (userId: string, managed: readonly string[], wanted: readonly string[]) => Promise<GroupChanges>;
  now: () => number;
};

/** The account, and its credentials as they are now. */
export type Known = { id: string; email: string; credentialsVersion: number };

/** Names of groups. */
export type GroupChanges = { joined: readonly string[]; left: readonly string[] };

export type Arrival = { ok: true; account: Known; isNew: boolean; groups: GroupChanges } | { ok: false; reason: Refusal };

export type OidcSteps = ReturnType<typeof oidcSteps>;

export function oidcSteps({ store, findUser, findByEmail, createAccount, isRegistrationOpen, isInvited, endInvitationFor, assignGroups, now }: Deps) {
  const linkTo = async (userId: string, { issuer, subject, email }: Claims): Promise<boolean> =>
    (await store.link({ userId, issuer, subject, email, at: new Date(now()) })) === userId;

  /** At every sign-in: what the provider says today holds. Groups that no mapping names are let be. */
  const withGroups = async (account: Known, provider: Provider, claims: Claims, isNew: boolean): Promise<Arrival> => {
    const { managed, wanted } = mappedGroups(provider, claims);
    const groups = managed.length > 0 ? await assignGroups(account.id, managed, wanted) : { joined: [], left: [] };
    return { ok: true, account, isNew, groups };
  };

  return {
    signIn: async (provider: Provider, claims: Claims): Promise<Arrival> => {
      const linkedId = await store.use(claims.issuer, claims.subject, claims.email, new Date(now()));
      if (linkedId !== null) {
        const account = await findUser(linkedId);
        return account ? withGroups(account, provider, claims, false) : { ok: false, reason: 'account-disabled' };
      }
      if (claims.email === null || !claims.isEmailVerified) return { ok: false, reason: 'email-not-verified' };
      // An e-mail proves no account: whoever has one signs in to it first, and links from there.
      if (await findByEmail(claims.email)) return { ok: false, reason: 'link-first' };
      // An admin asked for this very mailbox, and the provider vouches for it: that counts for more than what the list says.
      const isGuest = await isInvited(claims.email);
      if (!isGuest && (!isRegistrationOpen || !provider.createsAccounts)) return { ok: false, reason: 'no-account' };
      const account = await createAccount(claims.email, claims.name);
      if (!account) return { ok: false, reason: 'no-account' };
      if (!(await linkTo(account.id, claims))) return { ok: false, reason: 'identity-taken' };
      if (isGuest) await endInvitationFor(claims.email);
      return withGroups(account, provider, claims, true);
    },
    /** By somebody who is signed in and asked for it. The provider must vouch for the very e-mail of the account. */
    link: async (provider: Provider, claims: Claims, userId: string): Promise<Arrival> => {
      const account = await findUser(userId);
      if (!account) return { ok: false, reason: 'account-disabled' };
      if (claims.email === null || !claims.isEmailVerified) return { ok: false, reason: 'email-not-verified' };
      if ((await findByEmail(claims.email))?.id !== userId) return { ok: false, reason: 'email-differs' };
      if (!(await linkTo(userId, claims))) return { ok: false, reason: 'identity-taken' };
      return withGroups(account, provider, claims, false);
    },
  };
}
