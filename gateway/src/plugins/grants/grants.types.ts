import type { Transaction } from '#platform/database.ts';

export const effects = ['allow', 'deny'] as const;
export type Effect = (typeof effects)[number];

/** Whom a grant is about. */
export type Subject = { kind: 'user' | 'group'; id: string };

export type Grant = {
  id: string;
  pluginId: string;
  subject: Subject & { name: string; email: string | null };
  effect: Effect;
  grantedBy: string;
  createdAt: Date;
};

/** What an admin's word comes to for one person. */
export type PersonalGrant =
  | { effect: Effect; via: 'user' }
  | { effect: Effect; via: 'group'; groupId: string };

export type GroupGrant = { pluginId: string; groupId: string; effect: Effect };

export type GrantsStore = {
  ofPlugin: (pluginId: string) => Promise<Grant[]>;
  /** One word a subject and plugin: a new one replaces the old. `null`: there is no such user or group. */
  put: (
    pluginId: string,
    subject: Subject,
    effect: Effect,
    decided: Pick<Decided, 'by' | 'at'>,
  ) => Promise<Grant | null>;
  /**
   * The person is allowed, within a transaction of the caller's. @returns `false`: a denial stands, and
   * `isOverDenials` was not said
   */
  allowWithin: (
    transaction: Transaction,
    whom: { pluginId: string; userId: string },
    decided: Decided,
    isOverDenials: boolean,
  ) => Promise<boolean>;
  /** @returns whom it was about; `null`: there was none */
  remove: (pluginId: string, grantId: string) => Promise<Subject | null>;
  /** Everything that was said of a user and of these groups. */
  ofPerson: (
    userId: string,
    groupIds: readonly string[],
  ) => Promise<{ pluginId: string; grant: PersonalGrant }[]>;
  /** Everything that was said of groups. */
  ofGroups: () => Promise<GroupGrant[]>;
  person: (userId: string) => Promise<Person | null>;
  /**
   * Everybody whose account is active, a page of ids at a time, with what decides about this plugin. @param
   * after the last id of the page before
   */
  people: (pluginId: string, after: string | null, limit: number) => Promise<Rightful[]>;
};

export type Rightful = {
  id: string;
  email: string;
  name: string | null;
  isSuperuser: boolean;
  groupIds: readonly string[];
  /** What was said of them about this plugin. */
  grants: readonly PersonalGrant[];
};

export type Person = {
  id: string;
  email: string;
  name: string | null;
  isSuperuser: boolean;
  isActive: boolean;
};

export const requestStates = ['pending', 'approved', 'refused'] as const;
export type RequestState = (typeof requestStates)[number];

export type AccessRequest = {
  id: string;
  pluginId: string;
  user: Person;
  reason: string;
  state: RequestState;
  createdAt: Date;
  decidedAt: Date | null;
  decidedBy: string | null;
};

/** What is absent does not narrow. */
export type RequestsFilter = {
  state?: RequestState | undefined;
  pluginId?: string | undefined;
  /** What somebody may decide who is no superuser: requests of others for these plugins. */
  within?: { pluginIds: readonly string[]; notOf: string } | undefined;
};

export type Decided = { state: 'approved' | 'refused'; by: string; at: Date };

export type RequestsStore = {
  /** Asking twice is asking once: while one is pending, nothing happens. */
  open: (pluginId: string, userId: string, reason: string, at: Date) => Promise<void>;
  byId: (id: string) => Promise<AccessRequest | null>;
  /** Newest first. @param after the last one of the page before */
  page: (filter: RequestsFilter, after: string | null, limit: number) => Promise<AccessRequest[]>;
  /** @returns `false`: it is not pending. Of two who decide at once, one gets `false`. */
  decide: (id: string, decided: Decided) => Promise<boolean>;
  /**
   * The same, and what it comes to in the same transaction: both or neither. @throws what `carryOut` throws;
   * then it is pending still
   */
  approve: (
    id: string,
    decided: Decided,
    carryOut: (transaction: Transaction) => Promise<void>,
  ) => Promise<boolean>;
  pendingCount: (within: RequestsFilter['within']) => Promise<number>;
};
