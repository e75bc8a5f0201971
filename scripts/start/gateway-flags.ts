import { join } from 'node:path';
import { root } from './paths.ts';

/**
 * How Node runs the gateway, wherever it is started from. A larger young generation holds what lives as long as one
 * request, so that the garbage collector does not carry it to the old one.
 */
export const gatewayNodeFlags: readonly string[] = ['--max-semi-space-size=32'];

/**
 * Beside them, for its environment. Memory that a burst of uploads or sign-ins needed goes back to the machine (glibc; others do not
 * read it). Compiled modules are kept: the next start need not strip the types anew, nor load what strips them.
 */
export const gatewayEnvironment: Readonly<Record<string, string>> = {
  MALLOC_TRIM_THRESHOLD_: '131072',
  NODE_COMPILE_CACHE: join(root, '.berth/compile-cache'),
};

/**
 * How Node runs the archive, which mostly waits: a small young generation is 35 MB less at rest. Its readers
 * are processes of their own.
 */
export const documentsNodeFlags: readonly string[] = ['--max-semi-space-size=4'];
