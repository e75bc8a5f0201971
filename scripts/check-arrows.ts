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
export async function checkArrows(
  folder: string = root,
  roots: readonly string[] = allRoots,
): Promise<ArrowReport> {
  const onDisk = (await Promise.all(roots.map((path) => sourceFiles(folder, path)))).flat();
  const { output } = await cruise(
    [...roots],
    { ...options, baseDir: folder, validate: true, ruleSet: { forbidden } },
    resolveOptions,
  );
  if (typeof output === 'string') throw new Error('dependency-cruiser gave a text in place of its findings.');
  const seen = new Set(output.modules.map(({ source }) => source));
  const arrows = output.modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }): Arrow => [source, resolved]),
  );
  return {
    findings: [...findingsOf(output), ...knots(arrows)],
    seen: seen.size,
    unseen: onDisk.filter((file) => !seen.has(file)),
  };
}

function findingsOf(result: ICruiseResult): Finding[] {
  return result.summary.violations.map(({ rule, from, to, cycle }) => ({
    rule: rule.name,
    from,
    to: cycle ? cycle.map(({ name }) => name).join(' → ') : to,
  }));
}

type Arrow = readonly [from: string, to: string];
const isTest = (path: string): boolean => /\.test\.tsx?$|\/(testing|e2e|harness)\/|^scripts\//.test(path);

/**
 * Folders beside each other that lead to one another, over whatever way: files without a circle can still tie their
 * folders into a knot, in which no room can be understood alone.
 */
export function knots(arrows: readonly Arrow[]): Finding[] {
  const below = new Map<string, Map<string, Map<string, Arrow>>>();
  for (const arrow of arrows) {
    const [from, to] = [arrow[0].split('/'), arrow[1].split('/')];
    if (arrow.some((path) => isTest(path) || path.includes('node_modules'))) continue;
    const at = from.findIndex((part, index) => part !== to[index]);
    // A file beside the folder that it leads into, such as the door of a room, ties nothing.
    if (at < 1 || at >= from.length - 1 || at >= to.length - 1) continue;
    const siblings = getOrMake(
      below,
      from.slice(0, at).join('/'),
      () => new Map<string, Map<string, Arrow>>(),
    );
    const ways = getOrMake(siblings, from[at] ?? '', () => new Map<string, Arrow>());
    if (!ways.has(to[at] ?? '')) ways.set(to[at] ?? '', arrow);
  }
  return [...below].flatMap(([folder, siblings]) =>
    backArrows(siblings).map(([from, to]) => ({ rule: `no-knot-of-folders in ${folder}`, from, to })),
  );
}

/** The arrows that lead back to a folder from which one came. */
function backArrows(ways: ReadonlyMap<string, ReadonlyMap<string, Arrow>>): Arrow[] {
  const found: Arrow[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (folder: string): void => {
    state.set(folder, 'open');
    for (const [next, arrow] of ways.get(folder) ?? []) {
      if (state.get(next) === 'open') found.push(arrow);
      else if (!state.has(next)) visit(next);
    }
    state.set(folder, 'done');
  };
  for (const folder of ways.keys()) if (!state.has(folder)) visit(folder);
  return found;
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
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
  console.log(
    `arrows: ${seen} modules seen, ${findings.length} against the law, ${unseen.length} files unseen`,
  );
  process.exitCode = findings.length + unseen.length > 0 ? 1 : 0;
}
