/** What every room of the service stands on: its database, the watched folder, its settings. */
import { realpath } from 'node:fs/promises';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Shutdown } from '@berth/plugin-kit/base/shutdown.ts';
import type { createContainer } from '@berth/plugin-kit/container';
import type { Checkpoint } from '#intake/intake.room.ts';
import { openDatabase } from '#platform/database.ts';
import { openReads } from '#platform/reads.ts';
import { settingsRoom } from '#settings/settings.room.ts';
import type { Config } from '../config.ts';

export type AppOptions = {
  config: Config;
  log: Logger;
  now?: () => number;
  checkpoint?: Checkpoint;
  quietMs?: number;
  reserveBytes?: number;
  readerLimits?: { timeoutMs: number; maxRssBytes: number };
  readerProgram?: string;
  ocrProgram?: string;
  modelTimeoutMs?: number;
  /** The gateway's keys themselves, instead of asking for them. */
  jwks?: Parameters<typeof createContainer>[0]['jwks'];
};

export type Ground = Awaited<ReturnType<typeof openGround>>;

export const megabyte = 1024 * 1024;

export async function openGround(options: AppOptions, shutdown: Shutdown) {
  const { config, log, now = Date.now } = options;
  const database = openDatabase({ url: config.databaseUrl, log });
  shutdown.add('database', () => database.close());
  await database.migrate();
  const { prisma } = database;
  const reads = openReads({ url: config.databaseUrl, log });
  shutdown.add('reads', () => reads.close());
  // Links on the way to the folder are the operator's; from there on none is followed. A folder that is not
  // there yet may come.
  const root = await realpath(config.watchFolder).catch(() => config.watchFolder);
  const settings = await settingsRoom({ prisma, watchFolder: root, keyFolder: config.vaultFolder });
  return {
    options,
    config,
    log,
    now,
    shutdown,
    database,
    prisma,
    reads,
    root,
    settings,
    maxPdfBytes: (): number => settings.present().max_pdf_mb * megabyte,
  };
}
