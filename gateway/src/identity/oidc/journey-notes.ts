/** Where a journey to a provider ends when it does not end well, and what the audit is told of it. */
import type { AuditNote } from '#identity/access/route-policy.ts';
import type { Flow, Provider, Refusal } from './oidc.types.ts';
import type { Arrival } from './oidc.usecases.ts';

/**
 * The browser is led back to a page, by a redirect as after any sign-in: only the note tells the two apart.
 */
export function refusalNote({ id }: Provider, reason: Refusal): AuditNote {
  return { target: id, outcome: 'refused', details: { provider: id, state: 'refused', problem: reason } };
}

/** It says what the provider's word changed here, because no other event does. */
export function arrivalNote(
  { id }: Provider,
  arrival: Extract<Arrival, { ok: true }>,
  { linkUserId }: Flow,
): AuditNote {
  const { account, isNew, groupsNote } = arrival;
  const { joined, left } = arrival.groups;
  const signedIn = isNew ? 'signed in, account made' : 'signed in';
  const state = linkUserId !== null ? 'linked' : signedIn;
  const changes = {
    ...(joined.length > 0 ? { added: joined } : {}),
    ...(left.length > 0 ? { removed: left } : {}),
  };
  const unknown = groupsNote === null ? {} : { groups: `unknown, so nothing was changed: ${groupsNote}` };
  return { target: account.email, actor: account, details: { provider: id, state, ...changes, ...unknown } };
}

export function refusedAt(page: string, reason: Refusal, { id }: Provider, returnTo: string): string {
  const back = returnTo === '/' || page !== '/sign-in' ? {} : { return: returnTo };
  return `${page}?${new URLSearchParams({ problem: reason, provider: id, ...back })}`;
}
