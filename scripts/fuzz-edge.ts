/**
 * `npm run fuzz:edge`: bent requests against the edge, raw over sockets; the same ones for the same seed.
 * `npm run fuzz:edge -- --cases 2000000 --seed 7` takes a quarter of an hour or more.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './start/paths.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: process.env['BERTH_FUZZ_CASES'] ?? '50000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
  },
});
console.log(`${values.cases} cases, seed ${values.seed}`);
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'gateway/src/edge/edge.mutations.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, BERTH_FUZZ_CASES: values.cases, BERTH_FUZZ_SEED: values.seed },
});
process.exitCode = status ?? 1;
