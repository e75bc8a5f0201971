import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { nameKeyOf } from './groups.rules.ts';
import type { Assigned, Group, GroupName, GroupsStore, Member, MembersQuery } from './groups.types.ts';

type Deps = {
  store: GroupsStore;
  /** Rights changed: of one user, or of everybody. */
  rightsChanged: (userId?: string) => void;
  /** A group was made or renamed. Resolves when the rules that name it count. */
  groupNamed: (isMeant: (name: string) => boolean) => Promise<void>;
  /** An extension that is registered has a group of that name, for as long as it is (B3). */
  isOfExtension: (name: string) => boolean;
};

export type GroupUseCases = ReturnType<typeof groupUseCases>;

export function groupUseCases({ store, rightsChanged, groupNamed, isOfExtension }: Deps) {
  /** @throws Problem 409: rules name it, and without it nobody could be let in by them */
  const refuseLoss = async (id: string): Promise<void> => {
    const name = await store.nameOf(id);
    if (name !== null && isOfExtension(name))
      throw new Problem('conflict', {
        detail: say`${name} belongs to an extension that is registered: it can be neither renamed nor deleted.`,
      });
  };

  const named = (name: string): Promise<void> => {
    const key = nameKeyOf(name);
    return groupNamed((other) => nameKeyOf(other) === key);
  };

  const ensure = async (name: string, description: string, formerly?: string): Promise<GroupName> => {
    const { isNew, ...group } = await store.ensure(name, description, formerly);
    if (isNew) await named(name);
    return group;
  };

  return {
    ensure,
    /** @throws Problem 409 when the name is taken */
    create: async (name: string, description: string): Promise<Group> => {
      const group = await store.create(name, description);
      if (!group) throw nameTaken();
      await named(name);
      return group;
    },
    /** @throws Problem 404, 409 when the name is taken, or is that of an extension's own group */
    change: async (
      id: string,
      change: { name?: string | undefined; description?: string | undefined },
    ): Promise<Group> => {
      if (change.name !== undefined && !isOfExtension(change.name)) await refuseLoss(id);
      const outcome = await store.change(id, change);
      if (outcome === 'unknown') throw new Problem('not-found');
      if (outcome === 'name-taken') throw nameTaken();
      // Containers are told names: cached ones are old now.
      if (change.name !== undefined) {
        rightsChanged();
        await named(change.name);
      }
      return outcome;
    },
    /** Memberships go with it. @returns its name @throws Problem 404, 409 for an extension's own group */
    remove: async (id: string): Promise<string> => {
      const name = await store.nameOf(id);
      await refuseLoss(id);
      if (name === null || !(await store.remove(id))) throw new Problem('not-found');
      rightsChanged();
      return name;
    },
    /** @throws Problem 404 */
    members: async (id: string, query: MembersQuery) => {
      if (!(await store.exists(id))) throw new Problem('not-found');
      return store.members(id, query);
    },
    /** The first thousand members; `memberCount` says whether there are more. @throws Problem 404 */
    withMembers: async (id: string): Promise<{ group: Group; members: Member[] }> => {
      const [group, { items }] = await Promise.all([
        store.byId(id),
        store.members(id, { q: '', page: 1, pageSize: 1000 }),
      ]);
      if (!group) throw new Problem('not-found');
      return { group, members: items };
    },
    /**
     * Who is a member already stays one. @returns how many were added @throws Problem 404 for an unknown
     * group or user
     */
    addMember: async (id: string, userId: string): Promise<number> => {
      if (!(await store.exists(id)) || (await store.unknownUsers([userId])).length > 0)
        throw new Problem('not-found');
      const added = await store.addMembers(id, [userId]);
      if (added === null) throw new Problem('not-found');
      rightsChanged(userId);
      return added;
    },
    /** All or nothing. @throws Problem 404, 422 naming each unknown user */
    addMembers: async (id: string, userIds: readonly string[]): Promise<number> => {
      if (!(await store.exists(id))) throw new Problem('not-found');
      const unknown = new Set(await store.unknownUsers(userIds));
      if (unknown.size > 0) {
        const errors = userIds.flatMap((userId, index) =>
          unknown.has(userId) ? [{ pointer: `/user_ids/${index}`, detail: 'There is no such user.' }] : [],
        );
        throw new Problem('invalid', { errors });
      }
      const added = await store.addMembers(id, userIds);
      if (added === null) throw new Problem('not-found');
      for (const userId of new Set(userIds)) rightsChanged(userId);
      return added;
    },
    assignAmong: assigner({ store, ensure, rightsChanged }),
    /** @throws Problem 404 when the user is not in the group */
    removeMember: async (id: string, userId: string): Promise<void> => {
      if (!(await store.removeMember(id, userId))) throw new Problem('not-found');
      rightsChanged(userId);
    },
  };
}

/**
 * By what another system keeps of them, such as a provider: into the wanted ones of the managed groups,
 * and out of the others.
 */
function assigner({
  store,
  ensure,
  rightsChanged,
}: Pick<Deps, 'store' | 'rightsChanged'> & {
  ensure: (name: string, description: string, formerly?: string) => Promise<GroupName>;
}) {
  return async (userId: string, managed: readonly string[], wanted: readonly string[]): Promise<Assigned> => {
    const isWanted = new Set(wanted);
    const groups = new Map<string, { group: GroupName; isWanted: boolean }>();
    for (const name of managed) {
      const group = await ensure(name, 'Given by sign-in through a provider.');
      // Two spellings may be one group: wanted by either, they are in it.
      groups.set(group.id, {
        group,
        isWanted: isWanted.has(name) || groups.get(group.id)?.isWanted === true,
      });
    }
    const before = new Set((await store.ofUsers([userId])).get(userId)?.map(({ id }) => id));
    const changes: Assigned = { joined: [], left: [] };
    for (const { group, isWanted: shallBeIn } of groups.values()) {
      if (shallBeIn === before.has(group.id)) continue;
      if (shallBeIn) await store.addMembers(group.id, [userId]);
      else await store.removeMember(group.id, userId);
      changes[shallBeIn ? 'joined' : 'left'].push(group.name);
    }
    if (changes.joined.length + changes.left.length > 0) rightsChanged(userId);
    return changes;
  };
}

function nameTaken(): Problem {
  return new Problem('conflict', {
    detail: 'There is a group of this name.',
    errors: [{ pointer: '/name', detail: 'There is a group of this name.' }],
  });
}
