/**
 * `npm run bench`: the real gateway beside a direct connection and its peers, in one run, and whether each
 * figure that it is to reach is reached. On a shared machine requests per second follow the neighbours; the
 * CPU time of a request, and ratios within one run, do not so much. Takes about six minutes; `npm run bench
 * -- --only edge --seconds 1 --rounds 2` is quicker.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Part, Rig } from './bench.types.ts';
import { edgeNames, measureEdge } from './edge.ts';
import { measureLarge } from './large.ts';
import { loadBy, measuringCore, startContainer } from './loading.ts';
import { measureAgainst } from './against.ts';
import { measureHooks } from './hooks.ts';
import { benchManifest } from '@berth/testing/bench-manifest.ts';
import { measureMany } from './many.ts';
import { buildNative } from './native.ts';
import { peerNames, startPeers } from './peers.ts';
import { figureRows, partRows } from './print.ts';
import { isReached, type Contender } from './readings.ts';
import { startRealGateway, type RealGateway } from '@berth/testing/gateway-process.ts';
import { alternateWith, measureWith } from './rig.ts';
import { canPin, rssMebibytesOf, stayOn } from '@berth/testing/running.ts';
import { measureSockets } from './sockets.ts';
import { startPostgres } from '../start/postgres.ts';

if (process.argv[2] === 'suggestions') {
  await import('./suggestions.ts');
  process.exit();
}

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
    /** `many`, `edge`, `ws`, `large`, `hooks`, or several with commas between them. */
    only: { type: 'string', default: '' },
    /** Nothing else, but this checkout beside another version of it. */
    against: { type: 'string', default: '' },
    /** Writes a CPU profile of the gateway to `.berth/`. */
    profile: { type: 'boolean', default: false },
    /** The gateway without its peers. */
    alone: { type: 'boolean', default: false },
    'node-flags': { type: 'string', default: '' },
    /** `NAME=VALUE` for the gateway's environment. */
    env: { type: 'string', multiple: true, default: [] },
  },
});
/** In this order: first what needs memory that nobody has used and left, last what uses most of it. */
const parts: Record<string, { needsNative: boolean; measure: (rig: Rig) => Promise<Part> }> = {
  many: { needsNative: true, measure: measureMany },
  edge: { needsNative: false, measure: measureEdge },
  ws: { needsNative: true, measure: measureSockets },
  large: { needsNative: true, measure: measureLarge },
  hooks: { needsNative: false, measure: measureHooks },
  against: { needsNative: false, measure: measureAgainst(options.against) },
};
const usual = options.against === '' ? 'many,edge,ws,large,hooks' : 'against';
const asked = (options.only || usual).split(',');
if (asked.some((name) => !(name in parts))) {
  process.stderr.write(`--only takes ${Object.keys(parts).join(', ')}\n`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
mkdirSync('.berth', { recursive: true });
const build = buildNative(join(folder, 'bin'));
const native = build.ok ? build.native : null;
const busyBefore = loadavg()[0] ?? 0;
if (!build.ok)
  console.log(
    `The load and the container run in Node, which cannot fill a core of the gateway, and only "edge" is measured: ${build.why}.`,
  );
if (!canPin) console.log('This machine cannot pin processes to cores: the figures are rough.');
if (busyBefore > 0.5)
  console.log(
    `Others are working on this machine (load ${busyBefore.toFixed(1)}): do not trust what is measured beside them.`,
  );

stayOn(measuringCore);
const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
const done: Part[] = [];
const rss = { first: Number.NaN, last: Number.NaN };
try {
  await measureAll();
} finally {
  for (const stop of stops.toReversed()) await stop();
}

const figures = done.flatMap((part) => part.figures);
console.log(
  `\nRSS of the gateway: ${rss.first.toFixed(0)} MiB at first, ${rss.last.toFixed(0)} MiB at the end.`,
);
console.table(figureRows(figures));
const missed = figures.filter((figure) => isReached(figure) === false).length;
const unmeasured = figures.filter((figure) => isReached(figure) === null).length;
const bad = done.flatMap((part) => part.rows).reduce((sum, row) => sum + row.bad, 0);
console.log(
  `${figures.length - missed - unmeasured} figures reached, ${missed} missed, ${unmeasured} not measured here; ${bad} requests answered wrongly.`,
);
writeFileSync(
  '.berth/bench.json',
  `${JSON.stringify({ at: new Date().toISOString(), node: process.version, native: build.ok, options, loadBefore: busyBefore, rss, figures: figures.map((figure) => ({ ...figure, isReached: isReached(figure) })), parts: done }, null, 2)}\n`,
);
process.exitCode = missed === 0 && bad === 0 ? 0 : 1;

async function measureAll(): Promise<void> {
  const rig = await setUp();
  rss.first = rssMebibytesOf(...rig.bearer.pids);
  for (const [name, { needsNative, measure }] of Object.entries(parts)) {
    if (!asked.includes(name) || (needsNative && !native)) continue;
    const part = await measure(rig);
    console.log(`\n${part.title}`);
    console.table(partRows(part.rows));
    for (const note of part.notes) console.log(note);
    done.push(part);
  }
  rss.last = rssMebibytesOf(...rig.bearer.pids);
}

function byBearer(name: string, { process: { pid }, port, app, bearer }: RealGateway): Contender {
  return { name, pids: [pid ?? 0], port, root: app, headers: [`authorization: Bearer ${bearer}`] };
}

/** Everything that is started is ended by `stops`. */
async function setUp(): Promise<Rig> {
  const container = await startContainer(native, benchManifest);
  stops.push(container.stop);
  const postgres = await startPostgres(join(folder, 'postgres'));
  stops.push(postgres.stop);
  const gateway = await startRealGateway({
    databaseUrl: await postgres.database('berth'),
    upstreamPort: container.port,
    nodeFlags: [
      ...(options.profile ? ['--cpu-prof', '--cpu-prof-dir=.berth'] : []),
      ...options['node-flags'].split(' ').filter(Boolean),
    ],
    env: Object.fromEntries(
      options.env.map((pair) => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)]),
    ),
  });
  stops.push(gateway.stop);
  const others =
    options.alone || !asked.some((name) => ['many', 'edge', 'ws', 'large'].includes(name))
      ? { peers: [], absent: [], remarks: [] }
      : await startPeers(container.port, join(folder, 'peers'), !asked.includes('edge'), stops);
  if (others.absent.length > 0)
    console.log(`Not on this machine, so not measured: ${others.absent.join('; ')}.`);
  for (const remark of others.remarks) console.log(`${remark}.`);
  const nginx = others.peers.find(({ name }) => name === peerNames.nginx);
  const measure = measureWith(loadBy(native));
  const rounds = Number(options.rounds);
  let anotherCount = 0;
  return {
    native,
    measure,
    alternate: alternateWith(measure, rounds),
    gateway,
    startAnother: async (name, more) => {
      const another = await startRealGateway({
        databaseUrl: await postgres.database(`another_${++anotherCount}`),
        upstreamPort: container.port,
        ...more,
      });
      const { cookie, stop } = another;
      return { bearer: byBearer(name, another), cookie, stop };
    },
    bearer: byBearer(edgeNames.bearer, gateway),
    direct: {
      name: edgeNames.direct,
      pids: [container.pid],
      port: container.port,
      root: '',
      headers: [],
      hasCore: false,
    },
    nginx: nginx ? { ...nginx, pids: nginx.processes.map(({ pid }) => pid ?? 0) } : null,
    peers: others.peers,
    folder,
    seconds: Number(options.seconds),
    rounds,
    connections: Number(options.connections),
  };
}
