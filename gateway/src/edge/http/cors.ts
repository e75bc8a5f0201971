/**
 * A plugin's page has an opaque origin and brings its token by itself, so cross-origin reading is opened
 * without credentials: a browser never sends or lets read anything by cookie under `*`.
 */

const open = ['access-control-allow-origin', '*'];

/**
 * On answers to requests that carried a token, refusals included: a page must be able to read that its token
 * is over.
 */
export const tokenAnswerLines: readonly string[] = [...open, 'access-control-expose-headers', '*'];

/** Page files, which the opaque page itself fetches as modules and fonts. */
export const pageFileLines: readonly string[] = open;

/** The same for every address, known or not. `*` does not cover `authorization`. */
export const preflightLines: readonly string[] = [
  ...open,
  'access-control-allow-methods',
  'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  'access-control-allow-headers',
  'authorization, *',
  'access-control-max-age',
  '600',
];
