/** What waits for an admin, counted for the navigation. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { AccessRequestPage } from '#api/access.ts';
import { request } from '#api/client.ts';
import { outboxCountsQuery } from '#api/mail.ts';
import type { AdminPlugin } from '#api/types.ts';

const pollMs = 5_000;
const mailPollMs = 60_000;

const requestsCountQuery = queryOptions({
  queryKey: ['admin-requests', 'count'],
  queryFn: async ({ signal }) => (await request<AccessRequestPage>('/api/admin/access-requests?state=pending&limit=1', { signal })).data.pending,
});

/** Below `admin-plugins`: whatever makes the list of plugins old makes this count old. */
const approvalsCountQuery = queryOptions({
  queryKey: ['admin-plugins', 'waiting'],
  queryFn: async ({ signal }) => (await request<{ items: AdminPlugin[] }>('/api/admin/plugins?waiting=true', { signal })).data.items.length,
});

export type Pending = { requests: number; approvals: number; mail: { isShown: boolean; givenUp: number } };

/** @param isAdmin others are told nothing, and ask for nothing */
export function usePending(isAdmin: boolean): Pending {
  const requests = useQuery({ ...requestsCountQuery, enabled: isAdmin, refetchInterval: pollMs }).data ?? 0;
  const approvals = useQuery({ ...approvalsCountQuery, enabled: isAdmin, refetchInterval: pollMs }).data ?? 0;
  const mail = useQuery({ ...outboxCountsQuery, enabled: isAdmin, refetchInterval: mailPollMs }).data;
  const givenUp = mail?.given_up ?? 0;
  return { requests, approvals, mail: { isShown: mail !== undefined && (mail.configured || mail.waiting + givenUp > 0), givenUp } };
}
