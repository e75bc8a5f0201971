/** What grants come to for a person, and why somebody may or may not use a plugin. */
import type { AccessRule, RuleClause } from '@berth/plugin-kit/contract/rule.ts';
import { pluginIdPattern } from '@berth/plugin-kit/contract/manifest.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { z } from 'zod';
import type { Principal } from '#identity/access/principal.ts';
import { isAnswering, type PluginState } from '@berth/plugin-kit/contract/wire/plugins.ts';
import { effects, requestStates, type PersonalGrant } from './grants.types.ts';

export const pluginId = z.string().regex(pluginIdPattern);

export const grantForm = z.union([
  z.strictObject({ user_id: z.uuid(), effect: z.enum(effects) }),
  z.strictObject({ group_id: z.uuid(), effect: z.enum(effects) }),
]);

/** `effect: null`: taking back what was said. */
export const previewForm = z.union([
  z.strictObject({ user_id: z.uuid(), effect: z.enum(effects).nullable() }),
  z.strictObject({ group_id: z.uuid(), effect: z.enum(effects).nullable() }),
]);

export const requestForm = z.strictObject({
  reason: z
    .string()
    .max(2000)
    .default('')
    .transform((text) => text.normalize('NFC').trim())
    .refine((text) => text.length <= 500, 'At most 500 characters.')
    .refine((text) => !/[\p{Cs}\u0000-\u0008\u000b-\u001f\u007f]/u.test(text), 'Plain text.'),
});

export const approvalForm = z.strictObject({ group_id: z.uuid().optional() });

export const requestsQuery = z.object({
  state: z.enum(requestStates).optional(),
  plugin_id: pluginId.optional(),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/**
 * For the principal: which plugins are open to them and which are closed, by their own grants and their
 * groups'.
 */
export function summaryOf(
  found: readonly { pluginId: string; grant: PersonalGrant }[],
): Required<Pick<Principal, 'allowedPlugins' | 'deniedPlugins'>> {
  const idsOf = (effect: PersonalGrant['effect']) =>
    new Set(found.flatMap((row) => (row.grant.effect === effect ? [row.pluginId] : [])));
  return { allowedPlugins: idsOf('allow'), deniedPlugins: idsOf('deny') };
}

export type Circumstances = {
  person: { name: string; isActive: boolean; isSuperuser: boolean };
  /** What the one function that decides said. */
  clause: RuleClause | null;
  /** The manifest's `access`; `null`: it has none; `undefined`: no manifest was ever admitted. */
  rule: AccessRule | null | undefined;
  groups: readonly { name: string; exists: boolean; isMember: boolean }[];
  /** With the group's name where it came by one. */
  grants: readonly { effect: PersonalGrant['effect']; groupName: string | null }[];
  state: PluginState;
};

/** Where the name of a state is no word. */
const stateWords: Partial<Record<PluginState, string>> = { awaiting_approval: 'awaiting approval' };

/** The answer in words, the decisive sentence first. */
export function explanationOf({ person, clause, rule, groups, grants, state }: Circumstances): string[] {
  const { name } = person;
  const sentences = [reasonFor()];
  if (!person.isActive) sentences.unshift(say`${name}'s account is disabled: nobody can sign in with it.`);
  if (state === 'disabled')
    sentences.push('The extension is switched off: nobody can use it until it is switched on again.');
  else if (rule !== undefined && !isAnswering({ state }) && state !== 'pending')
    sentences.push(
      say`The extension is ${stateWords[state] ?? state}: it is listed, and its requests answer 503.`,
    );
  return sentences;

  function reasonFor(): string {
    const denials = grants.filter(({ effect }) => effect === 'deny');
    if (clause === null && denials.length > 0)
      return say`An admin closed it to ${viaOf(denials)}. A denial beats every rule and every allowance.`;
    if (rule === undefined) return 'It has never served a manifest that was admitted, so nobody may use it.';
    if (clause === 'grant')
      return say`An admin opened it to ${viaOf(grants.filter(({ effect }) => effect === 'allow'))}.`;
    if (clause === 'any_user') return 'Its rule lets in everybody who is signed in.';
    if (clause === 'allow_superuser') return say`Its rule lets in superusers, and ${name} is one.`;
    if (clause === 'required_groups')
      return say`${name} is in ${listOf(groups.filter(({ isMember }) => isMember).map((group) => group.name))}, which its rule lets in.`;
    if (clause === 'public') return 'It is open to everybody.';
    if (rule === null) return 'Its manifest has no access rule, so nobody may use it, not even superusers.';
    return missing(rule);
  }

  function missing(rule: AccessRule): string {
    const ways = [
      ...(groups.length > 0
        ? [
            say`being in ${listOf(
              groups.map((group) => (group.exists ? group.name : say`${group.name} (no such group yet)`)),
              'or',
            )}`,
          ]
        : []),
      ...(rule.allow_superuser ? ['being a superuser'] : []),
      'an admin’s allowance',
    ];
    return say`${name} passes no clause of its rule. What would help: ${listOf(ways, 'or')}.`;
  }

  function viaOf(some: Circumstances['grants']): string {
    const groupNames = some.flatMap(({ groupName }) =>
      groupName === null ? [] : [say`the group ${groupName}`],
    );
    return listOf([...(some.some(({ groupName }) => groupName === null) ? [name] : []), ...groupNames]);
  }
}

/** The blank before the last one keeps it apart from a name that has the word in it. */
function listOf(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  const first = items.slice(0, -1).join(', ');
  const last = items.at(-1) ?? '';
  if (first === '') return last;
  return word === 'or' ? say`${first} or\u00a0${last}` : say`${first} and\u00a0${last}`;
}
