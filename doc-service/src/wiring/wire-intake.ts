/** The way of a file from the watched folder into the archive. */
import { intakeQueues, intakeRoom, type IntakeRoom } from '#intake/intake.room.ts';
import { listen } from '#platform/listen.ts';
import { openQueue } from '#platform/queue.ts';
import type { Ground } from './ground.ts';
import type { Archive } from './wire-archive.ts';

export async function wireIntake(
  { options, config, log, now, shutdown, database, prisma, root, settings, maxPdfBytes }: Ground,
  { documents, suggestions, search, reading }: Archive,
): Promise<IntakeRoom> {
  const { checkpoint = () => {}, quietMs = 2000 } = options;
  const listening = listen({ url: config.databaseUrl, log, ...documents.notices });
  shutdown.add('notifications', () => listening.stop());
  const queue = await openQueue({ url: config.databaseUrl, queues: intakeQueues, log });
  shutdown.add('queue', () => queue.stop());
  const intake = intakeRoom({
    prisma,
    root,
    documents: documents.store,
    keepFile: documents.vault.keepFile,
    readText: reading.readText,
    index: (ids) => search.index(ids).then(suggestions.wake),
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
    // A file that waits for a reader is let go: what was not read is read after the next start.
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
  return intake;
}
