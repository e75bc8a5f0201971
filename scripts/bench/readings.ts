/** What the bench reads, how a row is made of the rounds, and whether a figure is reached. */

/** Whom it asks, and the processes whose cost is counted. */
export type Contender = {
  name: string;
  pids: readonly number[];
  port: number;
  root: string;
  headers: readonly string[];
  status?: number;
  /** The container, asked directly, shares the core of the load. */
  hasCore?: boolean;
};

export type Reading = {
  name: string;
  answered: number;
  bad: number;
  requestsPerSecond: number;
  /** How much of its core the contender had. */
  busy: number;
  /** Whether the load gave it as much to do as it could take. */
  isFilled: boolean;
  cpuMicroseconds: number;
  p50Ms: number;
  p99Ms: number;
  rssBefore: number;
  rssPeak: number;
  rssAfter: number;
};

export type Row = ReturnType<typeof rowOf>;

/** `reached` is `null` where it was not measured on this machine. */
export type Figure = {
  figure: string;
  reached: number | null;
  wanted: number;
  is: 'at least' | 'at most' | 'below';
};

/** Below it the contender did not get its core, and a request costs more than it would: fewer are worked off together. */
export const fullCore = 0.9;

/** Other work on the machine only ever adds to the cost of a request: the least of the rounds says most. */
export function rowOf(name: string, readings: readonly Reading[]) {
  const of = (pick: (reading: Reading) => number) =>
    readings.filter((reading) => reading.name === name).map(pick);
  const cpu = Math.min(...of(({ cpuMicroseconds }) => cpuMicroseconds));
  return {
    name,
    cpu,
    cpuMedian: median(of(({ cpuMicroseconds }) => cpuMicroseconds)),
    fullCore: 1e6 / cpu,
    requestsPerSecond: Math.max(...of(({ requestsPerSecond }) => requestsPerSecond)),
    busy: median(of(({ busy }) => busy)),
    p50: median(of(({ p50Ms }) => p50Ms)),
    p99: median(of(({ p99Ms }) => p99Ms)),
    rss: Math.max(...of(({ rssAfter }) => rssAfter)),
    /** From before the first round to the most of all rounds. */
    growth: Math.max(...of(({ rssPeak }) => rssPeak)) - (of(({ rssBefore }) => rssBefore)[0] ?? Number.NaN),
    isFilled: readings.some((reading) => reading.name === name && reading.isFilled),
    bad: of(({ bad }) => bad).reduce((sum, bad) => sum + bad, 0),
  };
}

export function isReached({ reached, wanted, is }: Figure): boolean | null {
  if (reached === null || Number.isNaN(reached)) return null;
  if (is === 'at least') return reached >= wanted;
  return is === 'at most' ? reached <= wanted : reached < wanted;
}

/** How many times as much as the other a full core of this contender does; `null` when one of them was not there. */
export function ratio(rows: readonly Row[], name: string, other: string): number | null {
  const [own, others] = [name, other].map((wanted) => rows.find((row) => row.name === wanted)?.fullCore);
  return own === undefined || others === undefined ? null : own / others;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[half] ?? Number.NaN)
    : ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2;
}
