/** `npm run bench [-- TOPIC …]`: which measurement. Without a topic: the gateway beside its peers. */
import { argv } from 'node:process';

const topics: Readonly<Record<string, string>> = {
  documents: './documents.ts',
  ingest: './ingest.ts',
  recall: './recall.ts',
};

const topic = argv[2] ?? '';
const measurement = Object.hasOwn(topics, topic) ? topics[topic] : undefined;
// The measurement finds its own arguments where it would find them without its name.
if (measurement !== undefined) argv.splice(2, 1);
await import(measurement ?? './bench.ts');
