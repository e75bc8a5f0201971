/** What the address of the requests' page says. */
import type { AccessRequestState } from '#api/access.ts';

export type RequestsSearch = { state?: Exclude<AccessRequestState, 'pending'> };

/** Pending ones are what one comes for, and need no word in the address. */
export function readRequestsSearch({ state }: Record<string, unknown>): RequestsSearch {
  return state === 'approved' || state === 'refused' ? { state } : {};
}
