/** The last minutes in slots of a few seconds, by plugin: what the page "Traffic" shows. */
import type { AccessLine } from '#edge/http/access-line.ts';

export const slotMs = 5_000;
export const keptSlots = 60;

export type Rates = {
  requests_per_second: number;
  /** Of all answers, from 0 to 1: 5xx. */
  error_share: number;
  /** 4xx. */
  refused_share: number;
  bytes_per_second: number;
  /** Milliseconds; `null` while nothing was asked. */
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
};

export type Recent = Rates & {
  /** Oldest first, one number for each slot. */
  series: { requests: number[]; errors: number[]; p95_ms: (number | null)[] };
};

type Slot = {
  number: number;
  requests: number;
  errors: number;
  refused: number;
  bytes: number;
  latencies: Uint32Array;
};

/** Latencies in classes that grow by a fifth: 0.1 ms to over an hour, each told within a tenth. */
const classes = 96;
const growth = Math.log(1.2);

export type RecentTraffic = {
  add: (lines: readonly AccessLine[]) => void;
  pluginIds: () => string[];
  /** @param pluginId `null`: all together @param at milliseconds since the epoch */
  of: (pluginId: string | null, at: number) => Recent;
};

export function recentTraffic(): RecentTraffic {
  const byPlugin = new Map<string | null, Slot[]>();
  const slotFor = (pluginId: string | null, at: number): Slot => {
    let slots = byPlugin.get(pluginId);
    if (!slots) byPlugin.set(pluginId, (slots = []));
    const number = Math.floor(at / slotMs);
    const last = slots.at(-1);
    if (last && last.number >= number) return last;
    const made: Slot = {
      number,
      requests: 0,
      errors: 0,
      refused: 0,
      bytes: 0,
      latencies: new Uint32Array(classes),
    };
    slots.push(made);
    while ((slots[0]?.number ?? number) <= number - keptSlots) slots.shift();
    return made;
  };
  return {
    add: (lines) => {
      for (const line of lines) {
        addLine(slotFor(null, line.at), line);
        if (line.pluginId !== null) addLine(slotFor(line.pluginId, line.at), line);
      }
    },
    pluginIds: () => [...byPlugin.keys()].filter((id) => id !== null),
    of: (pluginId, at) => summary(byPlugin.get(pluginId) ?? [], Math.floor(at / slotMs)),
  };
}

function addLine(slot: Slot, { status, receivedBytes, sentBytes, durationMs }: AccessLine): void {
  slot.requests++;
  if (status >= 500) slot.errors++;
  else if (status >= 400) slot.refused++;
  slot.bytes += receivedBytes + sentBytes;
  const latencyClass =
    durationMs <= 0.1 ? 0 : Math.min(classes - 1, Math.ceil(Math.log(durationMs / 0.1) / growth));
  slot.latencies[latencyClass] = (slot.latencies[latencyClass] ?? 0) + 1;
}

/** Rates are of the last whole slots, so that a slot that has just begun does not look like a fall. */
function summary(slots: readonly Slot[], present: number): Recent {
  const window = slots.filter(({ number }) => number < present && number >= present - rateSlots);
  const sum = (pick: (slot: Slot) => number) => window.reduce((total, slot) => total + pick(slot), 0);
  const requests = sum((slot) => slot.requests);
  const seconds = (rateSlots * slotMs) / 1000;
  const at = (share: number) =>
    quantile(
      window.map(({ latencies }) => latencies),
      share,
    );
  const numbers = Array.from({ length: keptSlots }, (_, index) => present - keptSlots + index);
  const byNumber = new Map(slots.map((slot) => [slot.number, slot]));
  return {
    requests_per_second: requests / seconds,
    error_share: requests === 0 ? 0 : sum((slot) => slot.errors) / requests,
    refused_share: requests === 0 ? 0 : sum((slot) => slot.refused) / requests,
    bytes_per_second: sum((slot) => slot.bytes) / seconds,
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    series: {
      requests: numbers.map((number) => byNumber.get(number)?.requests ?? 0),
      errors: numbers.map((number) => byNumber.get(number)?.errors ?? 0),
      p95_ms: numbers.map((number) => {
        const slot = byNumber.get(number);
        return slot ? quantile([slot.latencies], 0.95) : null;
      }),
    },
  };
}

const rateSlots = 2;

function quantile(counts: readonly Uint32Array[], share: number): number | null {
  const total = counts.reduce((sum, each) => sum + each.reduce((own, count) => own + count, 0), 0);
  if (total === 0) return null;
  let left = Math.ceil(total * share);
  for (let index = 0; index < classes; index++) {
    for (const each of counts) left -= each[index] ?? 0;
    if (left <= 0) return Math.round(Math.exp(index * growth) * 0.1 * 100) / 100;
  }
  return null;
}
