/**
 * What an operator does from the command line.
 *
 *   npm run berth -- reset-admin [--email ADDRESS]
 *   npm run berth -- env validate [--file FILE] [--development]
 */
import { resetAdmin } from './reset-admin.ts';
import { StartRefusal } from './start/refusal.ts';
import { validateEnvironment } from './validate-environment.ts';

const usage = `Usage: npm run berth -- COMMAND

  reset-admin [--email ADDRESS]   new credentials for a superuser, written to a file that only you can read
  env validate [--file FILE]      what a start in production would say against the environment (and FILE), all at once;
                                  --development judges as a start without NODE_ENV=production does
`;

const [command, ...args] = process.argv.slice(2);
try {
  if (command === 'reset-admin') await resetAdmin(args, process.env, (line) => console.log(line));
  else if (command === 'env')
    process.exitCode = (await validateEnvironment(args, process.env, (line) => console.log(line))) ? 0 : 1;
  else {
    console.error(usage);
    process.exitCode = 2;
  }
} catch (error) {
  if (!(error instanceof StartRefusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
