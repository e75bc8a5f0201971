/** Admins' words on who may use a plugin, and why somebody may. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { RuleClause } from '@berth/plugin-kit/contract/rule.ts';
import type { PluginSubject } from '#identity/access/permissions.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { Plugin, Snapshot } from '#plugins/registry/snapshot.ts';
import { explanationOf, summaryOf } from './grants.rules.ts';
import { groupAccessOf } from './group-access.rules.ts';
import type { Effect, Grant, GrantsStore, PersonalGrant, Person, Rightful, Subject } from './grants.types.ts';

const unknownSubject = { user: 'There is no such user.', group: 'There is no such group.' };

export type GrantsNeeds = {
  grants: GrantsStore;
  snapshot: () => Snapshot;
  /** Names by id. */
  groupsOf: (userId: string) => Promise<ReadonlyMap<string, string>>;
  /** Of browsers and programs, those that are still good. */
  sessionCountOf: (userId: string) => Promise<number>;
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

/** What is known of a person when an extension is asked about. */
type Facts = {
  person: Person;
  groupNames: ReadonlyMap<string, string>;
  found: readonly { pluginId: string; grant: PersonalGrant }[];
};

/** A person's groups, by id and name, and of each extension why it is open to them or is not. */
export type PersonAccess = {
  person: Person;
  groups: { id: string; name: string }[];
  whys: Why[];
  sessionCount: number;
};

export type NamedPerson = { id: string; email: string; name: string };
export type OpenTo = { people: (NamedPerson & { clause: RuleClause })[]; denied: number };
export type Preview = { gains: NamedPerson[]; losses: NamedPerson[] };

export type GrantUseCases = ReturnType<typeof grantUseCases>;

const peoplePage = 1000;

export function grantUseCases({
  grants,
  snapshot,
  groupsOf,
  sessionCountOf,
  rightsChanged,
  now,
}: GrantsNeeds) {
  const pluginOf = (id: string): Plugin => {
    const plugin = snapshot().plugins.get(id);
    if (!plugin) throw new Problem('not-found');
    return plugin;
  };

  const rightsOf = ({ kind, id }: Subject): void => rightsChanged(kind === 'user' ? id : undefined);

  const factsOf = async (userId: string): Promise<Facts> => {
    const person = await grants.person(userId);
    if (!person) throw new Problem('not-found', { detail: 'There is no such user.' });
    const groupNames = await groupsOf(userId);
    return { person, groupNames, found: await grants.ofPerson(userId, [...groupNames.keys()]) };
  };

  const why = async (pluginId: string, userId: string): Promise<Why> => {
    const plugin = pluginOf(pluginId);
    return whyOf(plugin, await factsOf(userId));
  };

  /** @throws Problem 404 for an unknown user */
  const ofPerson = async (userId: string): Promise<PersonAccess> => {
    const facts = await factsOf(userId);
    return {
      person: facts.person,
      groups: [...facts.groupNames].map(([id, name]) => ({ id, name })),
      whys: [...snapshot().plugins.values()].map((plugin) => whyOf(plugin, facts)),
      sessionCount: await sessionCountOf(userId),
    };
  };

  /** Everybody whose account is active, a part at a time. */
  const everybody = async function* (pluginId: string): AsyncGenerator<Rightful, void, undefined> {
    let after: string | null = null;
    do {
      const people: Rightful[] = await grants.people(pluginId, after, peoplePage);
      yield* people;
      after = people.length === peoplePage ? (people.at(-1)?.id ?? null) : null;
    } while (after !== null);
  };

  /** People that the plugin is open to, or would be if it were switched on, by name. @throws Problem 404 */
  const peopleOf = async (pluginId: string): Promise<OpenTo> => {
    const maySee = pluginOf(pluginId).admitted?.compiled.maySee;
    const people: OpenTo['people'] = [];
    let denied = 0;
    if (maySee)
      for await (const person of everybody(pluginId)) {
        const clause = maySee(askerOf(pluginId, person));
        if (clause !== null) people.push({ ...nameOf(person), clause });
        else if (person.grants.some(({ effect }) => effect === 'deny')) denied++;
      }
    return { people: people.toSorted((one, other) => one.name.localeCompare(other.name)), denied };
  };

  /** The people that would gain and lose it by this word, or by taking it back. @throws Problem 404 */
  const preview = async (pluginId: string, subject: Subject, effect: Effect | null): Promise<Preview> => {
    const maySee = pluginOf(pluginId).admitted?.compiled.maySee;
    const found: Preview = { gains: [], losses: [] };
    if (!maySee) return found;
    for await (const person of everybody(pluginId)) {
      const next = { ...person, grants: grantsAfter(person, subject, effect) };
      const [now, then] = [person, next].map((one) => maySee(askerOf(pluginId, one)) !== null);
      if (then && !now) found.gains.push(nameOf(person));
      if (now && !then) found.losses.push(nameOf(person));
    }
    return found;
  };

  return {
    peopleOf,
    preview,
    /** @throws Problem 404 */
    ofPlugin: (pluginId: string): Promise<Grant[]> => grants.ofPlugin(pluginOf(pluginId).id),
    /** @throws Problem 404, 422 for an unknown user or group */
    put: async (pluginId: string, subject: Subject, effect: Effect, by: Principal): Promise<Grant> => {
      const grant = await grants.put(pluginOf(pluginId).id, subject, effect, {
        by: by.email,
        at: new Date(now()),
      });
      if (!grant)
        throw new Problem('invalid', {
          errors: [{ pointer: `/${subject.kind}_id`, detail: unknownSubject[subject.kind] }],
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
    ofPerson,
    /** Which extensions each group opens and closes; groups that do neither are missing. */
    ofGroups: async (): Promise<{ groupId: string; opens: Plugin[]; closes: Plugin[] }[]> => {
      const { plugins } = snapshot();
      const named = (ids: readonly string[]) => ids.flatMap((id) => plugins.get(id) ?? []);
      return groupAccessOf(plugins.values(), await grants.ofGroups()).map(({ groupId, opens, closes }) => ({
        groupId,
        opens: named(opens),
        closes: named(closes),
      }));
    },
  };
}

/** Whether and why this person may use the plugin, from the very functions that decide. */
function whyOf(plugin: Plugin, { person, groupNames, found }: Facts): Why {
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
    .filter((row) => row.pluginId === plugin.id)
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
}

/** What would be said of this person. */
function grantsAfter(person: Rightful, { kind, id }: Subject, effect: Effect | null): PersonalGrant[] {
  const isMeant = kind === 'user' ? person.id === id : person.groupIds.includes(id);
  const others = person.grants.filter((grant) =>
    kind === 'user' ? grant.via !== 'user' : !(grant.via === 'group' && grant.groupId === id),
  );
  if (!isMeant) return [...person.grants];
  if (effect === null) return others;
  return [...others, kind === 'user' ? { effect, via: 'user' } : { effect, via: 'group', groupId: id }];
}

function nameOf({ id, email, name }: Rightful): NamedPerson {
  return { id, email, name: name ?? email };
}

function askerOf(pluginId: string, { isSuperuser, groupIds, grants }: Rightful): PluginSubject {
  const effects = grants.map(({ effect }) => effect);
  const only = new Set([pluginId]);
  return {
    isSuperuser,
    groupIds: new Set(groupIds),
    ...(effects.includes('allow') ? { allowedPlugins: only } : {}),
    ...(effects.includes('deny') ? { deniedPlugins: only } : {}),
  };
}
