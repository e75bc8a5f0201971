/** Where things lie in the checkout, and a port that is free: for tests of every workspace. */
export { nodeBinary, root } from '../start/paths.ts';
export { freePort } from '../start/ports.ts';
