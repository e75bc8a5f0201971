/** The product as `npm start` runs it, for tests of every workspace. */
export { readOptions, startEnvironment } from '../start/options.ts';
export { startPostgres, type EmbeddedPostgres } from '../start/postgres.ts';
export { startProduct, type Product } from '../start/product.ts';
export { copySampleDocuments, samplesFolder } from '../start/sample-documents.ts';
