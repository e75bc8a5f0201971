import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkArrows, type ArrowReport } from './check-arrows.ts';
import { root } from './start/paths.ts';
import { temporaryFolder } from './testing/starting.ts';

const planted: Record<string, string> = {
  'gateway/src/app.ts': "import './edge/edge.client.ts';\n",
  'gateway/src/edge/edge.client.ts': "import '#accounts/accounts.store.ts';\n",
  'gateway/src/accounts/accounts.store.ts': "import type { Circle } from './circle.ts';\nexport type Store = Circle;\n",
  'gateway/src/accounts/circle.ts': "import type { Store } from './accounts.store.ts';\nexport type Circle = Store;\n",
  'gateway/src/accounts/accounts.rules.ts': "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n",
  'gateway/src/groups/groups.client.ts': "import '../../../doc-service/src/main.ts';\n",
  'doc-service/src/main.ts': 'export {};\n',
  'web/src/page.tsx': "import '../../gateway/src/app.ts';\n",
  'plugin-kit/src/base/up.ts': "import '../../../gateway/src/app.ts';\n",
};

describe('the law of arrows', () => {
  let report: ArrowReport;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    const folder = await temporaryFolder();
    remove = folder.remove;
    for (const [path, text] of Object.entries(planted)) {
      await mkdir(dirname(join(folder.path, path)), { recursive: true });
      await writeFile(join(folder.path, path), text);
    }
    for (const name of ['package.json', 'gateway/package.json', 'doc-service/package.json', 'plugin-kit/package.json', 'web/package.json'])
      await cp(join(root, name), join(folder.path, name));
    await symlink(join(root, 'node_modules'), join(folder.path, 'node_modules'));
    report = await checkArrows(folder.path, ['plugin-kit', 'gateway', 'doc-service', 'web']);
  });
  afterAll(() => remove());

  test.each([
    ['composition-knows-doors-alone', 'gateway/src/app.ts'],
    ['rooms-do-not-visit-each-other', 'gateway/src/edge/edge.client.ts'],
    ['no-circles', 'gateway/src/accounts/accounts.store.ts'],
    ['rules-are-pure', 'gateway/src/accounts/accounts.rules.ts'],
    ['gateway-imports-plugin-kit-alone', 'gateway/src/groups/groups.client.ts'],
    ['web-imports-plugin-kit-alone', 'web/src/page.tsx'],
    ['plugin-kit-imports-none-of-ours', 'plugin-kit/src/base/up.ts'],
  ])('a planted import against "%s" is caught', (rule, from) => {
    expect(report.findings.map((finding) => `${finding.rule} ${finding.from}`)).toContain(`${rule} ${from}`);
  });

  test('every file was seen', () => {
    expect(report.unseen).toEqual([]);
    expect(report.seen).toBeGreaterThanOrEqual(Object.keys(planted).length);
  });
});
