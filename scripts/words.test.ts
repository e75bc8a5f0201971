/** Words on screen: one name for one thing, and plain English (issue 15; fault 20 of the interface). */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './start/paths.ts';

/** Scopes of API keys are identifiers, and so are paths and places for values. */
const forbidden = /(?<![/{])\bplugins?\b(?![:/])|\bwhoever\b/i;

/**
 * What a person may read of one line: quoted texts with a space or a capital, and in JSX lines that are text
 * alone.
 */
function textsOf(file: string, line: string): string[] {
  const quoted = [...line.matchAll(/'([^']*)'|"([^"]*)"|`([^`]*)`/g)]
    .map(([, one, two, three]) => (one ?? two ?? three ?? '').replaceAll(/\$\{[^}]*\}/g, '…'))
    .filter((text) => /\s/.test(text.trim()) || /^[A-Z]/.test(text));
  const isText = /^\s*[A-Z\d][^=(){};:<>`'"]*$|^\s*[a-z]+ [^=(){};:<>`'"]*[^,\s]$/.test(line);
  const isCode = !file.endsWith('.tsx') || /^\s*(?:type|import|export|return) |,$/.test(line);
  return isText && !isCode ? [...quoted, line.trim()] : quoted;
}

test('G1 what people read says Extension, and nothing in private English', () => {
  const files = execFileSync(
    'git',
    [
      'ls-files',
      'web/src',
      'gateway/src/**/*.rules.ts',
      'gateway/src/**/*.routes.ts',
      'gateway/src/**/*.usecases.ts',
    ],
    { cwd: root, encoding: 'utf8' },
  )
    .trim()
    .split('\n')
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\/testing\//.test(file));
  expect(files.length).toBeGreaterThan(200);
  const findings = files.flatMap((file) =>
    withoutComments(readFileSync(join(root, file), 'utf8'))
      .split('\n')
      .flatMap((line, index) =>
        textsOf(file, line)
          .filter((text) => forbidden.test(text))
          .map((text) => `${file}:${index + 1}: ${text}`),
      ),
  );
  expect(findings).toEqual([]);
});

test('B7 every action that the audit keeps has words', () => {
  const policies = execFileSync(
    'git',
    ['grep', '-hoE', "audit: '[a-z.-]+'", '--', 'gateway/src/**/*.policy.ts'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  const actions = [...policies.matchAll(/'([^']+)'/g)].map(([, action = '']) => action);
  expect(actions.length).toBeGreaterThan(50);
  const words = readFileSync(join(root, 'web/src/admin/audit/audit.rules.ts'), 'utf8');
  expect(actions.filter((action) => !new RegExp(`^  '?${action}'?: msg\\('`, 'm').test(words))).toEqual([]);
});

function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ''))
    .replaceAll(/(^|\s)\/\/.*$/gm, '');
}
