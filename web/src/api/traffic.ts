/** What goes through the edge, as it is on the wire. */
import { queryOptions } from '@tanstack/react-query';
import { request } from '#api/client.ts';
import type { PluginState } from '#api/types.ts';

export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx';
export type SinceStart = {
  requests: number;
  by_class: Record<StatusClass, number>;
  limits: Record<string, number>;
};
export type TrafficSeries = { requests: number[]; errors: number[]; p95_ms: (number | null)[] };
export type TrafficNow = {
  open: { requests: number; streams: number };
  since_start: SinceStart;
  requests_per_second: number;
  /** Of all answers, from 0 to 1: 5xx. */
  error_share: number;
  /** 4xx. */
  refused_share: number;
  bytes_per_second: number;
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
  series: TrafficSeries;
};
export type LastCheck = { at: string; ok: boolean; stage: string; message: string | null };
export type PluginTraffic = TrafficNow & {
  id: string;
  name: string;
  state: PluginState | null;
  last_check: LastCheck | null;
};
export type TrafficProblem = {
  at: string;
  request_id: string;
  method: string;
  plugin: string | null;
  route: string | null;
  status: number;
  duration_ms: number;
  limit: string | null;
};
export type Traffic = {
  at: string;
  slot_seconds: number;
  slots: number;
  event_loop_delay_p99_ms: number;
  rss_bytes: number;
  total: TrafficNow;
  items: PluginTraffic[];
  problems: TrafficProblem[];
};
export type RouteTraffic = SinceStart & {
  route: string;
  received_bytes: number;
  sent_bytes: number;
  /** At most this, as finely as it is counted. */
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
};

export const trafficPollMs = 2500;

export const trafficQuery = queryOptions({
  queryKey: ['admin-traffic'],
  queryFn: async ({ signal }) => (await request<Traffic>('/api/admin/traffic', { signal })).data,
  // What was a minute ago is no picture of now.
  gcTime: 0,
  retry: false,
});

export function routeTrafficQuery(pluginId: string) {
  return queryOptions({
    queryKey: ['admin-traffic', pluginId],
    queryFn: async ({ signal }) =>
      (
        await request<{ items: RouteTraffic[] }>(`/api/admin/traffic/${encodeURIComponent(pluginId)}`, {
          signal,
        })
      ).data.items,
    gcTime: 0,
    retry: false,
  });
}
