/**
 * `npm run check`: types, lint, format, the law of arrows, pure rules and stylesheets, side by side;
 * everything that is wrong is told at once.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { prepareClients } from './start/prepare.ts';
import { nodeBinary, root } from './start/paths.ts';

type Check = { name: string; command: string[] };
type Outcome = { name: string; code: number; output: string; ms: number };

const checks: readonly Check[] = [
  { name: 'types', command: ['node_modules/typescript-compiler/bin/tsc', '-p', 'tsconfig.json'] },
  {
    name: 'lint',
    command: ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '--format=unix'],
  },
  { name: 'format', command: ['node_modules/oxfmt/bin/oxfmt', '--check'] },
  { name: 'arrows', command: ['scripts/check-arrows.ts'] },
  { name: 'rules', command: ['scripts/check-rules.ts'] },
  { name: 'styles', command: ['scripts/check-styles.ts'] },
];

/** Types and lint look into the generated database clients. */
await prepareClients((line) => console.log(line));
const outcomes = await Promise.all(checks.map(run));
for (const { name, code, output, ms } of outcomes) {
  if (code !== 0) console.log(`\n── ${name} ${'─'.repeat(60)}\n${output}`);
  console.log(`${code === 0 ? '✓' : '✗'} ${name.padEnd(8)} ${(ms / 1000).toFixed(1)} s`);
}
process.exitCode = outcomes.every(({ code }) => code === 0) ? 0 : 1;

function run({ name, command }: Check): Promise<Outcome> {
  const [file = ''] = command;
  if (!existsSync(`${root}/${file}`))
    return Promise.resolve({ name, code: 1, output: `${file} is missing: run npm ci.`, ms: 0 });
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(nodeBinary, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('close', (code) =>
      resolve({ name, code: code ?? 1, output: output.trim(), ms: performance.now() - startedAt }),
    );
  });
}
