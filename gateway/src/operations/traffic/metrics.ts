/** Everything that Prometheus may ask, gathered when it asks: nothing here is touched while requests run. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Snapshot } from '#plugins/registry/snapshot.ts';
import { durationBounds, type RouteTotals, type Totals } from './totals.ts';
import type { OpenNow, UnsolicitedAnswers } from './traffic.types.ts';

export type MetricsNeeds = {
  totals: Totals;
  snapshot: () => Snapshot;
  /** Milliseconds since the epoch: when the picture of the plugins last became another. */
  snapshotChangedAt: () => number;
  /** By plugin. */
  openNow: () => ReadonlyMap<string, OpenNow>;
  unsolicitedAnswers: () => ReadonlyMap<string, UnsolicitedAnswers>;
  connections: () => { open: number; refused: number };
  now: () => number;
};

export type Metrics = { contentType: string; text: () => Promise<string>; stop: () => void };

const routeLabels = ['plugin', 'route'] as const;

export function createMetrics(needs: MetricsNeeds): Metrics {
  const { totals, snapshot, snapshotChangedAt, openNow, connections, now } = needs;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(
    new Counter({
      name: 'berth_requests_total',
      help: 'Requests at plugin addresses, refused ones included.',
      labelNames: [...routeLabels, 'method', 'status'],
      registers: [],
      collect() {
        this.reset();
        for (const { plugin, route, requests } of totals.all())
          for (const [key, count] of requests) {
            const [method = '', status = ''] = key.split(' ');
            this.inc({ plugin, route, method, status }, count);
          }
      },
    }),
  );
  for (const [name, help, pick] of byteCounters)
    registry.registerMetric(
      new Counter({
        name,
        help,
        labelNames: routeLabels,
        registers: [],
        collect() {
          this.reset();
          for (const each of totals.all()) this.inc({ plugin: each.plugin, route: each.route }, pick(each));
        },
      }),
    );
  registry.registerMetric(
    new Counter({
      name: 'berth_limits_hit_total',
      help: 'Requests that a limit of their route ended.',
      labelNames: [...routeLabels, 'limit'],
      registers: [],
      collect() {
        this.reset();
        for (const { plugin, route, limits } of totals.all())
          for (const [limit, count] of limits) this.inc({ plugin, route, limit }, count);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'berth_open',
      help: 'What is under way: requests, and streams (sockets and server-sent events).',
      labelNames: ['plugin', 'kind'],
      registers: [],
      collect() {
        this.reset();
        for (const [plugin, { requests, streams }] of openNow()) {
          this.set({ plugin, kind: 'request' }, requests);
          this.set({ plugin, kind: 'stream' }, streams);
        }
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'berth_connections',
      help: 'Connections of clients that are open.',
      registers: [],
      collect() {
        this.set(connections().open);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'berth_connections_refused_total',
      help: 'Connections closed at once, for their network held as many as it may.',
      registers: [],
      collect() {
        this.reset();
        this.inc(connections().refused);
      },
    }),
  );
  unsolicited(registry, needs);
  plugins(registry, snapshot, now);
  registry.registerMetric(
    new Gauge({
      name: 'berth_snapshot_version',
      help: 'Counts the pictures of the plugins.',
      registers: [],
      collect() {
        this.set(snapshot().version);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'berth_snapshot_age_seconds',
      help: 'Since the picture of the plugins last became another.',
      registers: [],
      collect() {
        this.set(Math.max(0, now() - snapshotChangedAt()) / 1000);
      },
    }),
  );
  return {
    contentType: registry.contentType,
    text: async () => `${await registry.metrics()}\n${durationText(totals)}`,
    stop: () => registry.clear(),
  };
}

const byteCounters: readonly [string, string, (totals: RouteTotals) => number][] = [
  ['berth_request_bytes_total', 'Bytes of request bodies.', ({ receivedBytes }) => receivedBytes],
  ['berth_response_bytes_total', 'Bytes of answers’ bodies.', ({ sentBytes }) => sentBytes],
];

function unsolicited(registry: Registry, { unsolicitedAnswers }: MetricsNeeds): void {
  registry.registerMetric(
    new Counter({
      name: 'berth_unsolicited_answers_total',
      help: 'Answers of the plugin’s container that no request asked for.',
      labelNames: ['plugin'],
      registers: [],
      collect() {
        this.reset();
        for (const [plugin, { count }] of unsolicitedAnswers()) this.inc({ plugin }, count);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'berth_connections_not_reused',
      help: '1 while each request to the plugin’s container has a connection of its own, for it sent an answer that no request asked for.',
      labelNames: ['plugin'],
      registers: [],
      collect() {
        this.reset();
        for (const [plugin, { distrustedForMs }] of unsolicitedAnswers())
          this.set({ plugin }, distrustedForMs > 0 ? 1 : 0);
      },
    }),
  );
}

function plugins(registry: Registry, snapshot: () => Snapshot, now: () => number): void {
  registry.registerMetric(
    new Gauge({
      name: 'berth_plugin_state',
      help: '1 for the state that the plugin is in.',
      labelNames: ['plugin', 'state'],
      registers: [],
      collect() {
        this.reset();
        for (const { id, state } of snapshot().plugins.values()) this.set({ plugin: id, state }, 1);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'berth_plugin_check_ok',
      help: 'How the last check of the plugin went, stage by stage: 1 well, 0 failed. A stage that was not reached is not told.',
      labelNames: ['plugin', 'stage'],
      registers: [],
      collect() {
        this.reset();
        for (const { id, stages } of snapshot().plugins.values())
          for (const { name, outcome } of stages)
            if (outcome !== 'unknown') this.set({ plugin: id, stage: name }, outcome === 'ok' ? 1 : 0);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'berth_plugin_checked_age_seconds',
      help: 'Since the plugin was last found healthy.',
      labelNames: ['plugin'],
      registers: [],
      collect() {
        this.reset();
        for (const { id, stages } of snapshot().plugins.values()) {
          const healthyAt = stages.find(({ name }) => name === 'health')?.lastSuccessAt;
          if (healthyAt !== undefined) this.set({ plugin: id }, Math.max(0, now() - healthyAt) / 1000);
        }
      },
    }),
  );
}

/** By hand: prom-client takes a histogram's observations one by one, and these are summed up already. */
function durationText(totals: Totals): string {
  const name = 'berth_request_duration_seconds';
  let text = `# HELP ${name} From the first look at a request to the end of its answer.\n# TYPE ${name} histogram\n`;
  for (const { plugin, route, durations, durationSeconds } of totals.all()) {
    const labels = `plugin="${escaped(plugin)}",route="${escaped(route)}"`;
    let count = 0;
    durations.forEach((own, index) => {
      count += own;
      text += `${name}_bucket{${labels},le="${durationBounds[index] ?? '+Inf'}"} ${count}\n`;
    });
    text += `${name}_sum{${labels}} ${durationSeconds}\n${name}_count{${labels}} ${count}\n`;
  }
  return text;
}

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
