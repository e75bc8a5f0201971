import { join } from 'node:path';
import { root } from './paths.ts';

/**
 * How Node runs the gateway, wherever it is started from. Room for what lives as long as one request, so that the
 * garbage collector does not carry it to the old generation; and the collector at hand, for it does not see by itself how
 * much of the bodies that stream through lies outside its heap.
 */
export const gatewayNodeFlags: readonly string[] = ['--max-semi-space-size=32', '--expose-gc'];

/**
 * Beside them, for its environment. Memory that a burst of uploads or sign-ins needed goes back to the machine (glibc; others do not
 * read it). Compiled modules are kept: the next start need not strip the types anew, nor load what strips them.
 */
export const gatewayEnvironment: Readonly<Record<string, string>> = {
  MALLOC_TRIM_THRESHOLD_: '131072',
  NODE_COMPILE_CACHE: join(root, '.berth/compile-cache'),
};
