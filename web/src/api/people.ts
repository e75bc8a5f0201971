/** People and groups by name, for superusers who look for one. */
import { queryOptions } from '@tanstack/react-query';
import { request } from '#api/client.ts';
import type { Group, UserPage } from '#api/types.ts';

const most = 5;

export const peopleNamedQuery = (words: string) =>
  queryOptions({
    queryKey: ['admin-users', 'named', words],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ q: words, page: '1', page_size: String(most) });
      return (await request<UserPage>(`/api/admin/users?${query}`, { signal })).data.items;
    },
    staleTime: 30_000,
    retry: false,
  });

export const groupsQuery = queryOptions({
  queryKey: ['admin-groups', 'all'],
  queryFn: async ({ signal }) =>
    (await request<{ items: Group[] }>('/api/admin/groups', { signal })).data.items,
  staleTime: 30_000,
  retry: false,
});
