/**
 * What an operator does from the command line.
 *
 *   npm run berth -- reset-admin [--email ADDRESS]
 */
import { resetAdmin } from './reset-admin.ts';
import { StartRefusal } from './start/refusal.ts';

const usage = `Usage: npm run berth -- COMMAND

  reset-admin [--email ADDRESS]   new credentials for a superuser, written to a file that only you can read
`;

const [command, ...args] = process.argv.slice(2);
try {
  if (command === 'reset-admin') await resetAdmin(args, process.env, (line) => console.log(line));
  else {
    console.error(usage);
    process.exitCode = 2;
  }
} catch (error) {
  if (!(error instanceof StartRefusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
