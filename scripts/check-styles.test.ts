import { expect, test } from 'vitest';
import { styleFaults } from './check-styles.ts';

const sheet = (text: string) => [{ file: 'web/src/shell/bar.module.css', text }];
const page = (text: string, file = 'web/src/shell/bar.tsx') => [{ file, text }];
const uses = "import styles from './bar.module.css';\n<p className={styles['bar']} />";

test('a class that is used by a file that imports its stylesheet is content', () => {
  expect(styleFaults(sheet('/* .old */\n.bar :global(.theirs) { top: 1.5em }'), page(uses))).toEqual([]);
  const far = uses.replace('./bar', '#shell/bar');
  expect(styleFaults(sheet('@media print { .bar { top: 0 } }'), page(far, 'web/src/admin/a.tsx'))).toEqual(
    [],
  );
});

test('a class that no file uses, and a class that is not there, are told', () => {
  const other = page(uses.replace('./bar', '#shell/bar'), 'doc-service/ui/src/a.tsx');
  expect(styleFaults(sheet('.bar { top: 0 }'), other)).toEqual([
    'web/src/shell/bar.module.css: no file that imports it uses the class bar',
  ]);
  expect(styleFaults(sheet('.bar { top: 0 } .bar > .end { top: 0 }'), page(`${uses}{styles.start}`))).toEqual(
    [
      'web/src/shell/bar.tsx: web/src/shell/bar.module.css has no class start',
      'web/src/shell/bar.module.css: no file that imports it uses the class end',
    ],
  );
});

test('a stylesheet of more than 300 lines is told', () => {
  const long = [{ file: 'web/src/style.css', text: 'p { top: 0 }\n'.repeat(301) }];
  expect(styleFaults(long, [])).toEqual(['web/src/style.css: 301 lines, at most 300']);
});
