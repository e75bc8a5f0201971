/** What an event was about, in names: ids say little, and stand in the event's window. */
import type { AuditEvent } from '#api/access.ts';
import { t } from '#words/words.ts';

const mostPeople = 3;

export type NameOf = (id: string) => string | undefined;
export type Names = {
  /** Of a person, group, connection, workspace or key. */
  nameOf: NameOf;
  pluginName: NameOf;
  problemTitle: NameOf;
};

export function targetWords(
  { action, target, details }: Pick<AuditEvent, 'action' | 'target' | 'details'>,
  { nameOf, pluginName }: Omit<Names, 'problemTitle'>,
): string {
  const text = (key: string) => {
    const value = details[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const detail = text('plugin');
  // There the detail is a key of the workspace's configuration.
  if (action.startsWith('configuration.')) return [target, detail].filter(Boolean).join(', ');
  const isOfExtension = /^(?:plugin|access-request|connection\.bind|capability)/.test(action);
  const named = (part: string) => nameOf(part) ?? (isOfExtension ? extensionIn(part, pluginName) : undefined);
  const isAction = action.startsWith('plugin.action');
  const about = (target ?? '').split(' ').map((part) => named(part) ?? (isAction ? part : undefined));
  const said = text('name') ?? text('email') ?? text('subject');
  const words = [
    detail === undefined ? undefined : (pluginName(detail) ?? detail),
    ...about,
    ...(said === undefined ? people(details, nameOf) : [said]),
  ];
  const known = [...new Set(words.filter(Boolean))];
  return known.length > 0 ? known.join(', ') : (target ?? '–');
}

/** `hello`, or a part of it: `hello/search`. */
export function extensionIn(part: string, pluginName: NameOf): string | undefined {
  const [id = '', ...rest] = part.split('/');
  const name = pluginName(id);
  return name === undefined ? undefined : [name, ...rest].join('/');
}

function people(details: AuditEvent['details'], nameOf: NameOf): string[] {
  const ids = [details['user_ids'], details['user_id'], details['group_id']].flat();
  const names = ids.flatMap((id) => (typeof id === 'string' ? (nameOf(id) ?? []) : []));
  const more = names.length - mostPeople;
  return more > 0 ? [...names.slice(0, mostPeople), t('{more} more', { more })] : names;
}
