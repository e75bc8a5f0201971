/** Little to do: what the gateway adds to each answer at a thousand requests a second, and what two thousand connections take. */
import type { Part, Rig, Scenario } from './bench.types.ts';
import { edgeNames } from './edge.ts';
import { peerNames } from './peers.ts';
import type { Contender, Row } from './readings.ts';

const labels = { rate: ', 1,000 requests/s', many: ', 2,000 connections' };
const connections = 2_000;

export async function measureMany(rig: Rig): Promise<Part> {
  const { bearer, direct, nginx, seconds } = rig;
  const path = '/files/1';
  await rig.measure(bearer, { path, connections: rig.connections, seconds: 2 });
  const steady: Scenario = {
    path,
    connections: 32,
    rate: 1_000,
    seconds: Math.max(3, seconds),
    untimedSeconds: 0.5,
  };
  const rated = await rig.alternate(
    labelled([direct, ...(nginx ? [nginx] : []), bearer], labels.rate),
    steady,
    Math.min(rig.rounds, 3),
  );
  const many = await rig.alternate(
    labelled([...(nginx ? [nginx] : []), bearer], labels.many),
    { path, connections, rate: 500, seconds: 4, untimedSeconds: 4 },
    1,
  );
  const find = (rows: readonly Row[], name: string) => rows.find((row) => row.name === name);
  const [own, none, nginxRow] = [edgeNames.bearer, edgeNames.direct, peerNames.nginx].map((name) =>
    find(rated.rows, name + labels.rate),
  );
  const held = find(many.rows, edgeNames.bearer + labels.many);
  return {
    title: '1,000 requests a second as they fall due; 2,000 connections at 500 requests a second',
    rows: [...rated.rows, ...many.rows],
    readings: [...rated.readings, ...many.readings],
    figures: [
      {
        figure: 'added p50 at 1,000 requests/s, ms',
        reached: own && none ? own.p50 - none.p50 : null,
        wanted: 0.12,
        is: 'at most',
      },
      {
        figure: 'p99 at 1,000 requests/s over nginx, ms',
        reached: own && nginxRow ? own.p99 - nginxRow.p99 : null,
        wanted: 1,
        is: 'at most',
      },
      {
        figure: '2,000 connections, KiB each',
        reached: held ? (held.growth * 1024) / connections : null,
        wanted: 8,
        is: 'at most',
      },
    ],
    notes: [],
  };
}

function labelled(contenders: readonly Contender[], label: string): Contender[] {
  return contenders.map((contender) => ({ ...contender, name: contender.name + label }));
}
