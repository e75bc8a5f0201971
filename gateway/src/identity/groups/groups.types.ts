import type { Transaction } from '#platform/database.ts';

export type Group = { id: string; name: string; description: string; memberCount: number; createdAt: Date };

export type Member = { id: string; email: string; name: string | null };

export type MembersQuery = { q: string; page: number; pageSize: number };

export type GroupName = { id: string; name: string };

/** Names of groups. */
export type Assigned = { joined: string[]; left: string[] };

export type GroupsStore = {
  list: () => Promise<Group[]>;
  byId: (id: string) => Promise<Group | null>;
  exists: (id: string) => Promise<boolean>;
  nameOf: (id: string) => Promise<string | null>;
  /** Those of them that are no group's any more. */
  goneOf: (ids: readonly string[]) => Promise<string[]>;
  /** `null`: the name is taken. */
  create: (name: string, description: string) => Promise<Group | null>;
  change: (
    id: string,
    change: { name?: string | undefined; description?: string | undefined },
  ) => Promise<Group | 'unknown' | 'name-taken'>;
  remove: (id: string) => Promise<boolean>;
  /** By e-mail. Searches e-mail and name. */
  members: (id: string, query: MembersQuery) => Promise<{ items: Member[]; total: number }>;
  unknownUsers: (userIds: readonly string[]) => Promise<string[]>;
  /** Who is a member already stays one. @returns how many were added; `null`: the group is unknown */
  addMembers: (id: string, userIds: readonly string[]) => Promise<number | null>;
  /** The same of one, within a transaction of the caller's, who undoes all of it where the answer is `false`: the group is unknown. */
  addMemberWithin: (transaction: Transaction, groupId: string, userId: string) => Promise<boolean>;
  removeMember: (id: string, userId: string) => Promise<boolean>;
  /**
   * The group of that name, made if there is none. `isNew`: it was made just now.
   * @param formerly a description that the new one takes the place of
   */
  ensure: (name: string, description: string, formerly?: string) => Promise<GroupName & { isNew: boolean }>;
  byNames: (names: readonly string[]) => Promise<Map<string, string>>;
  ofUsers: (userIds: readonly string[]) => Promise<Map<string, GroupName[]>>;
};
