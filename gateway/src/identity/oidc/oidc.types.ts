import type { Transaction } from '#platform/database.ts';

/** A place where people sign in for us (OpenID Connect Core 1.0). */
export type Provider = {
  /** Of our own choice; in addresses. */
  id: string;
  /** On the button. */
  name: string;
  issuer: string;
  clientId: string;
  /** `null`: a public client, proved by PKCE alone. */
  clientSecret: string | null;
  clientAuthentication: 'basic' | 'post';
  scopes: readonly string[];
  /** Where the token says the groups; a path with dots where it lies deeper. `null`: groups are not read. */
  groupsClaim: string | null;
  /** What the claim says → our groups by name. */
  groupMapping: ReadonlyMap<string, readonly string[]>;
  /** Whether to ask where the token says that the groups are. */
  followsGroupSource: boolean;
  /** To ask there in any case. `null`: where the token says. */
  groupSource: string | null;
  createsAccounts: boolean;
  /** For providers that do not say `email_verified` and check every e-mail. */
  vouchesForEmails: boolean;
  /** Whoever comes from here is not asked for a second factor of ours. */
  replacesSecondFactor: boolean;
};

/**
 * What a provider says of somebody's groups. Unknown is not none: a token that has no room for all of them names none. `source`: where the token
 * says that they are.
 */
export type SaidGroups =
  | { known: true; names: readonly string[] }
  | { known: false; reason: string; source?: { url: string; accessToken: string | null } };

/** The issuer as our list spells it, and as the provider does. */
export type IssuerMismatch = { listed: string; told: string };

/** What a provider says of a person, read with care. */
export type Claims = {
  issuer: string;
  subject: string;
  /** `null`: none, or not an e-mail. */
  email: string | null;
  isEmailVerified: boolean;
  name: string | null;
  groups: SaidGroups;
};

/** What a browser holds between leaving for the provider and coming back. */
export type Flow = {
  providerId: string;
  state: string;
  nonce: string;
  verifier: string;
  returnTo: string;
  /** Set when somebody who is signed in links their account. */
  linkUserId: string | null;
  expiresAt: number;
};

export type Identity = {
  id: string;
  userId: string;
  issuer: string;
  email: string | null;
  linkedAt: Date;
  lastUsedAt: Date;
};

/** Why a sign-in through a provider came to nothing; part of the sign-in page's address, stable. */
export type Refusal =
  | 'provider-unavailable'
  | 'provider-refused'
  | 'issuer-differs'
  | 'sign-in-expired'
  | 'email-not-verified'
  | 'email-differs'
  | 'link-first'
  | 'no-account'
  | 'account-disabled'
  | 'identity-taken';

/** `groupsNote`: why the provider did not say their groups; `null`: it did. */
export type SeenIdentity = {
  issuer: string;
  subject: string;
  email: string | null;
  groupsNote: string | null;
  at: Date;
};

export type NewIdentity = SeenIdentity & { userId: string };

export type IdentitiesStore = {
  /** Notes the use. `null`: nobody's. */
  use: (identity: SeenIdentity) => Promise<string | null>;
  /** @returns whose it is now: that of the first who came */
  link: (identity: NewIdentity) => Promise<string>;
  /** Within a transaction of the caller's. @throws Prisma's P2002 when it is somebody's: then all of it is as it was */
  linkWithin: (transaction: Transaction, identity: NewIdentity) => Promise<void>;
  ofUser: (userId: string) => Promise<Identity[]>;
  /** Of those of them whose groups were not said at their last sign-in, by which issuer and why. */
  groupNotesOf: (
    userIds: readonly string[],
  ) => Promise<{ userId: string; issuer: string; groupsNote: string }[]>;
  unlink: (id: string) => Promise<void>;
  isOwn: (id: string, userId: string) => Promise<boolean>;
};
