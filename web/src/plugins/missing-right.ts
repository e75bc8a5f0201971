/** What would open a rule to somebody, read from the manifest that they may see. */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { anyOf, t } from '#words/words.ts';

export type MissingRight = { groups: string[]; opensToSuperusers: boolean };

/** @param own the names of the groups that they are in already */
export function missingRight(rule: Json | undefined, own: readonly string[]): MissingRight {
  if (!isObject(rule)) return { groups: [], opensToSuperusers: false };
  const named = Array.isArray(rule['required_groups']) ? rule['required_groups'] : [];
  const groups = named.filter((name) => typeof name === 'string').filter((name) => !own.includes(name));
  return { groups, opensToSuperusers: rule['allow_superuser'] === true };
}

/** Who may read the settings: a rule of their own, else the plugin's. */
export function settingsReadRule(manifest: JsonObject): Json | undefined {
  const own = manifest['settings_access'];
  return (isObject(own) ? own['read'] : undefined) ?? manifest['access'];
}

/** A sentence that names the fix. */
export function wordsForMissing({ groups, opensToSuperusers }: MissingRight): string {
  const [first, ...others] = groups;
  if (first === undefined)
    return opensToSuperusers ? t('It is open to superusers alone.') : t('It is open to nobody yet.');
  if (others.length === 0) return t('You need the group {first}.', { first });
  return t('You need one of the groups {groups}.', { groups: anyOf(groups) });
}

/** To be sent to whoever runs the place: who, what, why. */
export function requestFor({ groups }: MissingRight, email: string, what: string): string {
  return groups.length === 0
    ? t('Please give my account {email} the right to use {what}.', { email, what })
    : t('Please give my account {email} the group {groups}, so that I can use {what}.', {
        email,
        groups: anyOf(groups),
        what,
      });
}
