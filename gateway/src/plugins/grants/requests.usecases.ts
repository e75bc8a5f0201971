/** Requests to be let in, and who decides them: superusers, and whoever looks after the plugin. */
import { totalBeside } from '@berth/plugin-kit/base/total-beside.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { Transaction } from '#platform/database.ts';
import type { Snapshot } from '#plugins/registry/snapshot.ts';
import { nameIn } from '../registry/manifest-words.ts';
import type { AccessRequest, Decided, GrantsStore, RequestsFilter, RequestsStore } from './grants.types.ts';

export type RequestsNeeds = {
  grants: Pick<GrantsStore, 'allowWithin' | 'ofPerson'>;
  requests: RequestsStore;
  snapshot: () => Snapshot;
  /** Ids of the plugins that somebody looks after. */
  ownedBy: (who: Principal) => ReadonlySet<string>;
  /** Names by id. */
  groupsOf: (userId: string) => Promise<ReadonlyMap<string, string>>;
  /** @returns `false` for an unknown group */
  addMemberWithin: (transaction: Transaction, groupId: string, userId: string) => Promise<boolean>;
  /** @throws Problem 429 when this user asked too often */
  countRequest: (userId: string) => Promise<void>;
  rightsChanged: (userId?: string) => void;
  /** Tells those who decide, and the person who asked. */
  accessRequested?: (plugin: Named, by: { userId: string; name: string }) => void;
  accessDecided?: (plugin: Named, userId: string, isApproved: boolean) => void;
  now: () => number;
};

export type RequestUseCases = ReturnType<typeof requestUseCases>;

type Named = { id: string; name: string };

export function requestUseCases({
  grants,
  requests,
  snapshot,
  ownedBy,
  groupsOf,
  addMemberWithin,
  countRequest,
  rightsChanged,
  accessRequested = () => undefined,
  accessDecided = () => undefined,
  now,
}: RequestsNeeds) {
  const { pluginNameOf, namedOf, pluginsOf, groupsThatHelp } = pluginsIn(snapshot, ownedBy);

  const found = async (id: string): Promise<AccessRequest> => {
    const request = await requests.byId(id);
    if (!request) throw new Problem('not-found');
    return request;
  };

  /** @throws Problem 404, 409 when it is not pending any more */
  const pending = async (id: string): Promise<AccessRequest> => {
    const request = await found(id);
    if (request.state !== 'pending') throw alreadyDecided(request);
    return request;
  };

  const refuseWhereDenied = denialRefuser({ grants, groupsOf });

  return {
    pluginNameOf,
    groupsThatHelp,
    /**
     * The same for a plugin that is there, is not there, is theirs already or was asked for before: whoever
     * asks learns nothing.
     * @throws Problem 429
     */
    ask: async (who: Principal, pluginId: string, reason: string): Promise<void> => {
      await countRequest(who.userId);
      const plugin = snapshot().plugins.get(pluginId);
      if (!plugin || plugin.admitted?.compiled.mayUse(who)) return;
      await requests.open(plugin.id, who.userId, reason, new Date(now()));
      accessRequested(namedOf(plugin.id), who);
    },
    /** What somebody may decide. `plugins`: those that they look after; `null`: all. */
    page: async (
      who: Principal,
      filter: Omit<RequestsFilter, 'within'>,
      after: string | null,
      limit: number,
    ) => {
      const plugins = who.isSuperuser ? null : pluginsOf(who);
      const within = plugins === null ? undefined : { pluginIds: plugins, notOf: who.userId };
      const [items, counted] = await Promise.all([
        requests.page({ ...filter, within }, after, limit),
        requests.pendingCount(within),
      ]);
      const isOfPending = filter.state === 'pending' && filter.pluginId === undefined && after === null;
      return {
        items,
        pendingCount: isOfPending
          ? totalBeside({ counted, offset: 0, shown: items.length, pageSize: limit })
          : counted,
        plugins: plugins?.map((id): Named => ({ id, name: pluginNameOf(id) })) ?? null,
      };
    },
    /** Superusers; and whoever looks after its plugin, where it is not their own request. */
    mayDecide: async (who: Principal, id: string): Promise<boolean> => {
      if (who.isSuperuser) return true;
      const request = await requests.byId(id);
      return request !== null && request.user.id !== who.userId && pluginsOf(who).includes(request.pluginId);
    },
    /**
     * By a grant, or by making them a member of one of the groups that the plugin's rule lets in. The groups,
     * and taking back what an admin denied them, by a grant, are for superusers. What was denied to a group
     * of theirs stays so.
     * @throws Problem 404, 403, 409 when it is not pending, its plugin is gone or a denial stands, 422 for
     * another group
     */
    approve: async (id: string, groupId: string | undefined, by: Principal): Promise<AccessRequest> => {
      const { pluginId, user } = await pending(id);
      if (!snapshot().plugins.has(pluginId))
        throw new Problem('conflict', { detail: 'This extension is not registered any more.' });
      if (groupId !== undefined) refuseGroup(groupId, groupsThatHelp(pluginId, by), by);
      await refuseWhereDenied({ pluginId, userId: user.id, groupId }, by);
      const decided: Decided = { state: 'approved', by: by.email, at: new Date(now()) };
      const isDone = await requests.approve(id, decided, async (transaction) => {
        if (groupId === undefined) {
          const whom = { pluginId, userId: user.id };
          if (await grants.allowWithin(transaction, whom, decided, by.isSuperuser)) return;
          throw closedToThem();
        }
        if (!(await addMemberWithin(transaction, groupId, user.id)))
          throw new Problem('not-found', { detail: 'There is no such group any more.' });
      });
      if (!isDone) throw alreadyDecided(await found(id));
      rightsChanged(user.id);
      accessDecided(namedOf(pluginId), user.id, true);
      return found(id);
    },
    /** @throws Problem 404, 409 when it is not pending */
    refuse: async (id: string, by: Principal): Promise<AccessRequest> => {
      const { pluginId, user } = await pending(id);
      if (!(await requests.decide(id, { state: 'refused', by: by.email, at: new Date(now()) })))
        throw alreadyDecided(await found(id));
      accessDecided(namedOf(pluginId), user.id, false);
      return found(id);
    },
  };
}

