/** Large bodies down and up: how fast, and what the gateway grows by. */
import type { Part, Rig, Scenario } from './bench.types.ts';
import { peerNames } from './peers.ts';
import { ratio, type Contender, type Reading, type Row } from './readings.ts';
import { edgeNames } from './edge.ts';

const labels = { down: ', GET 1 MB', up: ', POST 10 MB × 4', gigabyte: ', POST 1 GB' };

export async function measureLarge(rig: Rig): Promise<Part> {
  const { bearer, nginx, seconds, rounds, connections } = rig;
  const contenders = [...(nginx ? [nginx] : []), bearer];
  // What lives as long as one small request fills its room first: that is not what a large body costs.
  await rig.measure(bearer, { path: '/files/1', connections, seconds: 2 });
  const gigabyte = await rig.alternate(
    [labelled(bearer, labels.gigabyte)],
    { path: '/sink', connections: 1, seconds: 60, requests: 1, bodyBytes: 1e9 },
    1,
  );
  const up = await run(contenders, labels.up, {
    path: '/sink',
    connections: 4,
    seconds,
    bodyBytes: 10_000_000,
  });
  const down = await run(contenders, labels.down, { path: '/large', connections: 8, seconds });
  // Both from before the first of them: what one has grown by, the other could go on using.
  const before = gigabyte.readings[0]?.rssBefore ?? Number.NaN;
  const growth = (readings: readonly Reading[], label: string) =>
    Math.max(
      ...readings.filter(({ name }) => name === edgeNames.bearer + label).map(({ rssPeak }) => rssPeak),
    ) - before;
  const toNginx = (rows: readonly Row[], label: string) =>
    ratio(rows, edgeNames.bearer + label, peerNames.nginx + label);
  return {
    title: 'Large bodies',
    rows: [...down.rows, ...up.rows, ...gigabyte.rows],
    readings: [...down.readings, ...up.readings, ...gigabyte.readings],
    figures: [
      { figure: 'GET 1 MB ÷ nginx', reached: toNginx(down.rows, labels.down), wanted: 0.65, is: 'at least' },
      { figure: 'POST 10 MB × 4 ÷ nginx', reached: toNginx(up.rows, labels.up), wanted: 0.7, is: 'at least' },
      {
        figure: 'POST 10 MB × 4: growth of the gateway, MiB',
        reached: growth(up.readings, labels.up),
        wanted: 24,
        is: 'below',
      },
      {
        figure: 'one upload of 1 GB: growth of the gateway, MiB',
        reached: growth(gigabyte.readings, labels.gigabyte),
        wanted: 32,
        is: 'below',
      },
    ],
    notes: [],
  };

  async function run(all: readonly Contender[], label: string, scenario: Scenario) {
    return rig.alternate(
      all.map((contender) => labelled(contender, label)),
      scenario,
      Math.min(rounds, 3),
    );
  }
}

function labelled(contender: Contender, label: string): Contender {
  return { ...contender, name: contender.name + label };
}
