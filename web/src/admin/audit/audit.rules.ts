/** What the address of the audit's page says, and how its rows are put in words. */
import type { AuditEvent, AuditOutcome } from '#api/access.ts';

export type AuditSearch = {
  q?: string;
  action?: string;
  actor?: string;
  outcome?: AuditOutcome;
  /** Days, `2026-11-20`; `to` is the last one that counts. */
  from?: string;
  to?: string;
};

const outcomes: readonly AuditOutcome[] = ['ok', 'refused', 'failed', 'unknown'];
const dayForm = /^\d{4}-\d{2}-\d{2}$/;

/** Whatever is not understood is left out. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const text = (key: string) => {
    const value = search[key];
    return typeof value === 'string' && value !== '' ? { [key]: value } : {};
  };
  const day = (key: string) => {
    const value = search[key];
    return typeof value === 'string' && dayForm.test(value) && !Number.isNaN(Date.parse(value))
      ? { [key]: value }
      : {};
  };
  const outcome = outcomes.find((known) => known === search['outcome']);
  return {
    ...text('q'),
    ...text('action'),
    ...text('actor'),
    ...(outcome ? { outcome } : {}),
    ...day('from'),
    ...day('to'),
  };
}

/** The same as the gateway spells it: days begin and end where the reader is. */
export function auditQueryString(
  { from, to, ...filter }: AuditSearch,
  more: Record<string, string> = {},
): string {
  const query = new URLSearchParams({ ...filter, ...more });
  if (from !== undefined) query.set('from', startOf(from, 0));
  if (to !== undefined) query.set('to', startOf(to, 1));
  return query.toString();
}

/** A day where the reader is, so many before the given one. */
export function dayBefore(now: Date, days: number): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${String(day.getFullYear()).padStart(4, '0')}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

const words: Readonly<Record<string, string>> = {
  setup: 'Set up Berth',
  'account.register': 'Registered',
  'account.create': 'Added an account',
  'account.change': 'Changed an account',
  'account.verify': 'Confirmed the e-mail address',
  'invitation.create': 'Invited a person',
  'invitation.revoke': 'Took back an invitation',
  'session.open': 'Signed in',
  'session.close': 'Signed out',
  'session.revoke': 'Ended a session',
  'session.revoke-others': 'Ended their other sessions',
  'token.issue': 'Got an access token',
  'token.refresh': 'Refreshed an access token',
  'session.second-factor': 'Gave the second factor',
  'password.change': 'Changed the password',
  'password.forgotten': 'Asked for a new password',
  'password.reset': 'Set a new password',
  'password.reset-link': 'Made a reset link',
  'factor.choose': 'Chose a second factor',
  'factor.totp.enable': 'Added an authenticator app',
  'factor.totp.disable': 'Removed the authenticator app',
  'factor.recovery-codes.renew': 'Renewed the recovery codes',
  'factor.passkey.add': 'Added a passkey',
  'factor.passkey.rename': 'Renamed a passkey',
  'factor.passkey.remove': 'Removed a passkey',
  'factor.reset': 'Reset the second factors of a person',
  'identity.unlink': 'Unlinked a way to sign in',
  'api-key.create': 'Made an API key',
  'api-key.revoke': 'Revoked an API key',
  'group.create': 'Added a group',
  'group.change': 'Changed a group',
  'group.delete': 'Deleted a group',
  'group.members.add': 'Added members to a group',
  'group.members.remove': 'Removed a member from a group',
  'plugin.settings.change': 'Changed settings of an extension',
  'plugin.approve': 'Approved a manifest',
  'plugin.reject': 'Refused a manifest',
  'plugin.add': 'Added an extension',
  'plugin.switch': 'Switched an extension on or off',
  'plugin.action.run': 'Ran an action of an extension',
  'plugin.action.end': 'An action of an extension ended',
  'plugin.grant.set': 'Allowed or denied access to an extension',
  'plugin.grant.remove': 'Removed an exception to access',
  'access-request.open': 'Asked for access',
  'access-request.approve': 'Approved a request for access',
  'access-request.refuse': 'Refused a request for access',
  'mail.retry': 'Sent an e-mail again',
  'connection.create': 'Added a connection',
  'connection.update': 'Changed a connection',
  'connection.remove': 'Removed a connection',
  'connection.test': 'Tried a connection',
  'capability.change': 'Changed a capability',
  'capability.remove': 'Deleted a capability',
  'workspace-type.create': 'Added a workspace type',
  'workspace-type.update': 'Changed a workspace type',
  'workspace-type.remove': 'Removed a workspace type',
  'workspace-type.bind': 'Bound capabilities to a workspace type',
  'workspace.create': 'Added a workspace',
  'workspace.update': 'Changed a workspace',
  'workspace.remove': 'Removed a workspace',
  'workspace.bind': 'Bound capabilities to a workspace',
  'configuration.reveal': 'Revealed configuration',
  'configuration.set': 'Set a key of a configuration',
  'configuration.delete': 'Deleted a key of a configuration',
  'connection.bind': 'Changed which connection an extension uses',
  'access.refused': 'Was refused',
  'plugin.refused': 'Was refused at an extension',
  'gateway.settings.change': 'Changed settings of Berth',
  'audit.export': 'Exported the audit',
  'audit.retention': 'Removed old rows of the audit',
};

/** For people; an action without words is shown as it is called. */
export function actionWords(action: string): string {
  return words[action] ?? action;
}

export const outcomeLook: Readonly<Record<AuditOutcome, { label: string; color: string }>> = {
  ok: { label: 'Done', color: 'teal' },
  refused: { label: 'Refused', color: 'yellow' },
  failed: { label: 'Failed', color: 'red' },
  unknown: { label: 'Outcome unknown', color: 'gray' },
};

/** `name: value`, one a line. */
export function detailLines({ details }: Pick<AuditEvent, 'details'>): { name: string; value: string }[] {
  return Object.entries(details).map(([name, value]) => ({
    name: name.replaceAll('_', ' '),
    value: Array.isArray(value) ? value.join(', ') : String(value),
  }));
}
