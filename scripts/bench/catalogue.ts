/**
 * A thousand registered plugins: how long a poll round takes while some hang, what a list costs, what a swap costs, and what
 * all of it does to the event loop. Real containers on the loopback, the gateway's own discovery and lists, no database.
 *
 *   node scripts/bench/catalogue.ts [--plugins 1000] [--hanging 50]
 */
import { createServer } from 'node:http';
import { createServer as createSilentServer, type Server } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import type { Principal } from '../../gateway/src/access/principal.ts';
import { ownLists } from '../../gateway/src/plugins/catalogue/own-lists.ts';
import { createDiscovery } from '../../gateway/src/plugins/discovery/discovery.ts';
import { createRegistry } from '../../gateway/src/plugins/registry/registry.ts';

const { values } = parseArgs({ options: { plugins: { type: 'string', default: '1000' }, hanging: { type: 'string', default: '50' } } });
const [total, hanging] = [Number(values.plugins), Number(values.hanging)];
const limits = { listP99Ms: 5, swapMaxMs: 20 };
const listRounds = 300;

const servers = await Promise.all(Array.from({ length: total }, (_, index) => (index < hanging ? hangingContainer() : container(index))));
const registry = createRegistry();
const discovery = createDiscovery({
  registry,
  store: { all: async () => new Map(), save: async () => {}, note: async () => {} },
  servicesFile: 'no such file',
  servicesFromEnv: servers.map(({ url }, index) => ({ id: idOf(index), url })),
  reservedPaths: () => [],
  compiles: async () => ({ ok: true }),
  ensureGroup: async () => {},
  idsByName: async () => new Map(),
  issueCallback: () => 'token',
  intervalMs: 30_000,
  now: Date.now,
  random: Math.random,
  log: createLogger('bench', 'silent'),
});

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const startedAt = performance.now();
await discovery.start();
while (online() < total - hanging) await new Promise((resolve) => setTimeout(resolve, 5));
const roundMs = performance.now() - startedAt;
const roundDelayMs = delay.max / 1e6;

const listFor = ownLists(registry.snapshot);
const fresh: Cost[] = [];
const again: Cost[] = [];
const swaps: Cost[] = [];
for (let round = 0; round < listRounds; round++) {
  const id = idOf(hanging + (round % (total - hanging)));
  const plugin = registry.snapshot().plugins.get(id);
  if (!plugin) throw new Error(`${id} is gone`);
  swaps.push(timed(() => registry.put({ ...plugin, detail: `change ${round}` })));
  const who = personNamed(round);
  fresh.push(timed(() => listFor(who)));
  again.push(timed(() => listFor(who)));
  await new Promise((resolve) => setImmediate(resolve));
}

const p99 = quantile(
  fresh.map(({ wallMs }) => wallMs),
  0.99,
);
const worstSwap = Math.max(...swaps.map(({ wallMs }) => wallMs));
console.log(`${total} plugins, ${hanging} of them hanging. Other work on the machine is in the wall times and not in those of the processor.`);
console.log(
  `poll round until all others are online: ${roundMs.toFixed(0)} ms; longest pause of the event loop ${roundDelayMs.toFixed(1)} ms (containers in this process too)`,
);
console.log(`ms                    wall p50       p99       max   cpu p50       p99`);
console.log(row('list made anew', fresh));
console.log(row('the same list again', again));
console.log(row('swap', swaps));
console.log(
  `list p99 at most ${limits.listP99Ms} ms: ${p99 <= limits.listP99Ms ? 'pass' : 'FAIL'}; swap at most ${limits.swapMaxMs} ms: ${worstSwap <= limits.swapMaxMs ? 'pass' : 'FAIL'}`,
);

await discovery.stop();
for (const { close } of servers) close();
process.exitCode = p99 <= limits.listP99Ms && worstSwap <= limits.swapMaxMs ? 0 : 1;

function online(): number {
  let count = 0;
  for (const { state } of registry.snapshot().plugins.values()) if (state === 'online') count++;
  return count;
}

function idOf(index: number): string {
  return `plugin-${index}`;
}

type Cost = { wallMs: number; cpuMs: number };

function timed(work: () => unknown): Cost {
  const [from, before] = [performance.now(), process.threadCpuUsage()];
  work();
  const { user, system } = process.threadCpuUsage(before);
  return { wallMs: performance.now() - from, cpuMs: (user + system) / 1000 };
}

function row(what: string, costs: readonly Cost[]): string {
  const [wall, cpu] = [costs.map(({ wallMs }) => wallMs), costs.map(({ cpuMs }) => cpuMs)];
  const cells = [quantile(wall, 0.5), quantile(wall, 0.99), Math.max(...wall), quantile(cpu, 0.5), quantile(cpu, 0.99)].map((ms) => ms.toFixed(3).padStart(9));
  return `${what.padEnd(20)} ${cells.join(' ')}`;
}

function quantile(times: readonly number[], share: number): number {
  return times.toSorted((one, other) => one - other)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
}

type Running = { url: string; close: () => void };

function container(index: number): Promise<Running> {
  const manifest = JSON.stringify({
    manifest_version: '1.0',
    id: idOf(index),
    name: `Plugin ${(index * 7919) % total}`,
    version: '1.0.0',
    description: 'One of very many, with a description of an ordinary length, as people write them.',
    access: index % 3 === 0 ? { required_groups: ['staff'] } : { any_user: true },
    ui: { entry: '/ui/' },
    nav: [
      { id: 'home', title: 'Home', access: { any_user: true } },
      { id: 'more', title: 'More', path: '#/more' },
    ],
    routes: [{ path: '/items/**', methods: ['GET', 'POST'] }],
  });
  const server = createServer((req, res) => {
    res.setHeader('content-type', 'application/json');
    res.setHeader('etag', '"1"');
    res.end(req.url === '/health' ? '{"status":"ok"}' : manifest);
  });
  return listening(server, () => server.close().closeAllConnections());
}

function hangingContainer(): Promise<Running> {
  const server = createSilentServer((socket) => socket.on('error', () => {}).resume());
  return listening(server, () => void server.close());
}

function listening(server: Server, close: () => void): Promise<Running> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, close });
    });
  });
}

function personNamed(index: number): Principal {
  return {
    userId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    email: 'somebody@example.org',
    name: 'Somebody',
    isSuperuser: false,
    groupIds: new Set(),
    groupNames: new Map(),
    credential: { kind: 'session', id: String(index), expiresAt: Number.MAX_SAFE_INTEGER },
  };
}
