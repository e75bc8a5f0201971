/**
 * `npm test`: types, lint, format, arrows, and the fast tier of the tests: unit, on a real PostgreSQL, and in a real
 * Chromium. `npm run test:slow` (`-- --slow`) runs the slow tier, `npm test -- --all` both.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './testing/chromium.ts';
import type { Tier } from './test-tiers.ts';
import { ensureTestTools } from './testing/test-tools.ts';
import { nodeBinary, root } from './start/paths.ts';
import { prepare } from './start/prepare.ts';
import { StartRefusal } from './start/refusal.ts';

type Count = { passed: number; failed: number };

const { tier, rest } = wishes(process.argv.slice(2));
const checkNames = ['types', 'lint', 'format', 'arrows', 'rules'];

try {
  const count = await runAll();
  console.log(`\n${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof StartRefusal ? error.message : error);
  console.log('\n0 passed, 1 failed');
  process.exitCode = 1;
}

async function runAll(): Promise<Count> {
  const scratch = await mkdtemp(join(tmpdir(), 'berth-tests-'));
  try {
    const [chromium] = await Promise.all([bringPrograms(), prepare(console.log)]);
    const report = join(scratch, 'report.json');
    const vitest = [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...rest,
    ];
    const [checks, tests] = await Promise.all([
      tier === 'slow' ? null : capture(['scripts/check.ts']),
      show(vitest, { BERTH_CHROMIUM: chromium, BERTH_TESTS: tier }),
    ]);
    if (checks) console.log(`\n${checks.output}`);
    const checked = checks ? countChecks(checks) : { passed: 0, failed: 0 };
    const tested = await countTests(report, tests);
    return { passed: checked.passed + tested.passed, failed: checked.failed + tested.failed };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Files that are named run whatever their tier; the rest goes to vitest as it is. */
function wishes(args: readonly string[]): { tier: Tier; rest: string[] } {
  const rest = args.filter((arg) => arg !== '--slow' && arg !== '--all');
  if (args.includes('--slow')) return { tier: 'slow', rest };
  const isNamed = rest.some((arg) => !arg.startsWith('-'));
  return { tier: args.includes('--all') || isNamed ? 'all' : 'fast', rest };
}

/** One after the other: apt does not run twice at once. @returns the path of Chromium */
async function bringPrograms(): Promise<string> {
  await ensureTestTools(process.env, console.log);
  return ensureChromium(process.env, console.log);
}

function countChecks({ code, output }: { code: number; output: string }): Count {
  const passed = checkNames.filter((name) => output.includes(`✓ ${name}`)).length;
  return { passed, failed: Math.max(checkNames.length - passed, code === 0 ? 0 : 1) };
}

/** A file that cannot even be loaded has no tests to count: it counts as one that failed. */
async function countTests(report: string, code: number): Promise<Count> {
  const read: unknown = JSON.parse(await readFile(report, 'utf8').catch(() => '{}'));
  const passed = numberOf(read, 'numPassedTests');
  const failed =
    numberOf(read, 'numFailedTests') + numberOf(read, 'numPendingTests') + numberOf(read, 'numTodoTests');
  return { passed, failed: code === 0 && failed === 0 ? 0 : Math.max(failed, 1) };
}

function numberOf(value: unknown, key: string): number {
  if (typeof value !== 'object' || value === null) return 0;
  const found: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof found === 'number' ? found : 0;
}

function capture(args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(nodeBinary, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('close', (code) => resolve({ code: code ?? 1, output: output.trim() }));
  });
}

function show(args: string[], env: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(nodeBinary, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}
