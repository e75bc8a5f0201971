/**
 * `npm run bench`: 1 KB through the gateway's hot path, beside a direct connection and a peer, in one run. On a shared
 * machine requests per second follow the neighbours; CPU time per request and ratios within one run do not so much.
 * Takes about a minute. `npm run bench -- --seconds 2 --rounds 1` is quicker.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '64' },
    only: { type: 'string', default: '' },
    profile: { type: 'boolean', default: false },
  },
});

type Contender = { name: string; process: ChildProcess; port: number; path: string; token: string };
type Reading = { name: string; round: number; answered: number; bad: number; requestsPerSecond: number; cpuMicroseconds: number; p50Ms: number; p99Ms: number };

/** What is measured has one core, what measures it the other, where the machine has two and can pin. */
const canPin = cpus().length >= 2 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
const children: ChildProcess[] = [];
process.on('exit', () => children.forEach((child) => child.kill()));

const upstream = await startProcess('direct', 'upstream.ts', 1, {});
const wanted = options.only === '' ? ['gateway', 'fastify'] : options.only.split(',');
const contenders: Contender[] = [upstream];
const environment = { UPSTREAM: String(upstream.port) };
if (wanted.includes('gateway')) contenders.push(await startProcess('gateway', 'gateway.ts', 0, environment));
if (wanted.includes('fastify')) contenders.push(await startProcess('@fastify/http-proxy + jwt cache', 'fastify-proxy.ts', 0, environment));

for (const contender of contenders) await measure(contender, -1, 1.5);
const readings: Reading[] = [];
for (let round = 0; round < Number(options.rounds); round++) {
  for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) readings.push(await measure(contender, round, Number(options.seconds)));
}
report(readings);
for (const child of children) child.kill('SIGTERM');

async function startProcess(name: string, file: string, core: number, env: Record<string, string>): Promise<Contender> {
  const profile = options.profile && name === 'gateway' ? ['--cpu-prof', '--cpu-prof-dir=.berth'] : [];
  const script = fileURLToPath(new URL(`bench/${file}`, import.meta.url));
  const child = start([...profile, '--max-semi-space-size=32', script], core, { ...env, NODE_ENV: 'production' });
  const said = z.object({ port: z.number(), path: z.string().default('/files/1'), token: z.string().default('') }).parse(JSON.parse(await firstLine(child)));
  return { name, process: child, ...said };
}

function start(args: string[], core: number, env: Record<string, string>): ChildProcess {
  const command = canPin ? ['taskset', '-c', String(core), process.execPath] : [process.execPath];
  const child = spawn(command[0] ?? process.execPath, [...command.slice(1), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout) for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('a process of the bench ended before it began');
}

async function measure(contender: Contender, round: number, seconds: number): Promise<Reading> {
  const before = cpuMicrosecondsOf(contender.process);
  const load = start(
    [fileURLToPath(new URL('bench/load.ts', import.meta.url)), String(contender.port), contender.path, contender.token, options.connections, String(seconds)],
    1,
    {},
  );
  const result: unknown = JSON.parse(await firstLine(load));
  const number = (key: string) => (typeof result === 'object' && result !== null && key in result ? Number(Reflect.get(result, key)) : 0);
  const answered = number('answered');
  if (number('bad') > 0) process.stderr.write(`${contender.name}: ${number('bad')} requests were not answered with 200\n`);
  return {
    name: contender.name,
    round,
    answered,
    bad: number('bad'),
    requestsPerSecond: answered / number('elapsedSeconds'),
    cpuMicroseconds: (cpuMicrosecondsOf(contender.process) - before) / answered,
    p50Ms: number('p50'),
    p99Ms: number('p99'),
  };
}

/** User and system time, from the kernel; `taskset` becomes the process itself. Not a number where there is no /proc. */
function cpuMicrosecondsOf({ pid }: ChildProcess): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return Number.NaN;
  }
}

function report(all: readonly Reading[]): void {
  const rows = contenders.map(({ name }) => {
    const own = all.filter((reading) => reading.name === name);
    const middle = (pick: (reading: Reading) => number) => median(own.map(pick));
    const cpuMicroseconds = middle((reading) => reading.cpuMicroseconds);
    return {
      name,
      requestsPerSecond: Math.round(middle((reading) => reading.requestsPerSecond)),
      cpuMicroseconds: Number(cpuMicroseconds.toFixed(1)),
      bestCpuMicroseconds: Number(Math.min(...own.map((reading) => reading.cpuMicroseconds)).toFixed(1)),
      requestsPerSecondOfOneCore: Math.round(1e6 / cpuMicroseconds),
      p50Ms: Number(middle((reading) => reading.p50Ms).toFixed(2)),
      p99Ms: Number(middle((reading) => reading.p99Ms).toFixed(2)),
      bad: own.reduce((sum, reading) => sum + reading.bad, 0),
    };
  });
  const gateway = rows.find(({ name }) => name === 'gateway');
  const peer = rows.find(({ name }) => name.startsWith('@fastify'));
  const ratioToPeer = gateway && peer ? Number((peer.cpuMicroseconds / gateway.cpuMicroseconds).toFixed(2)) : null;
  console.table(rows.map(({ name, ...rest }) => ({ contender: name, ...rest })));
  if (ratioToPeer !== null) console.log(`gateway ÷ @fastify/http-proxy, requests a second of one core: ${ratioToPeer} (goal 2.0)`);
  mkdirSync('.berth', { recursive: true });
  writeFileSync(
    '.berth/bench.json',
    `${JSON.stringify({ at: new Date().toISOString(), node: process.version, options, rows, ratioToPeer, readings: all }, null, 2)}\n`,
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] ?? Number.NaN) : ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2;
}
