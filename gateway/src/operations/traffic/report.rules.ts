/** What the page "Traffic" shows of the sums since the start, and of the last check of each plugin. */
import type { Plugin } from '#plugins/registry/snapshot.ts';
import { durationBounds, type RouteTotals } from './totals.ts';
import type { AccessLine } from '#edge/http/access-line.ts';

export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

export type SinceStart = {
  requests: number;
  by_class: Record<StatusClass, number>;
  /** By the limit's name. */
  limits: Record<string, number>;
};

export type RouteReport = SinceStart & {
  /** Empty: addresses that fit no route. */
  route: string;
  received_bytes: number;
  sent_bytes: number;
  /** Milliseconds: this many or fewer, as finely as it is counted. `null`: nothing was asked, or it took longer than is counted. */
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
};

/** @returns what happened since the gateway started, by plugin and to all together; `''`: addresses that are no plugin's */
export function sinceStart(all: Iterable<RouteTotals>): {
  total: SinceStart;
  of: (pluginId: string) => SinceStart;
} {
  const total = nothing();
  const byPlugin = new Map<string, SinceStart>();
  for (const totals of all) {
    const own = byPlugin.get(totals.plugin) ?? nothing();
    byPlugin.set(totals.plugin, own);
    addTo(own, totals);
    addTo(total, totals);
  }
  return { total, of: (pluginId) => byPlugin.get(pluginId) ?? nothing() };
}

/** The busiest first. */
export function routeReports(all: Iterable<RouteTotals>, pluginId: string): RouteReport[] {
  const reports: RouteReport[] = [];
  for (const totals of all) {
    if (totals.plugin !== pluginId) continue;
    const sum = nothing();
    addTo(sum, totals);
    const { route, receivedBytes, sentBytes, durations } = totals;
    const [p50_ms = null, p95_ms = null, p99_ms = null] = [0.5, 0.95, 0.99].map((share) =>
      boundAt(durations, share),
    );
    reports.push({
      route,
      ...sum,
      received_bytes: receivedBytes,
      sent_bytes: sentBytes,
      p50_ms,
      p95_ms,
      p99_ms,
    });
  }
  return reports.toSorted((a, b) => b.requests - a.requests);
}

/** How the last look at the container went; `null`: nobody looked yet. */
export function lastCheck({
  stages,
}: Pick<Plugin, 'stages'>): { at: string; ok: boolean; stage: string; message: string | null } | null {
  const failed = stages.find(({ outcome }) => outcome === 'failed');
  if (failed?.lastError)
    return {
      at: timeOf(failed.lastError.at),
      ok: false,
      stage: failed.name,
      message: failed.lastError.message,
    };
  const good = stages.filter(({ outcome, lastSuccessAt }) => outcome === 'ok' && lastSuccessAt !== undefined);
  const last = good.toSorted((a, b) => (b.lastSuccessAt ?? 0) - (a.lastSuccessAt ?? 0))[0];
  return last?.lastSuccessAt === undefined
    ? null
    : { at: timeOf(last.lastSuccessAt), ok: true, stage: last.name, message: null };
}

/** A request that went badly, without anything that its address may give away. */
export function problemOf({ at, requestId, method, pluginId, route, status, durationMs, limit }: AccessLine) {
  return {
    at: timeOf(at),
    request_id: requestId,
    method,
    plugin: pluginId,
    route,
    status,
    duration_ms: Math.round(durationMs * 10) / 10,
    limit,
  };
}

export type LatestProblems = {
  add: (lines: readonly AccessLine[]) => void;
  all: () => readonly AccessLine[];
};

/** The last answers of 400 and more, newest first. */
export function latestProblems(kept = 50): LatestProblems {
  let lines: AccessLine[] = [];
  return {
    add: (batch) => {
      const bad = batch.filter(({ status }) => status >= 400).slice(-kept);
      if (bad.length > 0) lines = [...bad.toReversed(), ...lines].slice(0, kept);
    },
    all: () => lines,
  };
}

function nothing(): SinceStart {
  return { requests: 0, by_class: { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 }, limits: {} };
}

function addTo(sum: SinceStart, { requests, limits }: RouteTotals): void {
  for (const [key, count] of requests) {
    sum.requests += count;
    sum.by_class[classOf(key.split(' ')[1])] += count;
  }
  for (const [limit, count] of limits) sum.limits[limit] = (sum.limits[limit] ?? 0) + count;
}

const classes: Readonly<Record<string, StatusClass>> = { '1': '1xx', '2': '2xx', '3': '3xx', '4': '4xx' };

function classOf(status = ''): StatusClass {
  return classes[status[0] ?? ''] ?? '5xx';
}

/** The bound of the class in which the given share of all lies. */
function boundAt(durations: readonly number[], share: number): number | null {
  const total = durations.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = Math.ceil(total * share);
  for (const [index, count] of durations.entries()) {
    left -= count;
    if (left <= 0) return index < durationBounds.length ? (durationBounds[index] ?? 0) * 1000 : null;
  }
  return null;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
