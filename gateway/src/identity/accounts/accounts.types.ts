import type { Transaction } from '#platform/database.ts';

export type Account = {
  id: string;
  /** Canonical. */
  email: string;
  name: string | null;
  isSuperuser: boolean;
  isActive: boolean;
  /**
   * Nobody has shown yet that the mailbox is theirs: then it is not active either, and has neither password
   * nor name.
   */
  awaitsVerification: boolean;
  credentialsVersion: number;
  createdAt: Date;
  lastSignInAt: Date | null;
};

export type AccountWithPassword = Account & { passwordHash: string | null };

/** Without a password: it came through a provider. */
export type NewAccount = {
  email: string;
  name: string | null;
  passwordHash: string | null;
  isSuperuser: boolean;
};

/** Who may make an account of their own: anybody, the invited, nobody. */
export type Registration = 'open' | 'invited' | 'closed';

export type GroupName = { id: string; name: string };

/** A browser holds a cookie, a program a refresh token that changes at each use. */
export type SessionKind = 'browser' | 'program';

export type Session = {
  id: string;
  kind: SessionKind;
  userAgent: string | null;
  address: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  /** Absolute: no use prolongs it. */
  expiresAt: Date;
};

/** Where a session is opened from. */
export type Device = { userAgent: string | null; address: string };

/** Another word for `is_superuser`. */
export const roles = ['user', 'admin'] as const;

export const themes = ['system', 'light', 'dark'] as const;

/** An empty text: not chosen. */
export type Profile = {
  /** Of the account itself: what others see, and containers are told. */
  fullName: string;
  phone: string;
  locale: string;
  timeZone: string;
  theme: (typeof themes)[number];
  /** Plugin ids, in the order that the person chose. */
  pinnedApps: string[];
};

/** A minus in front: the other way round. */
export const userOrders = [
  'email',
  '-email',
  'name',
  '-name',
  'created_at',
  '-created_at',
  'last_sign_in_at',
  '-last_sign_in_at',
] as const;

/** What is absent does not narrow. */
export type UserQuery = {
  q: string;
  page: number;
  pageSize: number;
  sort: (typeof userOrders)[number];
  isSuperuser?: boolean | undefined;
  isActive?: boolean | undefined;
};

export type UserChange = {
  isSuperuser?: boolean | undefined;
  isActive?: boolean | undefined;
  name?: string | null | undefined;
};

/** What stands or falls with a new account. */
export type Also = (transaction: Transaction, userId: string) => Promise<void>;

export type PasswordChange = {
  id: string;
  /** Of the password that was proved. */
  credentialsVersion: number;
  passwordHash: string;
  keep: {
    sessionId: string;
    /** In place of the secret that the browser had. */
    tokenHash: Buffer;
  };
};

export type AccountsStore = {
  isEmpty: () => Promise<boolean>;
  /** The first account of all. `null`: somebody was first. Of two at once, one gets `null`. */
  createFirst: (account: NewAccount) => Promise<Account | null>;
  /** `null`: the e-mail is taken. */
  create: (account: NewAccount) => Promise<Account | null>;
  /**
   * For whom an admin or a provider vouches: what a stranger began with this e-mail and never verified is
   * theirs now, with the password of this account and no other. `null`: the e-mail is taken, or what `also`
   * keeps in the same transaction is; then nothing is kept.
   */
  createVouched: (account: NewAccount, also?: Also) => Promise<Account | null>;
  byId: (id: string) => Promise<Account | null>;
  byEmail: (email: string) => Promise<AccountWithPassword | null>;
  passwordHashOf: (id: string) => Promise<string | null>;
  /**
   * A new password, and in the same moment an end to everything that the old one, or a link, had opened:
   * every other session, every access token, every link. @returns `false`: the password that was proved is
   * not the one of the account any more
   */
  changePassword: (change: PasswordChange) => Promise<boolean>;
  /** Searches e-mail and name. Who never signed in is last by that order, either way round. */
  page: (query: UserQuery) => Promise<{ items: Account[]; total: number }>;
  /** Disabling, and making a superuser, end every session of the account in the same transaction. */
  change: (id: string, change: UserChange) => Promise<Account | 'unknown' | 'last-superuser'>;
};

export type FoundSession = Session & { user: Account };

export type NewSession = {
  kind: SessionKind;
  userId: string;
  /** Of the credentials that were proved. */
  credentialsVersion: number;
  tokenHash: Buffer;
  device: Device;
  now: Date;
  expiresAt: Date;
  maxPerUser: number;
};

export type SessionsStore = {
  /**
   * Opens one, notes the sign-in, and drops the user's least recently used ones beyond `maxPerUser`. @returns
   * its id, and whether any was dropped; `null`: while they were being proved, the credentials changed or the
   * account was disabled
   */
  open: (session: NewSession) => Promise<{ id: string; hasDropped: boolean } | null>;
  byTokenHash: (kind: SessionKind, tokenHash: Buffer) => Promise<FoundSession | null>;
  byId: (id: string) => Promise<FoundSession | null>;
  touch: (id: string, at: Date) => Promise<void>;
  ofUser: (userId: string) => Promise<Session[]>;
  ownerOf: (id: string) => Promise<string | null>;
  end: (id: string) => Promise<void>;
  /** All of the user but this one. @returns how many */
  endOthers: (userId: string, keptId: string) => Promise<number>;
  /** @returns whose session it was, or `null` */
  endByTokenHash: (tokenHash: Buffer) => Promise<string | null>;
  /** The new refresh token in place of the old one. @returns `false`: somebody else exchanged it first */
  rotate: (tokenHash: Buffer, nextHash: Buffer, at: Date) => Promise<boolean>;
  /** Ends the session whose refresh token this once was. @returns whose it was, or `null` */
  endBySpentHash: (tokenHash: Buffer) => Promise<string | null>;
  /** Ended by time. @returns how many */
  removeExpired: (kind: SessionKind, now: Date, idleSince: Date) => Promise<number>;
};

export type ProfilesStore = {
  /** The default one where none was saved. */
  of: (userId: string) => Promise<Profile>;
  /** What is not in the change stays as it was. */
  save: (userId: string, change: ProfileChange) => Promise<Profile>;
};

export type ProfileChange = { [Field in keyof Profile]?: Profile[Field] | undefined };
