/** `npm test`: brings along what a fresh clone lacks, then hands over to test.ts under Node 24. */
import { join } from 'node:path';
import { ensureInstalled, root, runUnderNode24 } from './install.mjs';

await ensureInstalled('all');
await runUnderNode24(join(root, 'scripts', 'test.ts'));
