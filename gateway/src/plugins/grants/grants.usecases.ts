/** Admins' words on who may use a plugin, and why somebody may. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { RuleClause } from '@berth/plugin-kit/contract/rule.ts';
import type { PluginSubject } from '#identity/access/permissions.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { Plugin, Snapshot } from '#plugins/registry/snapshot.ts';
import { explanationOf, summaryOf } from './grants.rules.ts';
import type { Effect, Grant, GrantsStore, PersonalGrant, Person, Rightful, Subject } from './grants.types.ts';

export type GrantsNeeds = {
  grants: GrantsStore;
  snapshot: () => Snapshot;
  /** Names by id. */
  groupsOf: (userId: string) => Promise<ReadonlyMap<string, string>>;
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

export type GrantUseCases = ReturnType<typeof grantUseCases>;

const peoplePage = 1000;

export function grantUseCases({ grants, snapshot, groupsOf, rightsChanged, now }: GrantsNeeds) {
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
    const asker: PluginSubject = {
      isSuperuser: person.isSuperuser,
      groupIds: new Set(groupNames.keys()),
      ...summaryOf(found),
    };
    const compiled = plugin.admitted?.compiled;
    const isServed = person.isActive && plugin.state !== 'disabled';
    const passes = (rule: ((who: PluginSubject) => unknown) | undefined) =>
      isServed && rule !== undefined && rule(asker) !== null;
    const clause = compiled?.mayUse(asker) ?? null;
    const rule = plugin.admitted ? (plugin.admitted.manifest.access ?? null) : undefined;
    const groups = (rule?.required_groups ?? []).map((name) => {
      const id = compiled?.groupIdByName.get(name) ?? null;
      return { name, id, isMember: id !== null && groupNames.has(id) };
    });
    const ownGrants = found
      .filter((row) => row.pluginId === pluginId)
      .map(({ grant }) => ({
        ...grant,
        groupName: grant.via === 'group' ? (groupNames.get(grant.groupId) ?? null) : null,
      }));
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

  /** How many people the plugin is open to, or would be if it were switched on. @throws Problem 404 */
  const peopleOf = async (pluginId: string): Promise<number> => {
    const maySee = pluginOf(pluginId).admitted?.compiled.maySee;
    if (!maySee) return 0;
    let count = 0;
    let after: string | null = null;
    do {
      const people: Rightful[] = await grants.people(pluginId, after, peoplePage);
      count += people.filter((person) => maySee(askerOf(pluginId, person)) !== null).length;
      after = people.length === peoplePage ? (people.at(-1)?.id ?? null) : null;
    } while (after !== null);
    return count;
  };

  return {
    peopleOf,
    /** @throws Problem 404 */
    ofPlugin: (pluginId: string): Promise<Grant[]> => grants.ofPlugin(pluginOf(pluginId).id),
    /** @throws Problem 404, 422 for an unknown user or group */
    put: async (pluginId: string, subject: Subject, effect: Effect, by: Principal): Promise<Grant> => {
      const grant = await grants.put(pluginOf(pluginId).id, subject, effect, by.email, new Date(now()));
      if (!grant)
        throw new Problem('invalid', {
          errors: [{ pointer: `/${subject.kind}_id`, detail: `There is no such ${subject.kind}.` }],
        });
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
  };
}

function askerOf(pluginId: string, { isSuperuser, groupIds, effects }: Rightful): PluginSubject {
  const only = new Set([pluginId]);
  return {
    isSuperuser,
    groupIds: new Set(groupIds),
    ...(effects.includes('allow') ? { allowedPlugins: only } : {}),
    ...(effects.includes('deny') ? { deniedPlugins: only } : {}),
  };
}
