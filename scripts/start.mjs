/** `npm start`: brings along what a fresh clone lacks, then hands over to start.ts under Node 24. */
import module from 'node:module';
import { join } from 'node:path';
import { ensureInstalled, root, runUnderNode24 } from './install.mjs';

await ensureInstalled('running');
// What serves in the end reads TypeScript from there, and needs no compiler in its memory.
module.enableCompileCache?.(join(root, '.berth', 'compile-cache'));
await runUnderNode24(join(root, 'scripts', 'start.ts'));
