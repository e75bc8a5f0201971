/** Groups: names that rules ask for, and who is in them. */
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import type { Hono } from 'hono';
import type { Pool } from 'pg';
import { groupsPolicies } from './groups.policy.ts';
import { groupsRoutes } from './groups.routes.ts';
import { groupsStore } from './groups.store.ts';
import type { Assigned, GroupName, GroupsStore } from './groups.types.ts';
import { groupUseCases } from './groups.usecases.ts';

export type GroupsDeps = {
  prisma: PrismaClient;
  pool: Pick<Pool, 'query'>;
  /** Rights changed: of one user, or of everybody. */
  rightsChanged: (userId?: string) => void;
  /** A group was made or renamed: rules may have been waiting for its name. @param isMeant by that name */
  groupNamed?: (isMeant: (name: string) => boolean) => Promise<void>;
  /** Of extensions that are registered: such a group stays. */
  isOfExtension?: (name: string) => boolean;
};

export type GroupsRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
  /** The group of that name, made if there is none. */
  ensureGroup: (name: string, description: string, formerly?: string) => Promise<GroupName>;
  /** Ids by the names as they were asked; names without a group are missing. */
  idsByName: (names: readonly string[]) => Promise<Map<string, string>>;
  /** Those of them that are no group's any more. */
  goneOf: (ids: readonly string[]) => Promise<string[]>;
  /** @throws Problem 404, 409 for an extension's own group */
  remove: (id: string) => Promise<void>;
  /** Names by id of the groups that a user is in. */
  groupsOf: (userId: string) => Promise<ReadonlyMap<string, string>>;
  /** The same for many users at once. */
  groupsOfUsers: (userIds: readonly string[]) => Promise<ReadonlyMap<string, readonly GroupName[]>>;
  /**
   * Within a transaction of the caller's, who undoes all of it where the answer is `false`, and tells of the
   * new right otherwise.
   */
  addMemberWithin: GroupsStore['addMemberWithin'];
  /**
   * Into the wanted ones of the managed groups, by name, and out of the others; makes groups that are
   * missing.
   */
  assignAmong: (userId: string, managed: readonly string[], wanted: readonly string[]) => Promise<Assigned>;
};

export function groupsRoom({
  prisma,
  pool,
  rightsChanged,
  groupNamed = async () => {},
  isOfExtension = () => false,
}: GroupsDeps): GroupsRoom {
  const store = groupsStore(prisma, pool);
  const steps = groupUseCases({ store, rightsChanged, groupNamed, isOfExtension });
  return {
    routes: groupsRoutes(store, steps),
    policies: groupsPolicies,
    ensureGroup: steps.ensure,
    idsByName: store.byNames,
    goneOf: store.goneOf,
    remove: async (id) => void (await steps.remove(id)),
    groupsOf: async (userId) =>
      new Map((await store.ofUsers([userId])).get(userId)?.map(({ id, name }) => [id, name])),
    groupsOfUsers: store.ofUsers,
    assignAmong: steps.assignAmong,
    addMemberWithin: store.addMemberWithin,
  };
}
