/** Composition root: builds each room once and hands it what it needs. */
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createShutdown } from '@berth/plugin-kit/base/shutdown.ts';
import { createContainer, type Serving } from '@berth/plugin-kit/container';
import { manifest } from './manifest.ts';
import type { IntakeRoom } from '#intake/intake.room.ts';
import type { MailRoom } from '#mail/mail.room.ts';
import { catalogues } from '#platform/words/spoken.ts';
import type { SuggestionsRoom } from '#suggestions/suggestions.room.ts';
import { upkeepRoom } from '#upkeep/upkeep.room.ts';
import { openGround, type AppOptions } from './wiring/ground.ts';
import { healthOf, watchingOf } from './wiring/health.ts';
import { wireArchive } from './wiring/wire-archive.ts';
import { wireArrivals } from './wiring/wire-arrivals.ts';
import { wireIntake } from './wiring/wire-intake.ts';
import { wireRoutes } from './wiring/wire-routes.ts';

export type { AppOptions } from './wiring/ground.ts';

export type App = {
  serving: Serving;
  intake: IntakeRoom;
  suggestions: Pick<SuggestionsRoom, 'makeDue' | 'askDue' | 'resume'>;
  mail: Pick<MailRoom, 'lookNow'>;
  stop: () => Promise<void>;
};

const uiFolder = fileURLToPath(new URL('../ui/dist', import.meta.url));

/** @throws Error that says in a sentence why the service cannot start */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, log, jwks } = options;
  const shutdown = createShutdown(log);
  try {
    const ground = await openGround(options, shutdown);
    const { prisma, root, settings, now } = ground;
    const archive = await wireArchive(ground, {
      wakeIntake: () => intake.wake(),
      connections: () => container.connections,
    });
    const { documents, suggestions, search, reading } = archive;
    const intake = await wireIntake(ground, archive);
    const watching = watchingOf(ground, intake);
    const arrivals = wireArrivals(ground, archive, intake);
    const upkeep = upkeepRoom({
      prisma,
      watchFolder: root,
      rescan: intake.rescan,
      watching: intake.state,
      index: search.index,
      isWatching: () => settings.present().watch_enabled,
    });
    const container = createContainer({
      manifest,
      settings: settings.store,
      sentences: catalogues,
      routes: wireRoutes(ground, archive, { ...arrivals, intake, watching }),
      choices: upkeep.choices,
      checks: upkeep.checks,
      ...((await isThere(uiFolder)) ? { uiFolder } : {}),
      health: healthOf(ground, archive, { intake, watching }),
      ...(jwks ? { jwks } : { gatewayUrl: config.gatewayUrl }),
      internalUrl: config.internalUrl,
      log,
      now,
    });
    upkeep.answer(container);
    const serving = await container.serve({ port: config.port, host: config.host });
    shutdown.add('server', () => {
      documents.endStreams();
      return serving.stop();
    });
    // Many files are no reason to be late: the service answers while it walks.
    void reading.start().catch((err: unknown) => log.error({ err }, 'pictures of pages are not read'));
    void intake.start().catch((err: unknown) => log.error({ err }, 'the intake did not start'));
    suggestions.start();
    arrivals.mail.start();
    return { serving, intake, suggestions, mail: arrivals.mail, stop: () => shutdown.run() };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
