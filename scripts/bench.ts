/**
 * `npm run bench`: 1 KB through the real gateway, beside a direct connection and its peers, in one run. On a shared
 * machine requests per second follow the neighbours; the CPU time of a request, and ratios within one run, do not so
 * much, and the best round says most. Takes about two minutes; `npm run bench -- --seconds 1 --rounds 2` is quicker.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startPeers } from './bench/peers.ts';
import { startRealGateway } from './bench/real-gateway.ts';
import { canPin, cpuMicrosecondsOf, end, firstLine, isInstalled, rssMebibytesOf, run } from './bench/running.ts';
import { startPostgres } from './postgres.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
    /** Writes a CPU profile of the gateway to `.berth/`. */
    profile: { type: 'boolean', default: false },
    /** The gateway alone, with its own credentials. */
    alone: { type: 'boolean', default: false },
    'node-flags': { type: 'string', default: '' },
  },
});

type Contender = { name: string; pid: number; port: number; path: string; headers: string[]; status?: string };
type Reading = {
  name: string;
  answered: number;
  bad: number;
  requestsPerSecond: number;
  cpuMicroseconds: number;
  p50Ms: number;
  p99Ms: number;
  rssMebibytes: number;
};
type Calls = { writes: number; reads: number; polls: number; all: number } | null;

const names = { direct: 'direct', gateway: 'gateway, bearer', cookie: 'gateway, session cookie', denied: 'gateway, refused (401)' };
const scripts = fileURLToPath(new URL('bench/', import.meta.url));
const loadReading = z.object({ answered: z.number(), bad: z.number(), elapsedSeconds: z.number(), p50: z.number(), p99: z.number() });
const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
mkdirSync('.berth', { recursive: true });

const upstream = run([process.execPath, join(scripts, 'upstream.ts')], 1);
const { port: upstreamPort } = z.object({ port: z.number() }).parse(JSON.parse(await firstLine(upstream)));
const postgres = await startPostgres(join(folder, 'postgres'));
const gateway = await startRealGateway({
  databaseUrl: await postgres.database('berth'),
  upstreamPort,
  nodeFlags: [...(options.profile ? ['--cpu-prof', '--cpu-prof-dir=.berth'] : []), ...options['node-flags'].split(' ').filter(Boolean)],
});
const peers = options.alone ? [] : await startPeers(upstreamPort, join(folder, 'peers'));
const through = { pid: gateway.process.pid ?? 0, port: gateway.port, path: `${gateway.app}/files/1` };
const bearer: Contender = { name: names.gateway, ...through, headers: [`authorization: Bearer ${gateway.bearer}`] };
const contenders: Contender[] = [
  ...(options.alone ? [] : [{ name: names.direct, pid: upstream.pid ?? 0, port: upstreamPort, path: '/files/1', headers: [] }]),
  bearer,
  { name: names.cookie, ...through, headers: [`cookie: ${gateway.cookie}`] },
  { name: names.denied, ...through, headers: [], status: '401' },
  ...peers.map(({ process: { pid }, ...peer }) => ({ ...peer, pid: pid ?? 0 })),
];

for (const contender of contenders) await measure(contender, 2);
const readings: Reading[] = [];
for (let round = 0; round < Number(options.rounds); round++) {
  for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) readings.push(await measure(contender, Number(options.seconds)));
}
const calls = await countCalls(bearer);
const passes = report(readings, calls);
await gateway.stop();
for (const peer of peers) await end(peer.process);
await end(upstream);
await postgres.stop();
rmSync(folder, { recursive: true, force: true });
process.exitCode = passes ? 0 : 1;

async function measure(contender: Contender, seconds: number): Promise<Reading> {
  const before = cpuMicrosecondsOf(contender.pid);
  const result = await load(contender, seconds);
  if (result.bad > 0) process.stderr.write(`${contender.name}: ${result.bad} requests were not answered as they should be\n`);
  return {
    name: contender.name,
    answered: result.answered,
    bad: result.bad,
    requestsPerSecond: result.answered / result.elapsedSeconds,
    cpuMicroseconds: (cpuMicrosecondsOf(contender.pid) - before) / result.answered,
    p50Ms: result.p50,
    p99Ms: result.p99,
    rssMebibytes: rssMebibytesOf(contender.pid),
  };
}

