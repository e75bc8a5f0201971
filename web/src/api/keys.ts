/** API keys and links, as they are on the wire. */
import { queryOptions } from '@tanstack/react-query';
import { request } from '#api/client.ts';

export type ApiKey = {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  is_expired: boolean;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  use_count: number;
};
export type NewApiKey = ApiKey & { key: string };
export type Invitation = {
  id: string;
  email: string;
  invited_by: string;
  created_at: string;
  expires_at: string;
};
export type NewInvitation = Invitation & { url: string; mailed: boolean };
export type ResetLink = { url: string; expires_at: string };

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) =>
    (await request<{ items: ApiKey[] }>('/api/auth/keys', { signal })).data.items,
});

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async ({ signal }) =>
    (await request<{ items: Invitation[] }>('/api/admin/invitations', { signal })).data.items,
});
