/**
 * `npm run bench -- --against REV`: this checkout beside another version of it, by turns in one run; then, in
 * the same way, each combination of the two switches of the edge beside the usual one (ADR 33), so that a
 * part that brings nothing is seen. Both versions run with the packages that are installed here.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../start/paths.ts';
import type { Part, Rig, Scenario } from './bench.types.ts';
import { ratio, type Contender, type Figure } from './readings.ts';

/** Each beside the usual one, where both are on. */
const switchedOff = {
  'without the pool': { BERTH_EDGE_POOL: 'undici' },
  'without the fast path': { BERTH_EDGE_FAST_PATH: 'off' },
  'without both': { BERTH_EDGE_FAST_PATH: 'off', BERTH_EDGE_POOL: 'undici' },
};
/** No figure may get worse than this without a reason. */
const wanted = 0.93;
const ways = ['bearer', 'cookie'] as const;

type Side = { label: string; env?: Record<string, string>; checkout?: string };

/** @param revision anything that git can name */
export function measureAgainst(revision: string): (rig: Rig) => Promise<Part> {
  return async (rig) => {
    const checkout = join(rig.folder, 'against');
    unpack(revision, checkout);
    const scenario: Scenario = { path: '/files/1', connections: rig.connections, seconds: rig.seconds };
    const here = { label: `here, beside ${revision}` };
    const before = await measurePair(rig, [here, { label: revision, checkout }], scenario);
    const rows = [...before.rows];
    const readings = [...before.readings];
    const figures = ways.map((way): Figure => ({
      figure: `${way}: here ÷ ${revision}`,
      reached: ratio(before.rows, `${here.label}, ${way}`, `${revision}, ${way}`),
      wanted,
      is: 'at least',
    }));
    const notes: string[] = [];
    for (const [label, env] of Object.entries(switchedOff)) {
      const usual = { label: `both on, beside "${label}"` };
      const pair = await measurePair(rig, [usual, { label, env }], scenario);
      rows.push(...pair.rows);
      readings.push(...pair.readings);
      for (const way of ways) {
        const share = ratio(pair.rows, `${label}, ${way}`, `${usual.label}, ${way}`) ?? Number.NaN;
        notes.push(`${way}: ${label} it does ${share.toFixed(2)} of what it does with both`);
      }
    }
    const title = `GET 1 KB, here beside ${revision}, ${rig.connections} connections`;
    return { title, rows, readings, figures, notes };
  };
}

/** Two gateways at a time: more would not fit beside each other. */
async function measurePair(rig: Rig, sides: readonly [Side, Side], scenario: Scenario) {
  const stops: (() => Promise<void>)[] = [];
  const contenders: Contender[] = [];
  try {
    for (const { label, ...options } of sides) {
      const { bearer, cookie, stop } = await rig.startAnother(`${label}, bearer`, options);
      stops.push(stop);
      contenders.push(bearer, { ...bearer, name: `${label}, cookie`, headers: [`cookie: ${cookie}`] });
    }
    for (const contender of contenders) await rig.measure(contender, { ...scenario, seconds: 1 });
    return await rig.alternate(contenders, scenario);
  } finally {
    for (const stop of stops) await stop();
  }
}

/** As `git archive` gives it, with links to the packages of this checkout and to its own workspaces. */
function unpack(revision: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const archive = execFileSync('git', ['archive', '--format=tar', revision], {
    cwd: root,
    maxBuffer: 1024 ** 3,
  });
  execFileSync('tar', ['-x', '-C', to], { input: archive });
  const packages = execFileSync('git', ['ls-files', 'package.json', '*/package.json'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of packages.trim().split('\n')) linkPackages(join(dirname(file), 'node_modules'), to);
  if (!existsSync(join(to, 'gateway/src/platform/generated'))) generateClient(to);
}

/** Revisions from before the database client was committed make theirs. */
function generateClient(checkout: string): void {
  execFileSync(
    process.execPath,
    ['node_modules/prisma-cli/build/index.js', 'generate', '--schema', 'prisma/gateway'],
    {
      cwd: checkout,
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
}

function linkPackages(folder: string, to: string): void {
  const here = join(root, folder);
  if (!existsSync(here)) return;
  const there = join(to, folder);
  mkdirSync(join(there, '@berth'), { recursive: true });
  for (const entry of readdirSync(here)) {
    if (entry === '@berth' || entry.startsWith('.')) continue;
    symlinkSync(join(here, entry), join(there, entry));
  }
  const workspaces = join(here, '@berth');
  if (!existsSync(workspaces)) return;
  for (const [name, path] of ownWorkspaces) symlinkSync(join(to, path), join(there, '@berth', name));
}

/** What the gateway itself needs of them. */
const ownWorkspaces = [
  ['plugin-kit', 'plugin-kit'],
  ['gateway', 'gateway'],
] as const;
