/** The audit, grants and requests for access, as they are on the wire. */
import { queryOptions } from '@tanstack/react-query';
import { request } from '#api/client.ts';
import type { Me, NamedGroup } from '#api/types.ts';

export type AuditOutcome = 'ok' | 'refused' | 'failed' | 'unknown';
export type AuditEvent = {
  seq: number;
  at: string;
  actor: { id: string | null; email: string | null } | null;
  action: string;
  target: string | null;
  outcome: AuditOutcome;
  address: string | null;
  request_id: string | null;
  details: Record<string, string | number | boolean | string[]>;
  hash: string;
};
export type AuditPage = {
  items: AuditEvent[];
  next_cursor: string | null;
  actions: string[];
  /** Id → name, of what the items tell of by its id. */
  names: Record<string, string>;
  /** Type → title, of the problems that the items name. */
  problems: Record<string, string>;
};
export type AuditVerdict = {
  whole: boolean;
  rows: number;
  head: { seq: number; hash: string } | null;
  fault: { seq: number; reason: string } | null;
  not_written: number;
};

export type NamedPerson = { id: string; email: string; name: string };
export type GrantEffect = 'allow' | 'deny';
export type Grant = {
  id: string;
  plugin_id: string;
  user: NamedPerson | null;
  group: NamedGroup | null;
  effect: GrantEffect;
  granted_by: string;
  created_at: string;
};
export type Why = {
  user: NamedPerson & { is_superuser: boolean; is_active: boolean };
  plugin: { id: string; name: string };
  may_use: boolean;
  may: { see: boolean; use: boolean; read_settings: boolean; write_settings: boolean };
  clause: string | null;
  groups: { name: string; id: string | null; is_member: boolean }[];
  grants: { effect: GrantEffect; via: 'user' | 'group'; group: NamedGroup | null }[];
  state: string;
  explanation: string[];
};

export type PersonExtension = {
  id: string;
  name: string;
  state: string;
  is_open: boolean;
  clause: string | null;
  explanation: string[];
};
export type PersonAccess = {
  user: NamedPerson & { is_superuser: boolean; is_active: boolean };
  groups: NamedGroup[];
  extensions: PersonExtension[];
  session_count: number;
};

/** Below the key of the users: what changes one of them makes this old. */
export const personAccessQuery = (userId: string) =>
  queryOptions({
    queryKey: ['admin-users', 'access', userId],
    queryFn: async ({ signal }) =>
      (await request<PersonAccess>(`/api/admin/users/${encodeURIComponent(userId)}/access`, { signal })).data,
  });

export type NamedExtension = { id: string; name: string };
export type GroupAccess = { group_id: string; opens: NamedExtension[]; closes: NamedExtension[] };

/** Below the key of the groups: what changes them makes it old. */
export const groupAccessQuery = queryOptions({
  queryKey: ['admin-groups', 'access'],
  queryFn: async ({ signal }) =>
    (await request<{ items: GroupAccess[] }>('/api/admin/group-access', { signal })).data.items,
});

export type AccessRequestState = 'pending' | 'approved' | 'refused';
export type AccessRequest = {
  id: string;
  plugin: { id: string; name: string };
  user: NamedPerson;
  reason: string;
  state: AccessRequestState;
  created_at: string;
  decided_at: string | null;
  decided_by: string | null;
  /** What its rule lets in: ways to approve besides a grant. */
  groups: NamedGroup[];
};
export type AccessRequestPage = {
  items: AccessRequest[];
  next_cursor: string | null;
  pending: number;
  /** Whose requests one decides who is no superuser; `null`: all of them. */
  plugins: { id: string; name: string }[] | null;
};

/**
 * Whether it is worth asking the gateway what a person decides: it knows which groups belong to an extension.
 */
export function mayDecideRequests(me: Pick<Me, 'is_superuser' | 'groups'> | null): boolean {
  return me !== null && (me.is_superuser || me.groups.some(({ name }) => /-admin$/i.test(name)));
}

/** Answered alike whether there is such a plugin or not. */
export async function askForAccess(pluginId: string, reason: string): Promise<void> {
  await request(`/api/plugins/${encodeURIComponent(pluginId)}/access-requests`, {
    method: 'POST',
    body: { reason },
  });
}
