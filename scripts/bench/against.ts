/**
 * `npm run bench -- --against REV`: this checkout beside another version of it, by turns in one run, in the
 * four combinations of the two switches of the edge (ADR 33). Both run with the packages that are installed
 * here.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../start/paths.ts';
import type { Part, Rig, Scenario } from './bench.types.ts';
import { ratio, type Contender, type Figure, type Reading, type Row } from './readings.ts';

const switches = ['on', 'off'].flatMap((fastPath) =>
  ['own', 'undici'].map((pool) => ({ BERTH_EDGE_FAST_PATH: fastPath, BERTH_EDGE_POOL: pool })),
);
/** No figure may get worse than this without a reason. */
const wanted = 0.93;

/** @param revision anything that git can name */
export function measureAgainst(revision: string): (rig: Rig) => Promise<Part> {
  return async (rig) => {
    const checkout = join(rig.folder, 'against');
    unpack(revision, checkout);
    const scenario: Scenario = { path: '/files/1', connections: rig.connections, seconds: rig.seconds };
    const rows: Row[] = [];
    const readings: Reading[] = [];
    const figures: Figure[] = [];
    for (const env of switches) {
      const label = `fast path ${env.BERTH_EDGE_FAST_PATH}, pool ${env.BERTH_EDGE_POOL}`;
      const name = (version: string, way: string) => `${label}, ${way}: ${version}`;
      const one = await measureBoth(rig, { env, checkout, revision, name }, scenario);
      rows.push(...one.rows);
      readings.push(...one.readings);
      for (const way of ways)
        figures.push({
          figure: `${label}, ${way}: here ÷ ${revision}`,
          reached: ratio(one.rows, name('here', way), name(revision, way)),
          wanted,
          is: 'at least',
        });
    }
    const own = (env: (typeof switches)[number]) =>
      `fast path ${env.BERTH_EDGE_FAST_PATH}, pool ${env.BERTH_EDGE_POOL}, bearer: here`;
    const [first, ...others] = switches.map(own);
    const notes = others.map(
      (other) =>
        `"${other}" does ${(ratio(rows, other, first ?? '') ?? Number.NaN).toFixed(2)} of "${first}"`,
    );
    const title = `GET 1 KB, here beside ${revision}, ${rig.connections} connections`;
    return { title, rows, readings, figures, notes };
  };
}

const ways = ['bearer', 'cookie'] as const;

type Pair = {
  env: Record<string, string>;
  checkout: string;
  revision: string;
  name: (version: string, way: string) => string;
};

/** Two gateways at a time: eight would not fit beside each other. */
async function measureBoth(rig: Rig, { env, checkout, revision, name }: Pair, scenario: Scenario) {
  const stops: (() => Promise<void>)[] = [];
  const contenders: Contender[] = [];
  try {
    for (const [version, at] of [
      ['here', undefined],
      [revision, checkout],
    ] as const) {
      const { bearer, cookie, stop } = await rig.startAnother(name(version, 'bearer'), {
        env,
        ...(at === undefined ? {} : { checkout: at }),
      });
      stops.push(stop);
      contenders.push(bearer, { ...bearer, name: name(version, 'cookie'), headers: [`cookie: ${cookie}`] });
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
