/** What people ask of the capabilities of a workspace: configuration and logs. */
import type {
  ConfigurationKeys,
  ConfigurationValues,
  ConfigurationWrite,
  LogItems,
  LogSchema,
} from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { queryOptions } from '@tanstack/react-query';
import { request } from '#api/client.ts';
import { workspacePath } from '#api/workspaces.ts';

/**
 * A capability of a workspace; `source` where several are bound and one was chosen, `environment` where a
 * binding has options for some.
 */
export type Place = { workspace: string; source: string | null; environment: string | null };

export const configurationQuery = (place: Place) =>
  queryOptions({
    queryKey: ['workspaces', 'configuration', place.workspace, place.source, place.environment],
    queryFn: async ({ signal }) =>
      (await request<ConfigurationKeys>(addressOf(place, ['configuration']), { signal })).data,
    retry: false,
  });

/** @param keys `null`: all of them */
export async function revealValues(
  place: Place,
  keys: readonly string[] | null,
): Promise<ConfigurationValues['values']> {
  const address = addressOf(place, ['configuration', 'values:fetch']);
  return (await request<ConfigurationValues>(address, { method: 'POST', body: { keys } })).data.values;
}

export async function setKey(place: Place, key: string, body: ConfigurationWrite): Promise<void> {
  await request(addressOf(place, ['configuration', 'keys', key]), { method: 'PUT', body });
}

export async function deleteKey(place: Place, key: string): Promise<void> {
  await request(addressOf(place, ['configuration', 'keys', key]), { method: 'DELETE' });
}

export const logSchemaQuery = (place: Place) =>
  queryOptions({
    queryKey: ['workspaces', 'log-schema', place.workspace, place.source, place.environment],
    queryFn: async ({ signal }) =>
      (await request<LogSchema>(addressOf(place, ['logs', 'schema']), { signal })).data.fields,
    staleTime: 5 * 60_000,
    retry: false,
  });

export type LogSearch = { query: string; filters: readonly string[]; from: string; to: string };

export async function searchLogs(
  place: Place,
  { query, filters, from, to }: LogSearch,
  page: { cursor: string | null; signal: AbortSignal },
): Promise<LogItems> {
  const asked = new URLSearchParams({ query, from, to, limit: '100' });
  for (const filter of filters) asked.append('filter', filter);
  if (page.cursor !== null) asked.set('cursor', page.cursor);
  return (await request<LogItems>(addressOf(place, ['logs'], asked), { signal: page.signal })).data;
}

/** Of an event stream: lines as they come. */
export function tailAddress(place: Place, { query, filters }: Pick<LogSearch, 'query' | 'filters'>): string {
  const asked = new URLSearchParams({ query });
  for (const filter of filters) asked.append('filter', filter);
  return addressOf(place, ['logs', 'tail'], asked);
}

function addressOf(place: Place, parts: readonly string[], asked = new URLSearchParams()): string {
  if (place.source !== null) asked.set('source', place.source);
  if (place.environment !== null) asked.set('environment', place.environment);
  const words = asked.toString();
  const [kind = '', ...rest] = parts;
  const path = [workspacePath(place.workspace), kind, ...rest.map(encodeURIComponent)].join('/');
  // The colon of `values:fetch` stays as it is.
  return `${path.replaceAll('%3A', ':')}${words === '' ? '' : `?${words}`}`;
}
