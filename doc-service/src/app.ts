/** Composition root: builds each room once and hands it what it needs. */
import { access, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { createShutdown } from '@berth/plugin-kit/base/shutdown.ts';
import { createContainer, type Serving } from '@berth/plugin-kit/container';
import type { HealthAnswer } from '@berth/plugin-kit/contract/health.ts';
import { Hono } from 'hono';
import type { Config } from './config.ts';
import { adminGroup, manifest, modelConnection } from './manifest.ts';
import { archiveRoutes } from '#archive/archive.room.ts';
import { arrivalsDescriptions, arrivalsRoom } from '#arrivals/arrivals.room.ts';
import { documentsRoom } from '#documents/documents.room.ts';
import { importingDescriptions, importingRoom } from '#importing/importing.room.ts';
import { intakeQueues, intakeRoom, type Checkpoint, type IntakeRoom } from '#intake/intake.room.ts';
import { mailDescriptions, mailRoom, type MailRoom } from '#mail/mail.room.ts';
import { openApiRoutes } from '#openapi/openapi.room.ts';
import { openDatabase } from '#platform/database.ts';
import { listen } from '#platform/listen.ts';
import { openReads } from '#platform/reads.ts';
import { openQueue } from '#platform/queue.ts';
import german from '#platform/words/de.json' with { type: 'json' };
import { readingRoom } from '#reading/reading.room.ts';
import { searchRoom } from '#search/search.room.ts';
import { settingsRoom, type Settings } from '#settings/settings.room.ts';
import { upkeepRoom } from '#upkeep/upkeep.room.ts';
import {
  suggestionsDescriptions,
  providerOf,
  suggestionsRoom,
  type SuggestionsRoom,
} from '#suggestions/suggestions.room.ts';

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

export type App = {
  serving: Serving;
  intake: IntakeRoom;
  suggestions: Pick<SuggestionsRoom, 'makeDue' | 'askDue' | 'resume'>;
  mail: Pick<MailRoom, 'lookNow'>;
  stop: () => Promise<void>;
};

const megabyte = 1024 * 1024;
const uiFolder = fileURLToPath(new URL('../ui/dist', import.meta.url));

/** @throws Error that says in a sentence why the service cannot start */
export async function startApp({
  config,
  log,
  now = Date.now,
  checkpoint = () => {},
  quietMs = 2000,
  reserveBytes = 64 * megabyte,
  readerLimits,
  readerProgram,
  ocrProgram,
  modelTimeoutMs,
  jwks,
}: AppOptions): Promise<App> {
  const shutdown = createShutdown(log);
  try {
    const database = openDatabase({ url: config.databaseUrl, log });
    shutdown.add('database', () => database.close());
    await database.migrate();
    const { prisma } = database;
    const reads = openReads({ url: config.databaseUrl, log });
    shutdown.add('reads', () => reads.close());

    const root = await rootOf(config.watchFolder);
    const settings = await settingsRoom({ prisma, watchFolder: root, keyFolder: config.vaultFolder });
    const maxPdfBytes = (): number => settings.present().max_pdf_mb * megabyte;
    const documents = await documentsRoom({
      prisma,
      vaultFolder: config.vaultFolder,
      watchFolder: root,
      reserveBytes,
      now,
      listener: {
        edited: (tx, edited) => suggestions.listener.edited(tx, edited),
        undone: (tx, undoId, ids) => suggestions.listener.undone(tx, undoId, ids),
      },
    });
    const suggestions = suggestionsRoom({
      prisma,
      isOpenTo: documents.isOpenToReaders,
      settings: () => aiSettings(settings.present()),
      invoiceOf: async (id) => (await reading.invoiceOf(id))?.value ?? null,
      provider:
        config.internalUrl === undefined ? null : providerOf(() => container.connections, modelConnection),
      ...(modelTimeoutMs === undefined ? {} : { modelTimeoutMs }),
      now,
      log,
    });
    shutdown.add('suggestions', () => suggestions.stop());
    const { store, vault } = documents;
    const search = searchRoom({ prisma, now, fields: documents.customFields });

    const reading = readingRoom({
      prisma,
      log,
      pathOf: vault.pathOf,
      picture: vault.picture,
      keepPicture: vault.keepPicture,
      ocrLanguages: () => (settings.present().ocr_enabled ? settings.present().ocr_languages : []),
      onTextFound: () => intake.poke(),
      ...(readerLimits ? { limits: readerLimits } : {}),
      ...(readerProgram ? { program: readerProgram } : {}),
      ...(ocrProgram ? { ocrProgram } : {}),
    });
    const listening = listen({ url: config.databaseUrl, log, ...documents.notices });
    shutdown.add('notifications', () => listening.stop());
    const queue = await openQueue({ url: config.databaseUrl, queues: intakeQueues, log });
    shutdown.add('queue', () => queue.stop());

    const intake = intakeRoom({
      prisma,
      root,
      documents: store,
      keepFile: vault.keepFile,
      readText: reading.readText,
      index: (ids) => search.index(ids).then(suggestions.poke),
      chunksOf: search.chunksOf,
      queue,
      settings: settings.present,
      maxPdfBytes,
      isDatabaseUp: database.isUp,
      checkpoint,
      quietMs,
      now,
      log,
    });
    shutdown.add('intake', async () => {
      const stopped = intake.stop();
      // Who waits for a reader is let go: what was not read is read after the next start.
      await reading.stop();
      await stopped;
    });
    settings.onChange((next, before) => {
      reading.readPictures();
      suggestions.resume();
      intake
        .applySettings(next.max_pdf_mb > before.max_pdf_mb)
        .catch((err: unknown) => log.error({ err }, 'settings were not applied'));
    });

    const watching = () => ({ enabled: settings.present().watch_enabled, path: root, ...wireState(intake) });
    const health = async (): Promise<HealthAnswer> => {
      if (!(await database.isUp()))
        return {
          status: 'degraded',
          detail: 'The database does not answer.',
          checks: { watching: watching() },
        };
      const state = intake.state();
      const { parked } = state;
      const isFull = !(await vault.hasRoom().catch(() => false));
      const isWorthTelling =
        state.mode === 'offline' || (state.mode === 'rescans' && state.detail?.startsWith('Changes'));
      const ofFolder = isWorthTelling ? state.detail : null;
      const detail = isFull || parked ? 'The disk of the archive is full.' : ofFolder;
      const checks = {
        documents: await store.counts(null),
        lag_ms: await store.lagMs(now()),
        watching: watching(),
        parked,
      };
      return detail === null ? { status: 'ok', checks } : { status: 'degraded', detail, checks };
    };

    const arrivals = arrivalsRoom({ prisma, now, log });
    const { tally } = arrivals;
    const importing = importingRoom({
      archive: {
        ...documents.imported,
        take: async (...taken) => {
          const id = await documents.imported.take(...taken);
          await tally.took('import');
          return id;
        },
      },
      keep: (path, below) =>
        vault.keepFile({ path: Buffer.from(path), root: below, maxBytes: maxPdfBytes() }, () => {}),
      maxBytes: maxPdfBytes,
      takeRecognised: reading.takeRecognised,
      folder: config.importFolder ?? null,
      scratch: join(config.vaultFolder, 'importing'),
      poke: intake.poke,
      log,
    });
    shutdown.add('importing', () => importing.stop());
    const routes = new Hono();
    routes.route(
      '/',
      openApiRoutes(() => routes.routes, {
        ...documents.descriptions,
        ...suggestionsDescriptions,
        ...importingDescriptions,
        ...mailDescriptions,
        ...arrivalsDescriptions,
      }),
    );
    routes.route(
      '/',
      archiveRoutes({ databaseUrl: config.databaseUrl, originals: documents.originals, now }),
    );
    const arriving = documents.arriving({
      maxPdfBytes,
      nameForm: intake.names,
      editorGroup: adminGroup,
      poke: intake.poke,
    });
    routes.route('/', arrivals.routes({ arriving, watchedSince: intake.broughtSince }));
    const mail = mailRoom({
      prisma,
      settings: () => ({
        accounts: settings.present().mail_accounts,
        minutes: settings.present().mail_minutes,
      }),
      take: async (chunks, filename, said) => {
        const id = await arriving.takeForAll(chunks, filename, said, 'Mail');
        await tally.took('mail');
        return id;
      },
      maxPdfBytes,
      now,
      log,
    });
    shutdown.add('mail', () => mail.stop());
    settings.onChange((next, before) => {
      if (JSON.stringify(next.mail_accounts) !== JSON.stringify(before.mail_accounts)) mail.changed();
    });
    routes.route('/', mail.routes({ mayLook: (c) => arriving.editorOf(c).isEditor }));
    routes.route('/', importing.routes);
    routes.route(
      '/',
      documents.routes({
        reads,
        search: search.prepare,
        complete: search.complete,
        evidenceOf: search.evidenceOf,
        renderPage: reading.renderPage,
        readText: reading.textOf,
        wordsOf: reading.wordsOf,
        marks: search.marks,
        ocrCounts: reading.ocrCounts,
        readPictureAgain: reading.readPictureAgain,
        isOcrOn: () => settings.present().ocr_enabled,
        invoiceOf: reading.invoiceOf,
        offerPassword: reading.offerPassword,
        isDatabaseUp: database.isUp,
        retryFiles: intake.retryFiles,
        poke: intake.poke,
        nameForm: intake.names,
        maxPdfBytes,
        noted: tally.noted,
        editorGroup: adminGroup,
        watching,
        currentFile: () => intake.state().currentFile,
        rates: intake.rates,
        parked: () => intake.state().parked,
        now,
        more: suggestions.routes({
          ...documents.deciding(adminGroup),
          countsFor: (viewer) => store.counts(viewer),
          poke: intake.poke,
        }),
      }),
    );
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
      sentences: { de: german },
      routes,
      choices: upkeep.choices,
      checks: upkeep.checks,
      ...((await isThere(uiFolder)) ? { uiFolder } : {}),
      health,
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
    mail.start();
    return { serving, intake, suggestions, mail, stop: () => shutdown.run() };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

function wireState(intake: IntakeRoom): Record<string, unknown> {
  const { mode, detail, lastRescanAt, lastRescanMs, settling } = intake.state();
  return { mode, detail, last_rescan_at: lastRescanAt, last_rescan_ms: lastRescanMs, settling };
}

function aiSettings(present: Settings) {
  return {
    folder: present.ai_folder_suggestion,
    rename: present.ai_rename_suggestion,
    privacy: present.ai_privacy,
    documentsPerDay: present.ai_documents_per_day,
  };
}

/**
 * Links on the way to the folder are the operator's; from there on none is followed. A folder that is not
 * there yet may come.
 */
async function rootOf(folder: string): Promise<string> {
  return realpath(folder).catch(() => folder);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
