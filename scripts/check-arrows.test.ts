import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkArrows, type ArrowReport } from './check-arrows.ts';
import { root } from './start/paths.ts';
import { temporaryFolder } from './testing/starting.ts';

const planted: Record<string, string> = {
  'gateway/src/app.ts': "import './edge/upstream/edge.client.ts';\n",
  'gateway/src/wiring/wire-edge.ts': "import '#edge/upstream/edge.client.ts';\n",
  'gateway/src/identity/keys/keys.room.ts': "import '../../wiring/wire-edge.ts';\n",
  'gateway/src/edge/upstream/edge.client.ts':
    "import '#identity/accounts/accounts.store.ts';\nimport '../pipeline/forward.ts';\n",
  'gateway/src/edge/http/head.ts': "import '../upstream/edge.client.ts';\n",
  'gateway/src/edge/pipeline/forward.ts': "import '../fast-path/plain-answer.ts';\n",
  'gateway/src/edge/http/plain-answer.ts': 'export {};\n',
  'gateway/src/identity/accounts/accounts.store.ts':
    "import type { Circle } from './circle.ts';\nexport type Store = Circle;\n",
  'gateway/src/identity/accounts/circle.ts':
    "import type { Store } from './accounts.store.ts';\nexport type Circle = Store;\n",
  'gateway/src/identity/accounts/accounts.rules.ts':
    "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n",
  'gateway/src/identity/groups/groups.client.ts':
    "import '../../../../doc-service/src/main.ts';\nimport '../accounts/circle.ts';\n",
  'gateway/src/identity/keys/keys.ts': "import '#plugins/registry/registry.ts';\n",
  'gateway/src/plugins/registry/registry.ts': "import '../icons/icon.ts';\n",
  'gateway/src/plugins/icons/icon.ts': "import '../registry/snapshot.ts';\n",
  'gateway/src/plugins/registry/snapshot.ts': 'export {};\n',
  'gateway/src/operations/mail/mail.ts': "import '#edge/pipeline/forward.ts';\n",
  'gateway/src/platform/database.ts': "import '#identity/keys/keys.ts';\n",
  'doc-service/src/main.ts': 'export {};\n',
  'doc-service/src/search/search.ts': "import '../intake/intake.ts';\n",
  'doc-service/src/intake/intake.ts': 'export {};\n',
  'doc-service/ui/src/library/library.tsx': "import '../document/document.tsx';\n",
  'doc-service/ui/src/document/document.tsx': 'export {};\n',
  'web/src/admin/page.tsx': "import '../../../gateway/src/app.ts';\nimport '../profile/name.tsx';\n",
  'web/src/profile/name.tsx': 'export {};\n',
  'web/src/shell/nav.tsx': "import '../admin/page.tsx';\n",
  'web/e2e/frame.test.ts': "import '../../gateway/src/app.ts';\n",
  'cli/src/berth.ts': "import '../../gateway/src/app.ts';\nimport '../../gateway/src/cli/commands.ts';\n",
  'gateway/src/cli/commands.ts': 'export {};\n',
  'scripts/start.ts': "import './testing/database.ts';\n",
  'scripts/demo.ts': "import '../gateway/src/app.ts';\nimport './bench/load.ts';\n",
  'scripts/testing/database.ts': 'export {};\n',
  'scripts/bench/load.ts': 'export {};\n',
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
    for (const name of [
      'package.json',
      'gateway/package.json',
      'doc-service/package.json',
      'plugin-kit/package.json',
      'web/package.json',
      'cli/package.json',
    ])
      await cp(join(root, name), join(folder.path, name));
    await symlink(join(root, 'node_modules'), join(folder.path, 'node_modules'));
    report = await checkArrows(folder.path, [
      'plugin-kit',
      'gateway',
      'doc-service',
      'web',
      'cli',
      'scripts',
    ]);
  });
  afterAll(() => remove());

  test.each([
    ['composition-knows-doors-alone', 'gateway/src/app.ts'],
    ['composition-knows-doors-alone', 'gateway/src/wiring/wire-edge.ts'],
    ['only-the-composition-knows-the-wiring', 'gateway/src/identity/keys/keys.room.ts'],
    ['rooms-do-not-visit-each-other', 'gateway/src/identity/groups/groups.client.ts'],
    ['rooms-of-doc-service-do-not-visit-each-other', 'doc-service/src/search/search.ts'],
    ['parts-have-one-direction-platform', 'gateway/src/platform/database.ts'],
    ['parts-have-one-direction-identity', 'gateway/src/identity/keys/keys.ts'],
    ['a-part-knows-the-thresholds-of-another', 'gateway/src/edge/upstream/edge.client.ts'],
    ['a-part-knows-the-thresholds-of-another', 'gateway/src/operations/mail/mail.ts'],
    ['the-edge-has-one-direction-http', 'gateway/src/edge/http/head.ts'],
    ['the-edge-has-one-direction-upstream', 'gateway/src/edge/upstream/edge.client.ts'],
    ['areas-of-the-shell-do-not-visit-each-other', 'web/src/admin/page.tsx'],
    ['the-shell-knows-no-area', 'web/src/shell/nav.tsx'],
    ['areas-of-the-documents-page-do-not-visit-each-other', 'doc-service/ui/src/library/library.tsx'],
    ['no-knot-of-folders in gateway/src/plugins', 'gateway/src/plugins/icons/icon.ts'],
    ['no-circles', 'gateway/src/identity/accounts/accounts.store.ts'],
    ['rules-are-pure', 'gateway/src/identity/accounts/accounts.rules.ts'],
    ['gateway-imports-plugin-kit-alone', 'gateway/src/identity/groups/groups.client.ts'],
    ['web-imports-plugin-kit-alone', 'web/src/admin/page.tsx'],
    ['tests-know-testing-and-their-own-workspace-alone', 'web/e2e/frame.test.ts'],
    ['cli-knows-published-entries-alone', 'cli/src/berth.ts'],
    ['scripts-know-published-entries-alone', 'scripts/demo.ts'],
    ['what-runs-knows-no-test', 'scripts/start.ts'],
    ['the-bench-is-known-to-none', 'scripts/demo.ts'],
    ['plugin-kit-imports-none-of-ours', 'plugin-kit/src/base/up.ts'],
  ])('a planted import against "%s" is caught', (rule, from) => {
    expect(report.findings.map((finding) => `${finding.rule} ${finding.from}`)).toContain(`${rule} ${from}`);
  });

  test('every file was seen', () => {
    expect(report.unseen).toEqual([]);
    expect(report.seen).toBeGreaterThanOrEqual(Object.keys(planted).length);
  });
});
