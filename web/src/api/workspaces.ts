/** Workspaces, their types, capabilities and bindings: for superusers and for people. */
import type {
  AdminWorkspace,
  AdminWorkspaceList,
  BindingForm,
  BindingList,
  Capability,
  CapabilityList,
  CapabilityPatch,
  CapabilityRef,
  WorkspaceDetail,
  WorkspaceForm,
  WorkspaceList,
  WorkspaceType,
  WorkspaceTypeForm,
  WorkspaceTypeList,
} from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { queryOptions } from '@tanstack/react-query';
import { request } from '#api/client.ts';

/** Of a workspace's own list, or of its type's. */
export type BindingOwner = { kind: 'workspace-types' | 'workspaces'; id: string };

const pollMs = 10_000;

export const capabilitiesQuery = queryOptions({
  queryKey: ['admin-capabilities', 'list'],
  queryFn: async ({ signal }) => (await request<CapabilityList>('/api/admin/capabilities', { signal })).data,
  refetchInterval: pollMs,
});

export const workspaceTypesQuery = queryOptions({
  queryKey: ['admin-workspaces', 'types'],
  queryFn: async ({ signal }) =>
    (await request<WorkspaceTypeList>('/api/admin/workspace-types', { signal })).data.items,
});

export const adminWorkspacesQuery = queryOptions({
  queryKey: ['admin-workspaces', 'list'],
  queryFn: async ({ signal }) =>
    (await request<AdminWorkspaceList>('/api/admin/workspaces', { signal })).data.items,
});

export const bindingsQuery = ({ kind, id }: BindingOwner) =>
  queryOptions({
    queryKey: ['admin-workspaces', 'bindings', kind, id],
    queryFn: async ({ signal }) =>
      (await request<BindingList>(`/api/admin/${kind}/${id}/bindings`, { signal })).data.items,
    // Not while a person types.
    refetchOnWindowFocus: false,
  });

export async function saveBindings(
  { kind, id }: BindingOwner,
  bindings: BindingForm[],
): Promise<BindingList> {
  const path = `/api/admin/${kind}/${id}/bindings`;
  return (await request<BindingList>(path, { method: 'PUT', body: { bindings } })).data;
}

export async function changeCapability(one: CapabilityRef, body: CapabilityPatch): Promise<Capability> {
  return (await request<Capability>(capabilityPath(one), { method: 'PATCH', body })).data;
}

export async function removeCapability(one: CapabilityRef, isForced: boolean): Promise<void> {
  await request(`${capabilityPath(one)}${isForced ? '?force=true' : ''}`, { method: 'DELETE' });
}

/** @param id `null`: a new one */
export async function saveType(id: string | null, body: WorkspaceTypeForm): Promise<WorkspaceType> {
  return (await request<WorkspaceType>(pathOf('workspace-types', id), saving(id, body))).data;
}

/** @param id `null`: a new one */
export async function saveWorkspace(id: string | null, body: WorkspaceForm): Promise<AdminWorkspace> {
  return (await request<AdminWorkspace>(pathOf('workspaces', id), saving(id, body))).data;
}

export async function removeOwner({ kind, id }: BindingOwner): Promise<void> {
  await request(pathOf(kind, id), { method: 'DELETE' });
}

const org = 'default';

/** Those that the person has a permission in. */
export const ownWorkspacesQuery = queryOptions({
  queryKey: ['workspaces', 'list'],
  queryFn: async ({ signal }) => (await request<WorkspaceList>(workspacePath(), { signal })).data,
  refetchInterval: 60_000,
});

export const workspaceQuery = (slug: string) =>
  queryOptions({
    queryKey: ['workspaces', 'one', slug],
    queryFn: async ({ signal }) => (await request<WorkspaceDetail>(workspacePath(slug), { signal })).data,
    refetchInterval: pollMs,
  });

export function workspacePath(...parts: string[]): string {
  return ['/api/orgs', org, 'workspaces', ...parts.map(encodeURIComponent)].join('/');
}

function capabilityPath({ plugin_id: pluginId, capability_id: capabilityId }: CapabilityRef): string {
  return `/api/admin/capabilities/${encodeURIComponent(pluginId)}/${encodeURIComponent(capabilityId)}`;
}

function pathOf(kind: BindingOwner['kind'], id: string | null): string {
  return `/api/admin/${kind}${id === null ? '' : `/${id}`}`;
}

function saving(id: string | null, body: object) {
  return { method: id === null ? ('POST' as const) : ('PATCH' as const), body };
}
