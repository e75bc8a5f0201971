/** Who somebody is here whom a provider knows: the linked account, a new one, or nobody yet. */
import type { Transaction } from '#platform/database.ts';
import type { Claims, IdentitiesStore, NewIdentity, Provider, Refusal, SeenIdentity } from './oidc.types.ts';
import { mappedGroups } from './providers.rules.ts';

type Deps = {
  store: Pick<IdentitiesStore, 'use' | 'link' | 'linkWithin'>;
  /** `null`: unknown or disabled. */
  findUser: (userId: string) => Promise<Known | null>;
  /** By any spelling of the e-mail; `null` also for one that nobody verified. */
  findByEmail: (email: string) => Promise<{ id: string } | null>;
  /**
   * Both or neither: the account, and what is linked to it. `null`: the e-mail or the identity is taken, or
   * nobody has set up yet.
   */
  createAccount: (
    email: string,
    name: string | null,
    link: (transaction: Transaction, userId: string) => Promise<void>,
  ) => Promise<Known | null>;
  isRegistrationOpen: () => boolean;
  /** By any spelling of the e-mail. */
  isInvited: (email: string) => Promise<boolean>;
  /** Into the wanted ones of the managed groups, and out of the others; makes groups that are missing. */
  assignGroups: (
    userId: string,
    managed: readonly string[],
    wanted: readonly string[],
  ) => Promise<GroupChanges>;
  now: () => number;
};

/** The account, and its credentials as they are now. */
export type Known = { id: string; email: string; credentialsVersion: number };

/** Names of groups. */
export type GroupChanges = { joined: readonly string[]; left: readonly string[] };

/**
 * `groupsNote`: why the provider did not say their groups, so that memberships are as they were; `null`: it
 * did.
 */
export type Arrival =
  | { ok: true; account: Known; isNew: boolean; groups: GroupChanges; groupsNote: string | null }
  | { ok: false; reason: Refusal };

export type OidcUseCases = ReturnType<typeof oidcUseCases>;

export function oidcUseCases({
  store,
  findUser,
  findByEmail,
  createAccount,
  isRegistrationOpen,
  isInvited,
  assignGroups,
  now,
}: Deps) {
  const seen = ({ issuer, subject, email, groups }: Claims): SeenIdentity => {
    const groupsNote = groups.known ? null : groups.reason;
    return { issuer, subject, email, groupsNote, at: new Date(now()) };
  };
  const identityOf = (userId: string, claims: Claims): NewIdentity => ({ userId, ...seen(claims) });

  /**
   * At every sign-in: what the provider says today holds. What it does not say changes nothing. Groups that
   * no mapping names are let be.
   */
  const withGroups = async (
    account: Known,
    provider: Provider,
    { groups: said }: Claims,
    isNew: boolean,
  ): Promise<Arrival> => {
    const unchanged = { joined: [], left: [] };
    if (!said.known) return { ok: true, account, isNew, groups: unchanged, groupsNote: said.reason };
    const { managed, wanted } = mappedGroups(provider, said.names);
    const groups = managed.length > 0 ? await assignGroups(account.id, managed, wanted) : unchanged;
    return { ok: true, account, isNew, groups, groupsNote: null };
  };

  /** `null`: nobody's yet. */
  const linked = async (provider: Provider, claims: Claims): Promise<Arrival | null> => {
    const userId = await store.use(seen(claims));
    if (userId === null) return null;
    const account = await findUser(userId);
    return account ? withGroups(account, provider, claims, false) : { ok: false, reason: 'account-disabled' };
  };

  return {
    signIn: async (provider: Provider, claims: Claims): Promise<Arrival> => {
      const known = await linked(provider, claims);
      if (known) return known;
      if (claims.email === null || !claims.isEmailVerified)
        return { ok: false, reason: 'email-not-verified' };
      // Two windows of one person come back at the same moment: what the first makes, the second may meet at
      // each step from here on.
      const unlessLinked = async (reason: Refusal): Promise<Arrival> =>
        (await linked(provider, claims)) ?? { ok: false, reason };
      // An e-mail proves no account: whoever has one signs in to it first, and links from there.
      if (await findByEmail(claims.email)) return unlessLinked('link-first');
      // An admin asked for this very mailbox, and the provider vouches for it: that counts for more than what
      // the list says.
      const isGuest = await isInvited(claims.email);
      if (!isGuest && (!isRegistrationOpen() || !provider.createsAccounts)) return unlessLinked('no-account');
      const account = await createAccount(claims.email, claims.name, (transaction, userId) =>
        store.linkWithin(transaction, identityOf(userId, claims)),
      );
      return account ? withGroups(account, provider, claims, true) : unlessLinked('no-account');
    },
    /**
     * By somebody who is signed in and asked for it. The provider must vouch for the very e-mail of the
     * account.
     */
    link: async (provider: Provider, claims: Claims, userId: string): Promise<Arrival> => {
      const account = await findUser(userId);
      if (!account) return { ok: false, reason: 'account-disabled' };
      if (claims.email === null || !claims.isEmailVerified)
        return { ok: false, reason: 'email-not-verified' };
      if ((await findByEmail(claims.email))?.id !== userId) return { ok: false, reason: 'email-differs' };
      if ((await store.link(identityOf(userId, claims))) !== userId)
        return { ok: false, reason: 'identity-taken' };
      return withGroups(account, provider, claims, false);
    },
  };
}
