/** What the address of the audit's page says, and how its rows are put in words. */
import type { AuditOutcome } from '#api/access.ts';
import { msg, termOf, type Message } from '#words/words.ts';

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

const words: Readonly<Record<string, Message>> = {
  setup: msg('Set up Berth'),
  'account.register': msg('Registered'),
  'account.create': msg('Added an account'),
  'account.change': msg('Changed an account'),
  'account.verify': msg('Confirmed the e-mail address'),
  'invitation.create': msg('Invited a person'),
  'invitation.revoke': msg('Took back an invitation'),
  'session.open': msg('Signed in'),
  'session.close': msg('Signed out'),
  'session.revoke': msg('Ended a session'),
  'session.revoke-others': msg('Ended their other sessions'),
  'token.issue': msg('Got an access token'),
  'token.refresh': msg('Refreshed an access token'),
  'session.second-factor': msg('Gave the second factor'),
  'password.change': msg('Changed the password'),
  'password.forgotten': msg('Asked for a new password'),
  'password.reset': msg('Set a new password'),
  'password.reset-link': msg('Made a reset link'),
  'factor.choose': msg('Chose a second factor'),
  'factor.totp.enable': msg('Added an authenticator app'),
  'factor.totp.disable': msg('Removed the authenticator app'),
  'factor.recovery-codes.renew': msg('Renewed the recovery codes'),
  'factor.passkey.add': msg('Added a passkey'),
  'factor.passkey.rename': msg('Renamed a passkey'),
  'factor.passkey.remove': msg('Removed a passkey'),
  'factor.reset': msg('Reset the second factors of a person'),
  'identity.unlink': msg('Unlinked a way to sign in'),
  'api-key.create': msg('Made an API key'),
  'api-key.revoke': msg('Revoked an API key'),
  'group.create': msg('Added a group'),
  'group.change': msg('Changed a group'),
  'group.delete': msg('Deleted a group'),
  'group.members.add': msg('Added members to a group'),
  'group.members.remove': msg('Removed a member from a group'),
  'plugin.settings.change': msg('Changed settings of an extension'),
  'plugin.approve': msg('Approved a manifest'),
  'plugin.reject': msg('Refused a manifest'),
  'plugin.add': msg('Added an extension'),
  'plugin.address': msg('Changed the address of an extension'),
  'plugin.remove': msg('Removed an extension'),
  'plugin.switch': msg('Switched an extension on or off'),
  'plugin.action.run': msg('Ran an action of an extension'),
  'plugin.action.end': msg('An action of an extension ended'),
  'plugin.grant.set': msg('Allowed or denied access to an extension'),
  'plugin.grant.remove': msg('Removed an exception to access'),
  'access-request.open': msg('Asked for access'),
  'access-request.approve': msg('Approved a request for access'),
  'access-request.refuse': msg('Refused a request for access'),
  'mail.retry': msg('Sent an e-mail again'),
  'connection.create': msg('Added a connection'),
  'connection.update': msg('Changed a connection'),
  'connection.remove': msg('Removed a connection'),
  'connection.test': msg('Tried a connection'),
  'capability.change': msg('Changed a capability'),
  'capability.remove': msg('Deleted a capability'),
  'workspace-type.create': msg('Added a workspace type'),
  'workspace-type.update': msg('Changed a workspace type'),
  'workspace-type.remove': msg('Removed a workspace type'),
  'workspace-type.bind': msg('Bound capabilities to a workspace type'),
  'workspace.create': msg('Added a workspace'),
  'workspace.update': msg('Changed a workspace'),
  'workspace.remove': msg('Removed a workspace'),
  'workspace.bind': msg('Bound capabilities to a workspace'),
  'configuration.reveal': msg('Revealed configuration'),
  'configuration.set': msg('Set a key of a configuration'),
  'configuration.delete': msg('Deleted a key of a configuration'),
  'connection.bind': msg('Changed which connection an extension uses'),
  'access.refused': msg('Was refused'),
  'plugin.refused': msg('Was refused at an extension'),
  'gateway.settings.change': msg('Changed settings of Berth'),
  'audit.export': msg('Exported the audit'),
  'audit.retention': msg('Removed old rows of the audit'),
};

/** For people; an action without words is shown as it is called. */
export function actionWords(action: string): string {
  return termOf(words, action);
}

export const outcomeLook: Readonly<Record<AuditOutcome, { label: Message; color: string }>> = {
  ok: { label: msg('Succeeded'), color: 'teal' },
  refused: { label: msg('Refused'), color: 'yellow' },
  failed: { label: msg('Failed'), color: 'red' },
  unknown: { label: msg('Outcome unknown'), color: 'gray' },
};