async function load({ port, path, headers, status = '200' }: Contender, seconds: number): Promise<z.output<typeof loadReading>> {
  const wish = JSON.stringify({ port, path, headers, status, connections: Number(options.connections), seconds });
  return loadReading.parse(JSON.parse(await firstLine(run([process.execPath, join(scripts, 'load.ts'), wish], 1))));
}

/** System calls a request, where `strace` is installed and may look. */
async function countCalls(contender: Contender): Promise<Calls> {
  if (!isInstalled('strace')) return null;
  const file = join(folder, 'calls');
  const tracer = run(['strace', '-c', '-f', '-o', file, '-p', String(contender.pid)], 1, {}, 'ignore');
  const { answered } = await load(contender, 3);
  tracer.kill('SIGINT');
  await new Promise((resolve) => tracer.once('exit', resolve));
  const table = spawnSync('cat', [file]).stdout.toString();
  const count = (pattern: RegExp) => [...table.matchAll(pattern)].reduce((sum, [, calls = '0']) => sum + Number(calls), 0) / answered;
  const line = (called: string) => new RegExp(`^ *[\\d.]+ +[\\d.]+ +\\d+ +(\\d+) +(?:\\d+ +)?(?:${called})$`, 'gm');
  const found = {
    writes: count(line('write|writev|sendmsg|sendto')),
    reads: count(line('read|readv|recvmsg|recvfrom')),
    polls: count(line('epoll_p?wait')),
    all: count(line('[a-z]\\w+')),
  };
  return found.all > 0 ? found : null;
}

function report(all: readonly Reading[], calls: Calls): boolean {
  const rows = contenders.map(({ name }) => {
    const own = all.filter((reading) => reading.name === name);
    const best = Math.min(...own.map(({ cpuMicroseconds }) => cpuMicroseconds));
    return {
      contender: name,
      'CPU µs/req': round(best, 1),
      median: round(median(own.map(({ cpuMicroseconds }) => cpuMicroseconds)), 1),
      'req/s a full core': Math.round(1e6 / best),
      'req/s': Math.round(Math.max(...own.map(({ requestsPerSecond }) => requestsPerSecond))),
      'p50 ms': round(median(own.map(({ p50Ms }) => p50Ms)), 2),
      'p99 ms': round(median(own.map(({ p99Ms }) => p99Ms)), 2),
      'RSS MiB': Math.round(Math.max(...own.map(({ rssMebibytes }) => rssMebibytes))),
      bad: own.reduce((sum, { bad }) => sum + bad, 0),
    };
  });
  console.table(rows);
  const cost = (start: string) => rows.find(({ contender }) => contender.startsWith(start))?.['CPU µs/req'];
  const own = cost(names.gateway) ?? Number.NaN;
  const ratio = (start: string) => (cost(start) ?? Number.NaN) / own;
  const goals = [
    { goal: '÷ @fastify/http-proxy + jwt with token cache', reached: ratio('@fastify'), wanted: 2.0, isLeast: true },
    { goal: '÷ nginx proxy_pass without auth', reached: ratio('nginx'), wanted: 0.5, isLeast: true },
    { goal: 'cookie session ÷ bearer', reached: own / (cost(names.cookie) ?? Number.NaN), wanted: 0.95, isLeast: true },
    { goal: 'writes a request', reached: calls?.writes ?? Number.NaN, wanted: 2.1, isLeast: false },
    { goal: 'reads a request', reached: calls?.reads ?? Number.NaN, wanted: 2.1, isLeast: false },
  ]
    .filter(({ reached }) => !Number.isNaN(reached))
    .map(({ goal, reached, wanted, isLeast }) => ({
      goal,
      reached: round(reached, 2),
      wanted: `${isLeast ? '≥' : '≤'} ${wanted}`,
      passes: isLeast ? reached >= wanted : reached <= wanted,
    }));
  console.table(goals);
  const isSound = all.every(({ bad }) => bad === 0);
  if (!canPin) console.log('This machine cannot pin processes to cores: the figures are rough.');
  writeFileSync(
    '.berth/bench.json',
    `${JSON.stringify({ at: new Date().toISOString(), node: process.version, options, rows, goals, calls, readings: all }, null, 2)}\n`,
  );
  return isSound && goals.every(({ passes }) => passes);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] ?? Number.NaN) : ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2;
}
