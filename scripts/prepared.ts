/** Runs a script of ours once what it imports is generated: its imports are read before its own first line. */
import { pathToFileURL } from 'node:url';
import { prepareClients } from './start/prepare.ts';
import { StartRefusal } from './start/refusal.ts';

// The script finds its arguments where it would find them without us.
process.argv.splice(1, 1);
try {
  await prepareClients(console.log);
} catch (error) {
  console.error(error instanceof StartRefusal ? error.message : error);
  process.exit(1);
}
await import(pathToFileURL(process.argv[1] ?? '').href);
