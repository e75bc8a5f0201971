/** Connections, as the gateway tells of them. */
import type {
  Connection,
  ConnectionList,
  ConnectionOptions,
  ConnectionTest,
  ConnectionUsage,
} from '@berth/plugin-kit/contract/wire/connections.ts';
import { queryOptions } from '@tanstack/react-query';
import { request } from '#api/client.ts';

const path = '/api/admin/connections';

export const connectionsQuery = queryOptions({
  queryKey: ['admin-connections', 'list'],
  queryFn: async ({ signal }) => (await request<ConnectionList>(path, { signal })).data,
});

/** @param month such as `2026-11` */
export const usageQuery = (month: string) =>
  queryOptions({
    queryKey: ['admin-connections', 'usage', month],
    queryFn: async ({ signal }) =>
      (await request<ConnectionUsage>(`${path}/usage?month=${month}`, { signal })).data,
  });

/** What one extension used in the last 30 days. */
export const extensionUseQuery = (pluginId: string) =>
  queryOptions({
    queryKey: ['admin-connections', 'usage-of', pluginId],
    queryFn: async ({ signal }) =>
      (
        await request<ConnectionUsage>(`${path}/usage?plugin=${encodeURIComponent(pluginId)}`, {
          signal,
        })
      ).data,
  });

export type ConnectionChange = {
  name: string;
  options: ConnectionOptions;
  /** Absent: as it is. `null`: none. */
  secret?: string | null;
};

export async function saveConnection(id: string | null, change: ConnectionChange): Promise<Connection> {
  const answer = await request<Connection>(id === null ? path : `${path}/${id}`, {
    method: id === null ? 'POST' : 'PATCH',
    body: change,
  });
  return answer.data;
}

export async function removeConnection(id: string, isForced: boolean): Promise<void> {
  await request(`${path}/${id}${isForced ? '?force=true' : ''}`, { method: 'DELETE' });
}

export async function tryConnection(id: string): Promise<ConnectionTest> {
  return (await request<ConnectionTest>(`${path}/${id}/test`, { method: 'POST' })).data;
}

export async function giveConnection(
  pluginId: string,
  name: string,
  connectionId: string | null,
): Promise<void> {
  await request(`/api/admin/plugins/${pluginId}/connections/${encodeURIComponent(name)}`, {
    method: 'PUT',
    body: { connection_id: connectionId },
  });
}