/** What is registered, by name, and what the decider may do there. */
function pluginsIn(snapshot: RequestsNeeds['snapshot'], ownedBy: RequestsNeeds['ownedBy']) {
  const pluginNameOf = (pluginId: string, language = 'en'): string => {
    const plugin = snapshot().plugins.get(pluginId);
    return plugin ? nameIn(plugin, language) : pluginId;
  };

  const namedOf = (id: string): Named => ({ id, name: pluginNameOf(id) });

  /** The registered ones among those with a person in charge. */
  const pluginsOf = (who: Principal): string[] =>
    [...ownedBy(who)].filter((id) => snapshot().plugins.has(id));

  /**
   * Groups that the plugin's own rule lets in: ways to approve besides a grant. None for an owner: a group
   * may open more than this plugin.
   */
  const groupsThatHelp = (pluginId: string, who: Principal): Named[] => {
    const admitted = who.isSuperuser ? snapshot().plugins.get(pluginId)?.admitted : null;
    return (admitted?.manifest.access?.required_groups ?? []).flatMap((name) => {
      const id = admitted?.compiled.groupIdByName.get(name);
      return id === undefined ? [] : [{ id, name }];
    });
  };

  return { pluginNameOf, namedOf, pluginsOf, groupsThatHelp };
}

/** @throws Problem 403, 422 */
function refuseGroup(groupId: string, helping: readonly Named[], by: Principal): void {
  if (!by.isSuperuser)
    throw new Problem('not-allowed', {
      detail: 'An admin of one extension lets in one person at a time. Only superusers add groups.',
    });
  if (helping.some(({ id }) => id === groupId)) return;
  throw new Problem('invalid', {
    errors: [{ pointer: '/group_id', detail: 'The rule of this extension does not name this group.' }],
  });
}

/** An approval that a denial outweighs would open nothing. @throws Problem 409 */
function denialRefuser({ grants, groupsOf }: Pick<RequestsNeeds, 'grants' | 'groupsOf'>) {
  return async (
    { pluginId, userId, groupId }: { pluginId: string; userId: string; groupId: string | undefined },
    by: Principal,
  ): Promise<void> => {
    const names = await groupsOf(userId);
    const said = await grants.ofPerson(
      userId,
      groupId === undefined ? [...names.keys()] : [...names.keys(), groupId],
    );
    const denials = said
      .filter(({ pluginId: about, grant }) => about === pluginId && grant.effect === 'deny')
      .map(({ grant }) => grant);
    const ofGroup = denials.find((grant) => grant.via === 'group');
    if (ofGroup && !by.isSuperuser) throw closedToThem();
    if (ofGroup) {
      const name = names.get(ofGroup.groupId);
      throw new Problem('conflict', {
        detail:
          name === undefined
            ? 'This extension is closed to this group. Take that back first, on the extension’s page.'
            : say`This extension is closed to the group “${name}”, which they are in. Take that back first, on the extension’s page.`,
      });
    }
    if (denials.length > 0 && groupId !== undefined)
      throw new Problem('conflict', {
        detail:
          'This extension is closed to them, and a group does not change that. Open it to this person alone: that takes it back.',
      });
  };
}

function closedToThem(): Problem {
  return new Problem('conflict', { detail: 'An admin closed this extension to them: a superuser decides.' });
}

function alreadyDecided({ state, decidedBy }: AccessRequest): Problem {
  const by = decidedBy === null ? state : say`${state} by ${decidedBy}`;
  return new Problem('conflict', { detail: say`This request was ${by} already.` });
}
