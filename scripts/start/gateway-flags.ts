/**
 * How Node runs the gateway, wherever it is started from. Room for what lives as long as one request, so that the
 * garbage collector does not carry it to the old generation; and the collector at hand, for it does not see by itself how
 * much of the bodies that stream through lies outside its heap.
 */
export const gatewayNodeFlags: readonly string[] = ['--max-semi-space-size=32', '--expose-gc'];

/** Beside them, for its environment: memory that a burst of uploads or sign-ins needed goes back to the machine (glibc; others do not read it). */
export const gatewayEnvironment: Readonly<Record<string, string>> = { MALLOC_TRIM_THRESHOLD_: '131072' };
