/** 1 KB through the gateway in every way in, and through everybody else who does this job. */
import type { Part, Rig, Scenario } from './bench.types.ts';
import { countCalls } from './calls.ts';
import { makeApiKey, signatureMicroseconds } from './credentials.ts';
import { firstUseName, measureFirstUses } from './first-use.ts';
import { peerNames } from './peers.ts';
import { ratio, type Contender, type Figure } from './readings.ts';

export const edgeNames = {
  direct: 'direct, no proxy',
  bearer: 'gateway, bearer',
  cookie: 'gateway, session cookie',
  key: 'gateway, API key',
  denied: 'gateway, refused (401)',
} as const;

export async function measureEdge(rig: Rig): Promise<Part> {
  const { gateway, bearer, direct, peers, seconds, connections } = rig;
  const scenario: Scenario = { path: '/files/1', connections, seconds };
  const contenders: Contender[] = [
    direct,
    bearer,
    { ...bearer, name: edgeNames.cookie, headers: [`cookie: ${gateway.cookie}`] },
    { ...bearer, name: edgeNames.key, headers: [`authorization: Bearer ${await makeApiKey(gateway)}`] },
    { ...bearer, name: edgeNames.denied, headers: [], status: 401 },
    ...peers.map(({ processes, ...peer }) => ({ ...peer, pids: processes.map(({ pid }) => pid ?? 0) })),
  ];
  for (const contender of contenders) await rig.measure(contender, { ...scenario, seconds: 1 });
  const { rows, readings } = await rig.alternate(contenders, scenario);
  const first = await measureFirstUses(rig);
  const calls = await countCalls(rig, scenario);
  const lag = await eventLoopLag(rig, scenario);
  const signature = signatureMicroseconds(gateway);
  const beside = (peer: string, wanted: number): Figure => ({
    figure: `GET 1 KB, bearer ÷ ${peer}`,
    reached: ratio(rows, edgeNames.bearer, peer),
    wanted,
    is: 'at least',
  });
  return {
    title: `GET 1 KB, ${connections} connections`,
    rows: [...rows, ...first.rows],
    readings: [...readings, ...first.readings],
    figures: [
      beside(peerNames.nginx, 0.5),
      beside(peerNames.nginxCached, 0.9),
      beside(peerNames.nginxAsking, 1.5),
      beside(peerNames.haproxy, 1.35),
      beside(peerNames.fastify, 2),
      beside(peerNames.fastApi, 60),
      {
        figure: 'session cookie ÷ bearer',
        reached: ratio(rows, edgeNames.cookie, edgeNames.bearer),
        wanted: 0.95,
        is: 'at least',
      },
      {
        figure: 'API key ÷ bearer',
        reached: ratio(rows, edgeNames.key, edgeNames.bearer),
        wanted: 0.95,
        is: 'at least',
      },
      {
        figure: 'first use of a token, CPU µs',
        reached: first.rows.find(({ name }) => name === firstUseName)?.cpu ?? null,
        wanted: 55,
        is: 'at most',
      },
      {
        figure: 'system calls that write, a request',
        reached: calls?.writes ?? null,
        wanted: 2.1,
        is: 'at most',
      },
      {
        figure: 'system calls that read, a request',
        reached: calls?.reads ?? null,
        wanted: 2.1,
        is: 'at most',
      },
    ],
    notes: [
      ...(calls
        ? [
            `system calls a request: ${calls.all.toFixed(2)} in all, ${calls.polls.toFixed(2)} of them epoll_wait`,
          ]
        : []),
      `checking one RS256 signature of ${signature.bits} bits, part of each first use of a token that was made elsewhere, takes ${signature.microseconds.toFixed(0)} µs by itself`,
      `event loop of the gateway under this load: p50 ${lag.p50.toFixed(1)} ms, p99 ${lag.p99.toFixed(1)} ms, longest ${lag.max.toFixed(1)} ms late`,
    ],
  };
}

/** From `/metrics`, which begins anew each time it is asked. What Node records there is how long a timer of 10 ms took. */
async function eventLoopLag(
  { gateway, bearer, measure }: Rig,
  scenario: Scenario,
): Promise<{ p50: number; p99: number; max: number }> {
  const timerMs = 10;
  const read = async () =>
    (
      await fetch(`http://127.0.0.1:${gateway.port}/metrics`, {
        headers: { authorization: `Bearer ${gateway.bearer}` },
      })
    ).text();
  await read();
  await measure(bearer, scenario);
  const text = await read();
  const late = (name: string) =>
    Math.max(
      0,
      Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(text)?.[1]) * 1000 -
        timerMs,
    );
  return { p50: late('p50'), p99: late('p99'), max: late('max') };
}
