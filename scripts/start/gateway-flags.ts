/**
 * How Node runs the gateway, wherever it is started from. Room for what lives as long as one request, so that the
 * garbage collector does not carry it to the old generation.
 */
export const gatewayNodeFlags: readonly string[] = ['--max-semi-space-size=32'];
