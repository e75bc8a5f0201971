/**
 * What an operator or an author does from the command line.
 *
 *   npm run berth -- COMMAND [ARGUMENTS]
 *
 * Commands of the servers come from `<server>/src/cli/commands.ts`, and an image that holds one server alone offers that
 * one's alone.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandRefusal, type Command } from '@berth/plugin-kit/base/command.ts';
import { root } from '../../scripts/start/paths.ts';
import { StartRefusal } from '../../scripts/start/refusal.ts';
import { databasesOf, type Server } from './databases.ts';
import { doctor } from './doctor.ts';
import { start } from './start.ts';

type Offered = { command: Command; server: Server };

const servers: readonly { server: Server; load: () => Promise<{ commands: readonly Command[] }> }[] = [
  { server: 'gateway', load: () => import('../../gateway/src/cli/commands.ts') },
  { server: 'doc-service', load: () => import('../../doc-service/src/cli/commands.ts') },
];

const env = process.env;
const words = process.argv.slice(2);
const data = resolve(root, env['BERTH_DATA'] ?? 'data');
const databases = databasesOf(env, data);

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof CommandRefusal) && !(error instanceof StartRefusal)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof CommandRefusal ? error.exitCode : 1;
} finally {
  await databases.close();
}

async function main(): Promise<number> {
  const offered = await everyCommand();
  const found = offered
    .filter(({ command }) => command.name.split(' ').every((word, index) => words[index] === word))
    .toSorted((one, other) => other.command.name.length - one.command.name.length)[0];
  if (!found) {
    console.error(usageOf(offered.map(({ command }) => command)));
    return 2;
  }
  const { command, server } = found;
  const code = await command.run(words.slice(command.name.split(' ').length), {
    env,
    data,
    tell: (line) => console.log(line),
    databaseUrl: () => databases.urlOf(server),
  });
  return code ?? 0;
}

async function everyCommand(): Promise<Offered[]> {
  const own = [start, doctor].map((command): Offered => ({ command, server: 'gateway' }));
  const theirs = await Promise.all(
    servers
      .filter(({ server }) =>
        existsSync(fileURLToPath(new URL(`../../${server}/src/cli/commands.ts`, import.meta.url))),
      )
      .map(async ({ server, load }) => (await load()).commands.map((command) => ({ command, server }))),
  );
  return [...own, ...theirs.flat()];
}

function usageOf(commands: readonly Command[]): string {
  const lines = commands.map(
    ({ name, usage = '', summary }) => `  ${`${name} ${usage}`.trim()}\n      ${summary}`,
  );
  return `Usage: npm run berth -- COMMAND\n\n${lines.join('\n')}\n`;
}
