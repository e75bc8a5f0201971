/** Rules hold no state of their own and read no clock and no dice: what they say follows from what they are handed. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './start/paths.ts';

const impure: readonly (readonly [found: RegExp, what: string])[] = [
  [/^(?:export )?(?:let|var) /m, 'state of the module'],
  [/\bDate\.now\b|\bnew Date\(\)/, 'the clock'],
  [/\bperformance\.now\b/, 'the clock'],
  [/\bMath\.random\b|\brandom(?:Bytes|UUID|Int)\b/, 'dice'],
];

/** @returns what in the text of a rules file is not handed in */
export function impurities(text: string): string[] {
  return impure.flatMap(([found, what]) => {
    const at = found.exec(text);
    return at ? [`line ${text.slice(0, at.index).split('\n').length}: ${what} (${at[0].trim()})`] : [];
  });
}

if (import.meta.main) {
  const files = execFileSync('git', ['ls-files', '*.rules.ts'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n');
  const findings = files.flatMap((file) =>
    impurities(readFileSync(join(root, file), 'utf8')).map((finding) => `${file}: ${finding}`),
  );
  for (const finding of findings) console.error(finding);
  console.log(`rules: ${files.length} files, ${findings.length} findings`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
