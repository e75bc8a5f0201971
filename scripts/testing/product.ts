/** The product as `npm start` runs it, for tests of every workspace. */
export { readOptions, startEnvironment } from '../start/options.ts';
export { startPostgres, type EmbeddedPostgres } from '../start/postgres.ts';
export { makeSampleDocuments } from '../sample-documents.ts';
export { startProduct, type Product } from '../start/product.ts';
