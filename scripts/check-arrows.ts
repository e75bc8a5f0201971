/**
 * Checks the law of arrows with dependency-cruiser. A cruiser without a parser for TypeScript sees no file and is
 * content; so what it saw is compared with what lies on the disk.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { forbidden, options, resolveOptions, roots as allRoots } from '../.dependency-cruiser.ts';
import { root } from './start/paths.ts';

export type Finding = { rule: string; from: string; to: string };
export type ArrowReport = { findings: Finding[]; seen: number; unseen: string[] };

const skipped = new Set(['node_modules', 'dist', 'generated']);

/** @param folder the checkout to look at; @param roots its folders of code */
export async function checkArrows(folder: string = root, roots: readonly string[] = allRoots): Promise<ArrowReport> {
  const onDisk = (await Promise.all(roots.map((path) => sourceFiles(folder, path)))).flat();
  const { output } = await cruise([...roots], { ...options, baseDir: folder, validate: true, ruleSet: { forbidden } }, resolveOptions);
  if (typeof output === 'string') throw new Error('dependency-cruiser gave a text in place of its findings.');
  const seen = new Set(output.modules.map(({ source }) => source));
  return { findings: findingsOf(output), seen: seen.size, unseen: onDisk.filter((file) => !seen.has(file)) };
}

function findingsOf(result: ICruiseResult): Finding[] {
  return result.summary.violations.map(({ rule, from, to, cycle }) => ({ rule: rule.name, from, to: cycle ? cycle.map(({ name }) => name).join(' → ') : to }));
}

async function sourceFiles(folder: string, path: string): Promise<string[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true }).catch(() => []);
  const wanted = entries.filter(({ name }) => !skipped.has(name));
  const found = await Promise.all(
    wanted.map((entry) => {
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory()) return sourceFiles(folder, inner);
      return Promise.resolve(/\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [inner] : []);
    }),
  );
  return found.flat();
}

if (import.meta.main) {
  const { findings, seen, unseen } = await checkArrows();
  for (const { rule, from, to } of findings) console.error(`${rule}: ${from} → ${to}`);
  for (const file of unseen) console.error(`not seen by the check of arrows: ${file}`);
  console.log(`arrows: ${seen} modules seen, ${findings.length} against the law, ${unseen.length} files unseen`);
  process.exitCode = findings.length + unseen.length > 0 ? 1 : 0;
}
