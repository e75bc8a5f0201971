/** Admins' words on who may use a plugin, why somebody may, and requests to be let in. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { RuleClause } from '@berth/plugin-kit/contract/rule.ts';
import type { PluginAsker } from '#access/permissions.ts';
import type { Principal } from '#access/principal.ts';
import type { Transaction } from '#platform/database.ts';
import type { Plugin, Snapshot } from '#plugins/registry/snapshot.ts';
import { explanationOf, summaryOf } from './grants.rules.ts';
import type { AccessRequest, Decided, Effect, Grant, GrantsStore, PersonalGrant, Person, RequestsStore, Subject } from './grants.types.ts';

export type GrantsNeeds = {
  grants: GrantsStore;
  requests: RequestsStore;
  snapshot: () => Snapshot;
  /** Names by id. */
  groupsOf: (userId: string) => Promise<ReadonlyMap<string, string>>;
  /** @returns `false` for an unknown group */
  addMemberWithin: (transaction: Transaction, groupId: string, userId: string) => Promise<boolean>;
  /** @throws Problem 429 when this user asked too often */
  countRequest: (userId: string) => Promise<void>;
  rightsChanged: (userId?: string) => void;
  now: () => number;
};

export type Why = {
  person: Person;
  plugin: Plugin;
  clause: RuleClause | null;
  may: { see: boolean; use: boolean; readSettings: boolean; writeSettings: boolean };
  groups: { name: string; id: string | null; isMember: boolean }[];
  grants: (PersonalGrant & { groupName: string | null })[];
  explanation: string[];
};

export type GrantSteps = ReturnType<typeof grantSteps>;

