/** The door of the traffic: the access log, what Prometheus asks, and the last minutes for administrators. */
import { safeEqual } from '@berth/plugin-kit/base/safe-equal.ts';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { memoryUsage } from 'node:process';
import { writeLogText, type Logger } from '@berth/plugin-kit/base/logger.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { translateBy } from '@berth/plugin-kit/contract/translations.ts';
import { Hono, type Context } from 'hono';
import { missingScope, type Identify } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import { spokenTo } from '#platform/words/spoken.ts';
import type { Snapshot } from '#plugins/registry/snapshot.ts';
import { accessLogText } from './access-log.rules.ts';
import { createMetrics } from './metrics.ts';
import { lastCheck, latestProblems, problemOf, routeReports, sinceStart } from './report.rules.ts';
import { keptSlots, recentTraffic, slotMs } from './recent.ts';
import { createTotals } from './totals.ts';
import type { AccessLine } from '#edge/http/access-line.ts';
import type { OpenNow, UnsolicitedAnswers } from './traffic.types.ts';

export type TrafficNeeds = {
  snapshot: () => Snapshot;
  /** Calls with each new picture. @returns a function that ends it */
  onChange: (listener: (snapshot: Snapshot) => void) => () => void;
  /** What is under way, by plugin. */
  openNow: () => ReadonlyMap<string, OpenNow>;
  /** By plugin, where there were any. */
  unsolicitedAnswers: () => ReadonlyMap<string, UnsolicitedAnswers>;
  /** Of the whole gateway, whoever's they are. */
  connections: () => { open: number; refused: number };
  identify: Identify;
  /** Opens `/metrics` to whoever brings it as a bearer token; `null`: superusers alone. */
  metricsToken: string | null;
  now: () => number;
  log: Logger;
};

export type TrafficRoom = {
  routes: Hono;
  policies: RoutePolicy[];
  /** Takes what the edge gathered. */
  record: (lines: readonly AccessLine[]) => void;
  stop: () => void;
};

/** `/metrics` decides for itself: a scraper has no account. */
const policies: RoutePolicy[] = [
  { method: 'GET', path: '/metrics', audience: 'public', anyHost: true },
  { method: 'GET', path: '/api/admin/traffic', audience: 'superuser' },
  { method: 'GET', path: '/api/admin/traffic/:id', audience: 'superuser' },
];
const nobody: OpenNow = { requests: 0, streams: 0 };
const logName = 'gateway';

export function trafficRoom(needs: TrafficNeeds): TrafficRoom {
  const { snapshot, onChange, openNow, identify, metricsToken, now, log } = needs;
  const totals = createTotals();
  const recent = recentTraffic();
  const problems = latestProblems();
  let changedAt = now();
  const stopListening = onChange(() => {
    changedAt = now();
  });
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const metrics = createMetrics({ ...needs, totals, snapshotChangedAt: () => changedAt });

  const mayScrape = async (c: Context): Promise<boolean> => {
    const given = /^bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (metricsToken !== null && given !== undefined && safeEqual(given, metricsToken)) return true;
    const who = await identify([...c.req.raw.headers].flat());
    if (!who.ok) throw new Problem('not-signed-in');
    return (
      who.principal.isSuperuser &&
      who.principal.onlyPlugin === undefined &&
      missingScope(who.principal, 'admin', true) === null
    );
  };

  const routes = new Hono()
    .get('/metrics', async (c) => {
      if (!(await mayScrape(c)))
        throw new Problem('not-allowed', {
          detail: 'Metrics are for superusers and for who brings the metrics token.',
        });
      return c.body(await metrics.text(), 200, {
        'content-type': metrics.contentType,
        'cache-control': 'no-store',
      });
    })
    .get('/api/admin/traffic', (c) => {
      const at = now();
      const open = openNow();
      const { language } = spokenTo(c);
      const sums = sinceStart(totals.all());
      const ids = new Set([...snapshot().plugins.keys(), ...recent.pluginIds()]);
      const items = [...ids].toSorted().map((id) => {
        const plugin = snapshot().plugins.get(id);
        const manifest = plugin?.admitted?.manifest;
        return {
          id,
          name: translateBy(manifest?.translations, language)(manifest?.name ?? id),
          state: plugin?.state ?? null,
          last_check: plugin ? lastCheck(plugin) : null,
          open: open.get(id) ?? nobody,
          since_start: sums.of(id),
          ...recent.of(id, at),
        };
      });
      const total = { open: sumOf(open.values()), since_start: sums.total, ...recent.of(null, at) };
      const eventLoopDelayMs = Number.isNaN(delay.mean)
        ? 0
        : Math.max(0, Math.round((delay.percentile(99) / 1e6 - 20) * 100) / 100);
      delay.reset();
      c.header('cache-control', 'no-store');
      return c.json({
        at: new Date(at).toISOString(),
        slot_seconds: slotMs / 1000,
        slots: keptSlots,
        event_loop_delay_p99_ms: eventLoopDelayMs,
        rss_bytes: memoryUsage.rss(),
        total,
        items,
        problems: problems.all().map(problemOf),
      });
    })
    .get('/api/admin/traffic/:id', (c) =>
      c.json({ items: routeReports(totals.all(), c.req.param('id')) }, 200, { 'cache-control': 'no-store' }),
    );

  return {
    routes,
    policies,
    record: (lines) => {
      totals.add(lines);
      recent.add(lines);
      problems.add(lines);
      if (log.isLevelEnabled('info')) writeLogText(log, accessLogText(lines, logName));
    },
    stop: () => {
      stopListening();
      delay.disable();
      metrics.stop();
    },
  };
}

function sumOf(all: Iterable<OpenNow>): OpenNow {
  const sum = { ...nobody };
  for (const { requests, streams } of all) {
    sum.requests += requests;
    sum.streams += streams;
  }
  return sum;
}
