/** Rows of usage on their way to the sinks: gathered, in batches, one call at a time for each sink. */
import type { UsageRow, UsageSink } from '@berth/plugin-kit/hooks/hooks.ts';
import type { AccessLine } from '#edge/http/access-line.ts';
import type { HookCalls } from './hook-calls.ts';
import type { Bound } from './hooks.types.ts';

export type Usage = {
  /** Takes the lines of requests that went to an extension. */
  record: (lines: readonly AccessLine[]) => void;
  /** Hands on what is left. Resolves when every sink has it, or has failed. */
  stop: () => Promise<void>;
};

type UsageNeeds = { sinks: readonly Bound<UsageSink>[]; calls: HookCalls };

/** In one call. */
const mostRows = 500;
/** Of one sink: what a sink that hangs or fails may cost in memory. Beyond them the oldest are dropped. */
const mostWaiting = 20_000;

export function usage({ sinks, calls }: UsageNeeds): Usage {
  const lanes = sinks.map((bound) => lane(bound, calls));
  return {
    record: (lines) => {
      const rows = lines.flatMap(rowOf);
      if (rows.length > 0) for (const { add } of lanes) add(rows);
    },
    stop: async () => {
      await Promise.all(lanes.map(({ drained }) => drained()));
    },
  };
}

function lane(bound: Bound<UsageSink>, calls: HookCalls) {
  let waiting: UsageRow[] = [];
  let lost = 0;
  let running: Promise<void> | null = null;

  const emitAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const rows = waiting.slice(0, mostRows);
      waiting = waiting.slice(mostRows);
      try {
        await calls.ask(bound, (hook, logger) => hook.emit(rows, logger));
      } catch {
        // The failure itself is in the log. These rows are gone: a sink that took half of them must not get
        // them twice.
        lost += rows.length;
      }
    }
    if (lost > 0) bound.logger.warn({ hook: bound.hook.name, lost }, 'rows of usage were lost');
    lost = 0;
    running = null;
  };

  return {
    add: (rows: readonly UsageRow[]): void => {
      waiting.push(...rows);
      const tooMany = waiting.length - mostWaiting;
      if (tooMany > 0) {
        waiting = waiting.slice(tooMany);
        lost += tooMany;
      }
      running ??= emitAll();
    },
    drained: () => running ?? Promise.resolve(),
  };
}

function rowOf(line: AccessLine): UsageRow[] {
  const { usage: stamp, pluginId } = line;
  if (stamp === null || pluginId === null) return [];
  return [
    {
      occurred_at: new Date(line.at).toISOString(),
      request_id: line.requestId,
      org_id: stamp.principal.org_id,
      principal_id: stamp.principal.principal_id,
      supplier_id: stamp.supplierId,
      plugin_id: pluginId,
      route: line.route,
      method: line.method,
      status: line.status,
      received_bytes: line.receivedBytes,
      sent_bytes: line.sentBytes,
      duration_ms: Math.round(line.durationMs * 100) / 100,
    },
  ];
}