export function grantSteps(needs: GrantsNeeds) {
  const { grants, requests, snapshot, groupsOf, addMemberWithin, rightsChanged, now } = needs;

  const pluginOf = (id: string): Plugin => {
    const plugin = snapshot().plugins.get(id);
    if (!plugin) throw new Problem('not-found');
    return plugin;
  };

  const rightsOf = ({ kind, id }: Subject): void => rightsChanged(kind === 'user' ? id : undefined);

  const why = async (pluginId: string, userId: string): Promise<Why> => {
    const plugin = pluginOf(pluginId);
    const person = await grants.person(userId);
    if (!person) throw new Problem('not-found', { detail: 'There is no such user.' });
    const groupNames = await groupsOf(userId);
    const found = await grants.ofPerson(userId, [...groupNames.keys()]);
    const asker: PluginAsker = { isSuperuser: person.isSuperuser, groupIds: new Set(groupNames.keys()), ...summaryOf(found) };
    const compiled = plugin.admitted?.compiled;
    const isServed = person.isActive && plugin.state !== 'disabled';
    const passes = (rule: ((who: PluginAsker) => unknown) | undefined) => isServed && rule !== undefined && rule(asker) !== null;
    const clause = compiled?.mayUse(asker) ?? null;
    const rule = plugin.admitted ? (plugin.admitted.manifest.access ?? null) : undefined;
    const groups = (rule?.required_groups ?? []).map((name) => {
      const id = compiled?.groupIdByName.get(name) ?? null;
      return { name, id, isMember: id !== null && groupNames.has(id) };
    });
    const ownGrants = found
      .filter((row) => row.pluginId === pluginId)
      .map(({ grant }) => ({ ...grant, groupName: grant.via === 'group' ? (groupNames.get(grant.groupId) ?? null) : null }));
    const explanation = explanationOf({
      person: { ...person, name: person.name ?? person.email },
      clause,
      rule,
      groups: groups.map(({ name, id, isMember }) => ({ name, exists: id !== null, isMember })),
      grants: ownGrants,
      state: plugin.state,
    });
    const may = {
      see: passes(compiled?.maySee),
      use: passes(compiled?.mayUse),
      readSettings: passes(compiled?.mayReadSettings),
      writeSettings: passes(compiled?.mayWriteSettings),
    };
    return { person, plugin, clause, may, groups, grants: ownGrants, explanation };
  };

  /** @throws Problem 404, 409 when it is not pending any more */
  const pending = async (id: string): Promise<AccessRequest> => {
    const request = await requests.byId(id);
    if (!request) throw new Problem('not-found');
    if (request.state !== 'pending') throw alreadyDecided(request);
    return request;
  };

  const reread = async (id: string): Promise<AccessRequest> => {
    const request = await requests.byId(id);
    if (!request) throw new Problem('not-found');
    return request;
  };

  return {
    /** @throws Problem 404 */
    ofPlugin: (pluginId: string): Promise<Grant[]> => grants.ofPlugin(pluginOf(pluginId).id),
    /** @throws Problem 404, 422 for an unknown user or group */
    put: async (pluginId: string, subject: Subject, effect: Effect, by: Principal): Promise<Grant> => {
      const grant = await grants.put(pluginOf(pluginId).id, subject, effect, by.email, new Date(now()));
      if (!grant) throw new Problem('invalid', { errors: [{ pointer: `/${subject.kind}_id`, detail: `There is no such ${subject.kind}.` }] });
      rightsOf(subject);
      return grant;
    },
    /** Also of a plugin that is not registered any more. @throws Problem 404 */
    remove: async (pluginId: string, grantId: string): Promise<Subject> => {
      const subject = await grants.remove(pluginId, grantId);
      if (!subject) throw new Problem('not-found');
      rightsOf(subject);
      return subject;
    },
    /** @throws Problem 404 for an unknown plugin or user */
    why,
    /**
     * The same for a plugin that is there, is not there, is theirs already or was asked for before: whoever asks learns nothing.
     * @throws Problem 429
     */
    ask: async (who: Principal, pluginId: string, reason: string): Promise<void> => {
      await needs.countRequest(who.userId);
      const plugin = snapshot().plugins.get(pluginId);
      if (!plugin || plugin.admitted?.compiled.mayUse(who)) return;
      await requests.open(plugin.id, who.userId, reason, new Date(now()));
    },
    page: requests.page,
    pendingCount: requests.pendingCount,
    /** Groups that the plugin's own rule lets in: ways to approve besides a grant. */
    groupsThatHelp: (pluginId: string): { id: string; name: string }[] => {
      const admitted = snapshot().plugins.get(pluginId)?.admitted;
      return (admitted?.manifest.access?.required_groups ?? []).flatMap((name) => {
        const id = admitted?.compiled.groupIdByName.get(name);
        return id === undefined ? [] : [{ id, name }];
      });
    },
    pluginNameOf: (pluginId: string): string => snapshot().plugins.get(pluginId)?.admitted?.manifest.name ?? pluginId,
    /**
     * By a grant, or by making them a member of one of the groups that the plugin's rule lets in.
     * @throws Problem 404, 409 when it is not pending or its plugin is gone, 422 for another group
     */
    async approve(id: string, groupId: string | undefined, by: Principal): Promise<AccessRequest> {
      const request = await pending(id);
      if (!snapshot().plugins.has(request.pluginId)) throw new Problem('conflict', { detail: 'This extension is not registered any more.' });
      if (groupId !== undefined && !this.groupsThatHelp(request.pluginId).some((group) => group.id === groupId))
        throw new Problem('invalid', { errors: [{ pointer: '/group_id', detail: 'The rule of this extension does not name this group.' }] });
      const decided: Decided = { state: 'approved', by: by.email, at: new Date(now()) };
      const isDone = await requests.approve(id, decided, async (transaction) => {
        if (groupId === undefined) await grants.allowWithin(transaction, request.pluginId, request.user.id, decided);
        else if (!(await addMemberWithin(transaction, groupId, request.user.id)))
          throw new Problem('not-found', { detail: 'There is no such group any more.' });
      });
      if (!isDone) throw alreadyDecided(await reread(id));
      rightsChanged(request.user.id);
      return reread(id);
    },
    /** @throws Problem 404, 409 when it is not pending */
    refuse: async (id: string, by: Principal): Promise<AccessRequest> => {
      await pending(id);
      if (!(await requests.decide(id, { state: 'refused', by: by.email, at: new Date(now()) }))) throw alreadyDecided(await reread(id));
      return reread(id);
    },
  };
}

function alreadyDecided({ state, decidedBy }: AccessRequest): Problem {
  return new Problem('conflict', { detail: `This request was ${state}${decidedBy === null ? '' : ` by ${decidedBy}`} already.` });
}
