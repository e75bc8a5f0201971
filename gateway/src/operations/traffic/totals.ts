/** Sums since the start, by plugin and route: what Prometheus asks for. */
import type { AccessLine } from '#edge/http/access-line.ts';

export type RouteTotals = {
  plugin: string;
  route: string;
  /** By method and status: `GET 200`. */
  requests: Map<string, number>;
  receivedBytes: number;
  sentBytes: number;
  durationSeconds: number;
  /** How many took at most as long as the bound of the same index, and no earlier one; the last: longer. */
  durations: number[];
  /** By the limit's name. */
  limits: Map<string, number>;
};

export type Totals = { add: (lines: readonly AccessLine[]) => void; all: () => Iterable<RouteTotals> };

/** Seconds. */
export const durationBounds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** Routes come from manifests; a plugin that changes its own again and again must not grow this without end. */
const maxRoutes = 10_000;

export function createTotals(): Totals {
  const byPlugin = new Map<string, Map<string, RouteTotals>>();
  let count = 0;
  const totalsOf = (plugin: string, route: string): RouteTotals => {
    const known = byPlugin.get(plugin)?.get(route);
    if (known) return known;
    const [keptPlugin, keptRoute] = count >= maxRoutes ? ['', ''] : [plugin, route];
    const routes = byPlugin.get(keptPlugin) ?? new Map<string, RouteTotals>();
    byPlugin.set(keptPlugin, routes);
    const made = routes.get(keptRoute) ?? emptyTotals(keptPlugin, keptRoute);
    if (!routes.has(keptRoute)) count++;
    routes.set(keptRoute, made);
    return made;
  };
  return {
    add: (lines) => {
      for (const line of lines) addLine(totalsOf(line.pluginId ?? '', line.route ?? ''), line);
    },
    *all() {
      for (const routes of byPlugin.values()) yield* routes.values();
    },
  };
}

function addLine(
  totals: RouteTotals,
  { method, status, receivedBytes, sentBytes, durationMs, limit }: AccessLine,
): void {
  const key = `${method} ${status}`;
  totals.requests.set(key, (totals.requests.get(key) ?? 0) + 1);
  totals.receivedBytes += receivedBytes;
  totals.sentBytes += sentBytes;
  const seconds = durationMs / 1000;
  totals.durationSeconds += seconds;
  let bound = 0;
  while (bound < durationBounds.length && seconds > (durationBounds[bound] ?? 0)) bound++;
  totals.durations[bound] = (totals.durations[bound] ?? 0) + 1;
  if (limit !== null) totals.limits.set(limit, (totals.limits.get(limit) ?? 0) + 1);
}

function emptyTotals(plugin: string, route: string): RouteTotals {
  const durations = Array.from({ length: durationBounds.length + 1 }, () => 0);
  return {
    plugin,
    route,
    requests: new Map(),
    receivedBytes: 0,
    sentBytes: 0,
    durationSeconds: 0,
    durations,
    limits: new Map(),
  };
}
