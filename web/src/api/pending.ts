/** What waits for an admin, or for whoever looks after an extension, counted for the navigation. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { mayDecideRequests, type AccessRequestPage } from '#api/access.ts';
import { request } from '#api/client.ts';
import { outboxCountsQuery } from '#api/mail.ts';
import type { AdminPlugin, Me } from '#api/types.ts';

const pollMs = 5_000;
const mailPollMs = 60_000;

const requestsCountQuery = queryOptions({
  queryKey: ['admin-requests', 'count'],
  queryFn: async ({ signal }) =>
    (await request<AccessRequestPage>('/api/admin/access-requests?state=pending&limit=1', { signal })).data,
});

/** Below `admin-plugins`: whatever makes the list of plugins old makes this count old. */
const approvalsCountQuery = queryOptions({
  queryKey: ['admin-plugins', 'waiting'],
  queryFn: async ({ signal }) =>
    (await request<{ items: AdminPlugin[] }>('/api/admin/plugins?waiting=true', { signal })).data.items
      .length,
});

export type Pending = { requests: number; approvals: number; mail: { isShown: boolean; givenUp: number } };

/** Whether requests for access are theirs to decide: superusers, and whoever looks after an extension that is there. */
export function useDecidesRequests(me: Me | null): boolean {
  const page = useQuery({ ...requestsCountQuery, enabled: mayDecideRequests(me) }).data;
  return page !== undefined && (page.plugins === null || page.plugins.length > 0);
}

/** Whoever has nothing to decide is told nothing, and asks for nothing. */
export function usePending(me: Me | null): Pending {
  const isAdmin = me?.is_superuser === true;
  const requests =
    useQuery({ ...requestsCountQuery, enabled: mayDecideRequests(me), refetchInterval: pollMs }).data
      ?.pending ?? 0;
  const approvals = useQuery({ ...approvalsCountQuery, enabled: isAdmin, refetchInterval: pollMs }).data ?? 0;
  const mail = useQuery({ ...outboxCountsQuery, enabled: isAdmin, refetchInterval: mailPollMs }).data;
  const givenUp = mail?.given_up ?? 0;
  return {
    requests,
    approvals,
    mail: { isShown: mail !== undefined && (mail.configured || mail.waiting + givenUp > 0), givenUp },
  };
}
