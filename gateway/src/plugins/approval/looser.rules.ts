/** Rules compared: whom one lets in and another does not. */
import type { AccessRule } from '@berth/plugin-kit/contract/rule.ts';
import type { Json } from '@berth/plugin-kit/contract/settings.ts';

/** In words, whom `after` lets in and `before` does not; empty when nobody. A name counts as its group whether or not it exists yet. */
export function looserClauses(before: AccessRule | undefined, after: AccessRule | undefined): string[] {
  if (!after || before?.public) return [];
  const opened = after.public ? ['everybody, without signing in'] : [];
  if (before?.any_user) return opened;
  if (after.any_user) return [...opened, 'everybody who is signed in'];
  const groups = after.required_groups.filter((name) => !before?.required_groups.includes(name));
  return [
    ...opened,
    ...(after.allow_superuser && !before?.allow_superuser ? ['superusers'] : []),
    ...groups.map((name) => `members of "${name}"`),
  ];
}

export function letsNobodyIn(rule: AccessRule | undefined): boolean {
  return looserClauses(undefined, rule).length === 0;
}

/** Lets in whom any of the rules does. */
export function unionOf(rules: readonly (AccessRule | undefined)[]): AccessRule {
  const found = rules.filter((rule) => rule !== undefined);
  return {
    allow_superuser: found.some((rule) => rule.allow_superuser),
    any_user: found.some((rule) => rule.any_user),
    required_groups: [...new Set(found.flatMap((rule) => rule.required_groups))],
    public: found.some((rule) => rule.public === true),
  };
}

/** Without what is not said: as an author would write it. */
export function ruleAsJson(rule: AccessRule | undefined): Json {
  if (!rule) return null;
  const { allow_superuser, any_user, required_groups } = rule;
  return {
    ...(rule.public ? { public: true } : {}),
    ...(any_user ? { any_user } : {}),
    ...(allow_superuser ? { allow_superuser } : {}),
    ...(required_groups.length > 0 ? { required_groups } : {}),
  };
}
