/**
 * A rule decides who may. One compiled function answers "is it in the sidebar", "may this request pass"
 * and "may this form be read or saved", so that the three can never disagree.
 */
import { z } from 'zod';

export const groupName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/,
    'a group name: letters, digits, space, dot, dash, underscore; at most 63',
  )
  .describe('The name of a group of the gateway.');

export const accessRule = z
  .looseObject({
    allow_superuser: z.boolean().default(false).describe('Superusers pass.'),
    required_groups: z.array(groupName).max(32).default([]).describe('Members of any of these groups pass.'),
    any_user: z.boolean().default(false).describe('Everybody who is signed in passes.'),
  })
  .describe('Passes when any of its clauses does. No rule, no access: not even for superusers.');

export const routeRule = accessRule.extend({
  public: z
    .boolean()
    .default(false)
    .describe('Nobody needs to sign in. On routes only, and only after approval.'),
});

export type AccessRule = {
  allow_superuser: boolean;
  required_groups: string[];
  any_user: boolean;
  public?: boolean | undefined;
};

/** What a rule asks of who is asking. `null` is nobody: not signed in. */
export type Subject = { isSuperuser: boolean; groupIds: ReadonlySet<string> };

/** `grant`: no clause of the rule itself, but an admin's word on top of it. */
export type RuleClause = 'public' | 'any_user' | 'allow_superuser' | 'required_groups' | 'grant';

/** Says by which clause somebody passes, or `null` when none does. */
export type CompiledRule = (who: Subject | null) => RuleClause | null;

export const denyAll: CompiledRule = () => null;

/**
 * @param groupIdByName ids resolved when the manifest was admitted: a renamed group keeps its rights, a new group
 *   of an old name gets none. A name without an id lets nobody in.
 */
export function compileRule(
  rule: AccessRule | undefined,
  groupIdByName: ReadonlyMap<string, string>,
): CompiledRule {
  if (!rule) return denyAll;
  const isPublic = rule.public === true;
  const anyUser = rule.any_user;
  const superuser = rule.allow_superuser;
  const groupIds = rule.required_groups.flatMap((name) => groupIdByName.get(name) ?? []);
  return (who) => {
    if (isPublic) return 'public';
    if (who === null) return null;
    if (anyUser) return 'any_user';
    if (superuser && who.isSuperuser) return 'allow_superuser';
    for (const id of groupIds) if (who.groupIds.has(id)) return 'required_groups';
    return null;
  };
}

/** Passes when any of the rules does. */
export function anyOf(rules: readonly CompiledRule[]): CompiledRule {
  return (who) => {
    for (const rule of rules) {
      const clause = rule(who);
      if (clause) return clause;
    }
    return null;
  };
}
