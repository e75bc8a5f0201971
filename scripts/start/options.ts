/** What may be said to `npm start`. */
import { parseArgs } from 'node:util';
import { join, resolve } from 'node:path';
import { readEnvironment, EnvironmentError } from '@berth/plugin-kit/base/env.ts';
import { z } from 'zod';
import { root } from './paths.ts';
import { StartRefusal } from './refusal.ts';

export const usage = `npm start [-- options]

  --demo      two accounts, a group and a dozen PDFs, so that there is something to see at once
  --verbose   the servers' log lines as they are (JSON)
  --help      this text

Everything else comes from the environment: docs/environment.md lists it.
`;

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'a postgresql:// URL');

/** What the start reads itself; the servers read theirs. `docs/environment.md` is generated from it. */
export const startEnvironment = z.object({
  BERTH_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8000)
    .describe('The port of the one address that is printed; 0 takes a free one.'),
  BERTH_HOST: z.string().default('127.0.0.1').describe('The address that the gateway listens on.'),
  BERTH_DATA: z
    .string()
    .optional()
    .describe('The folder of everything that Berth keeps. Default: `data` in the checkout.'),
  BERTH_WATCH_DIR: z
    .string()
    .optional()
    .describe(
      'The folder whose PDFs are taken in; it is only ever read. Default: `watch` in the data folder.',
    ),
  BERTH_SETUP_TOKEN: z
    .string()
    .min(16)
    .max(256)
    .optional()
    .describe('Guards the first set-up. Default: a random one, printed while no account exists.'),
  BERTH_SERVICES: z.string().default('').describe('More containers: `id=url,id=url`.'),
  BERTH_MIN_FREE_MB: z.coerce
    .number()
    .int()
    .min(0)
    .default(256)
    .describe('The start is refused when less room than this is left on the disk of the data folder.'),
  DATABASE_URL: postgresUrl
    .optional()
    .describe('A database of your own for the gateway. Without it, an embedded PostgreSQL is started.'),
  DOC_DATABASE_URL: postgresUrl
    .optional()
    .describe('A database of your own for doc-service. Without it, an embedded PostgreSQL is started.'),
});

export type StartOptions = {
  help: boolean;
  demo: boolean;
  verbose: boolean;
  port: number;
  host: string;
  data: string;
  watchFolder: string;
  setupToken: string | null;
  services: string;
  minFreeMb: number;
  databaseUrl: string | null;
  docDatabaseUrl: string | null;
};

/** @throws StartRefusal that says what is not understood */
export function readOptions(args: string[], env: Record<string, string | undefined>): StartOptions {
  const flags = readFlags(args);
  const read = readEnv(env);
  const data = resolve(root, read.BERTH_DATA ?? 'data');
  return {
    ...flags,
    port: read.BERTH_PORT,
    host: read.BERTH_HOST,
    data,
    watchFolder: resolve(root, read.BERTH_WATCH_DIR ?? join(data, 'watch')),
    setupToken: read.BERTH_SETUP_TOKEN ?? null,
    services: read.BERTH_SERVICES,
    minFreeMb: read.BERTH_MIN_FREE_MB,
    databaseUrl: read.DATABASE_URL ?? null,
    docDatabaseUrl: read.DOC_DATABASE_URL ?? null,
  };
}

function readFlags(args: string[]): { help: boolean; demo: boolean; verbose: boolean } {
  const options = {
    demo: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  try {
    return parseArgs({ args, options, allowPositionals: false }).values;
  } catch {
    const known = new Set(['--demo', '--verbose', '--help', '-h']);
    throw new StartRefusal(
      `"${args.find((arg) => !known.has(arg)) ?? args.join(' ')}" is not an option of npm start; it knows --demo, --verbose and --help.`,
    );
  }
}

function readEnv(env: Record<string, string | undefined>): z.output<typeof startEnvironment> {
  try {
    return readEnvironment(startEnvironment, env);
  } catch (error) {
    if (error instanceof EnvironmentError) throw new StartRefusal(error.message, { cause: error });
    throw error;
  }
}
