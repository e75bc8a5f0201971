/** What proves a person, as it stands: apart from what uses passkeys, which the first page does not need. */
import { queryOptions } from '@tanstack/react-query';
import { request } from '#api/client.ts';
import type { Factors, Identity } from '#api/types.ts';

export const factorsQuery = queryOptions({
  queryKey: ['factors'],
  queryFn: async ({ signal }) => (await request<Factors>('/api/auth/factors', { signal })).data,
});

export const identitiesQuery = queryOptions({
  queryKey: ['identities'],
  queryFn: async ({ signal }) =>
    (await request<{ items: Identity[] }>('/api/auth/identities', { signal })).data.items,
});
