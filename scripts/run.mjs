/**
 * `npm run bench`, `fuzz:edge`, `screenshots` …: brings along what a fresh clone lacks, then hands over to the script under Node 24.
 *
 *   node scripts/run.mjs [FLAGS OF NODE] SCRIPT [ARGUMENTS]      SCRIPT from the root of the checkout
 */
import { join } from 'node:path';
import { ensureInstalled, root, runUnderNode24 } from './install.mjs';

const given = process.argv.slice(2);
const at = given.findIndex((word) => !word.startsWith('-'));
const [script = '', ...args] = given.slice(at);

// The commands of an operator need what the product needs; the others measure and test.
await ensureInstalled(script.startsWith('cli/') ? 'running' : 'all');
await runUnderNode24(join(root, 'scripts', 'prepared.ts'), {
  args: [join(root, script), ...args],
  nodeFlags: given.slice(0, at),
});
