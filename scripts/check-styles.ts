/** A stylesheet is short, each of its classes is used by what imports it, and none is used that it lacks. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { root } from './start/paths.ts';

type Source = { file: string; text: string };

const longest = 300;
/** Where `#` of an import begins. */
const roots = ['web/src', 'doc-service/ui/src'];

/** @returns what is wrong with the stylesheets, one line a fault */
export function styleFaults(sheets: readonly Source[], code: readonly Source[]): string[] {
  return sheets.flatMap(({ file, text }) => {
    const lines = text.trimEnd().split('\n').length;
    const length = lines > longest ? [`${file}: ${lines} lines, at most ${longest}`] : [];
    return file.endsWith('.module.css') ? [...length, ...classFaults({ file, text }, code)] : length;
  });
}

function classFaults(sheet: Source, code: readonly Source[]): string[] {
  const classes = classesOf(sheet.text);
  const used = new Set<string>();
  const faults: string[] = [];
  for (const { file, text } of code)
    for (const name of namesUsed(sheet.file, { file, text })) {
      used.add(name);
      if (!classes.has(name)) faults.push(`${file}: ${sheet.file} has no class ${name}`);
    }
  for (const name of classes)
    if (!used.has(name)) faults.push(`${sheet.file}: no file that imports it uses the class ${name}`);
  return faults;
}

function classesOf(text: string): ReadonlySet<string> {
  const selectors = text
    .replaceAll(/\/\*[^]*?\*\//g, '')
    .replaceAll(/:global\([^)]*\)/g, '')
    .matchAll(/(?<selector>[^{};]*)\{/g);
  return new Set(
    Array.from(selectors).flatMap(({ groups }) =>
      Array.from(groups?.['selector']?.matchAll(/\.([a-zA-Z][\w-]*)/g) ?? [], ([, name]) => name ?? ''),
    ),
  );
}

function namesUsed(sheet: string, { file, text }: Source): string[] {
  const imports = text.matchAll(/^import (\w+) from '([^']*\.module\.css)';/gm);
  return Array.from(imports).flatMap(([, local = '', from = '']) =>
    resolved(file, from) === sheet
      ? Array.from(text.matchAll(new RegExp(`\\b${local}(?:\\.|\\[')([a-zA-Z][\\w-]*)`, 'g'))).map(
          ([, name]) => name ?? '',
        )
      : [],
  );
}

function resolved(file: string, from: string): string {
  if (!from.startsWith('#')) return posix.join(posix.dirname(file), from);
  return posix.join(roots.find((folder) => file.startsWith(`${folder}/`)) ?? '', from.slice(1));
}

if (import.meta.main) {
  const read = (pattern: string): Source[] =>
    execFileSync('git', ['ls-files', pattern], { cwd: root, encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
  const sheets = read('*.css');
  const faults = styleFaults(sheets, read('*.tsx'));
  for (const fault of faults) console.error(fault);
  console.log(`styles: ${sheets.length} files, ${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
