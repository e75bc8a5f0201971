/** What a row keeps of an event beside who and when, in words: a name for each detail, and for each value. */
import type { AuditEvent } from '#api/access.ts';
import { listed, msg, t, termOf, type Message } from '#words/words.ts';
import { extensionIn, type Names } from './target.rules.ts';

const labels: Readonly<Record<string, Message>> = {
  account: msg('Account'),
  added: msg('Joined groups'),
  credential: msg('Signed in with'),
  description: msg('Description'),
  effect: msg('Effect'),
  email: msg('E-mail'),
  enabled: msg('Switched on'),
  ended_sessions: msg('Ended sessions'),
  fields: msg('Settings that were sent'),
  filter: msg('Filter'),
  format: msg('Format'),
  group: msg('Group'),
  group_id: msg('Group'),
  groups: msg('Groups'),
  is_active: msg('Account is active'),
  is_superuser: msg('Superuser'),
  key_name: msg('API key'),
  last_hash: msg('Hash of the last row'),
  last_seq: msg('Number of the last row'),
  name: msg('Name'),
  plugin: msg('Extension'),
  pointers: msg('Settings that were refused'),
  prefix: msg('Beginning of the key'),
  problem: msg('Reason'),
  provider: msg('Provider'),
  removed: msg('Removed or left'),
  repeated: msg('Happened again'),
  request: msg('Request'),
  result: msg('Result'),
  scopes: msg('May use'),
  state: msg('What became of it'),
  status: msg('Status of the answer'),
  subject: msg('For'),
  user_id: msg('Person'),
  user_ids: msg('People'),
  version: msg('Version'),
};

/** Values that the gateway writes by itself. */
const terms: Readonly<Record<string, Message>> = {
  allow: msg('Allowed'),
  deny: msg('Denied'),
  unknown: msg('Not known'),
  started: msg('Started'),
  stopped: msg('Removed, and its container stopped'),
  removed: msg('Removed'),
  refused: msg('Refused'),
  linked: msg('Linked'),
  unbound: msg('Nothing was bound to it'),
  forced: msg('Removed with everything that was bound to it'),
  ok: msg('Succeeded'),
  failed: msg('Failed'),
  'signed in': msg('Signed in'),
  'signed in, account made': msg('Signed in, and an account was made'),
  'second step asked for': msg('The second step was asked for'),
  'was signed in already: nothing was opened': msg('Was signed in already: no session was opened'),
  'used a second time: the session has ended': msg('Used a second time: the session has ended'),
  'from the command line': msg('From the command line'),
  'by an owner of the extension': msg('By an owner of the extension'),
  'taken back': msg('Taken back'),
};
/** Why signing in with a provider came to nothing, where no problem of the gateway's own says it. */
const refusals: Readonly<Record<string, Message>> = {
  'provider-unavailable': msg('The provider did not answer'),
  'provider-refused': msg('The provider refused'),
  'email-not-verified': msg('The provider does not say that the e-mail is verified'),
  'email-differs': msg('The e-mail is not that of the account'),
  'link-first': msg('The account with this e-mail was not linked'),
  'no-account': msg('There was no account'),
  'account-disabled': msg('The account was switched off'),
  'identity-taken': msg('Linked to another account already'),
};

/** In these a word of the gateway stands; what stands in the others was named by people. */
const termed: ReadonlySet<string> = new Set(['account', 'effect', 'state']);

/** `name` and `value`, for a person; ids of what is gone stay ids. */
export function detailLines(
  { action, details }: Pick<AuditEvent, 'action' | 'details'>,
  names: Names,
): { key: string; name: string; value: string }[] {
  return Object.entries(details).map(([key, value]) => {
    const isKeyOfWorkspace = key === 'plugin' && action.startsWith('configuration.');
    const said = (one: string) => {
      if (key === 'plugin') return extensionIn(one, names.pluginName) ?? one;
      if (key === 'fields' && one === 'every key') return t('every key');
      if (key === 'problem') return names.problemTitle(one) ?? termOf(refusals, one);
      return names.nameOf(one) ?? (termed.has(key) ? termOf(terms, one) : one);
    };
    return {
      key,
      name: isKeyOfWorkspace ? t('Source') : termOf(labels, key),
      value: valueWords(value, said),
    };
  });
}

/** Long lists are cut where they are kept, and say how many more there were. */
function itemWords(item: string, said: (one: string) => string): string {
  const more = /^and (\d+) more$/.exec(item)?.[1];
  return more === undefined ? said(item) : t('{more} more', { more });
}

function valueWords(value: AuditEvent['details'][string], said: (one: string) => string): string {
  if (typeof value === 'boolean') return value ? t('Yes') : t('No');
  if (Array.isArray(value))
    return value.length === 0 ? t('none') : listed(value.map((item) => itemWords(item, said)));
  return typeof value === 'number' ? String(value) : said(value);
}
