/** The environment of this service. */
import { readEnvironment } from '@berth/plugin-kit/base/env.ts';
import { z } from 'zod';

export const environment = z.object({
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8001)
    .describe('The port to listen on; 0 for any free one.'),
  HOST: z.string().default('127.0.0.1').describe('The address to listen on.'),
  DOC_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .describe('The PostgreSQL database of this service; nobody else uses it.'),
  BERTH_WATCH_DIR: z
    .string()
    .min(1)
    .describe('The watched folder. It is only ever read, and may be mounted read-only.'),
  BERTH_VAULT_DIR: z
    .string()
    .min(1)
    .describe('Where the originals are kept, each written once. Not below the watched folder.'),
  BERTH_IMPORT_DIR: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Where exports of other archives are laid, each in a folder of its own; only ever read. Default: none.',
    ),
  BERTH_GATEWAY_URL: z.url().describe('Where the gateway is: its keys tell who is asking.'),
  BERTH_INTERNAL_URL: z
    .url()
    .optional()
    .describe(
      'The internal port of the gateway: the service announces itself there. Default: it waits to be asked.',
    ),
  BERTH_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged.'),
});

export type Config = {
  port: number;
  host: string;
  databaseUrl: string;
  watchFolder: string;
  vaultFolder: string;
  importFolder?: string | undefined;
  gatewayUrl: string;
  internalUrl: string | undefined;
  logLevel: string;
};

/** @throws EnvironmentError with every finding */
export function readConfig(env: Record<string, string | undefined>): Config {
  const read = readEnvironment(environment, env);
  return {
    port: read.PORT,
    host: read.HOST,
    databaseUrl: read.DOC_DATABASE_URL,
    watchFolder: read.BERTH_WATCH_DIR,
    vaultFolder: read.BERTH_VAULT_DIR,
    importFolder: read.BERTH_IMPORT_DIR,
    gatewayUrl: read.BERTH_GATEWAY_URL,
    internalUrl: read.BERTH_INTERNAL_URL,
    logLevel: read.BERTH_LOG_LEVEL,
  };
}
