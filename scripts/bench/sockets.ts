/** Messages of a WebSocket, there and back. */
import type { Part, Rig } from './bench.types.ts';
import { edgeNames } from './edge.ts';
import { peerNames } from './peers.ts';
import { ratio } from './readings.ts';

export async function measureSockets(rig: Rig): Promise<Part> {
  const { bearer, nginx, seconds, connections, rounds } = rig;
  const { rows, readings } = await rig.alternate(
    [...(nginx ? [nginx] : []), bearer],
    { path: '/socket', isSocket: true, connections, seconds },
    Math.min(rounds, 3),
  );
  return {
    title: `WebSocket, ${connections} sockets, 120 bytes there and back`,
    rows,
    readings,
    figures: [
      {
        figure: 'WebSocket round trip ÷ nginx',
        reached: ratio(rows, edgeNames.bearer, peerNames.nginx),
        wanted: 0.6,
        is: 'at least',
      },
    ],
    notes: [],
  };
}
