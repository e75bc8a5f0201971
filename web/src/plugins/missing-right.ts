/** What would open a rule to somebody, read from the manifest that they may see. */
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';

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
    return opensToSuperusers ? 'It is open to superusers alone.' : 'It is open to nobody yet.';
  if (others.length === 0) return `You need the group ${first}.`;
  return `You need one of the groups ${groups.slice(0, -1).join(', ')} or ${groups.at(-1)}.`;
}

/** To be sent to whoever runs the place: who, what, why. */
export function requestFor({ groups }: MissingRight, email: string, pluginName: string): string {
  const what =
    groups.length === 0
      ? `the right to use ${pluginName}`
      : `the group ${groups.join(' or ')}, so that I can use ${pluginName}`;
  return `Please give my account ${email} ${what}.`;
}
