/** The other ways into the archive: uploads by other programs, an import of another archive, mail. */
import { join } from 'node:path';
import { arrivalsRoom } from '#arrivals/arrivals.room.ts';
import { importingRoom } from '#importing/importing.room.ts';
import type { IntakeRoom } from '#intake/intake.room.ts';
import { mailRoom } from '#mail/mail.room.ts';
import { adminGroup } from '../manifest.ts';
import type { Ground } from './ground.ts';
import type { Archive } from './wire-archive.ts';

export type Arrivals = ReturnType<typeof wireArrivals>;

export function wireArrivals(
  { config, log, now, shutdown, prisma, settings, maxPdfBytes }: Ground,
  { documents, reading }: Archive,
  intake: IntakeRoom,
) {
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
      documents.vault.keepFile({ path: Buffer.from(path), root: below, maxBytes: maxPdfBytes() }, () => {}),
    maxBytes: maxPdfBytes,
    takeRecognised: reading.takeRecognised,
    folder: config.importFolder ?? null,
    scratch: join(config.vaultFolder, 'importing'),
    wake: intake.wake,
    log,
  });
  shutdown.add('importing', () => importing.stop());
  const arriving = documents.arriving({
    maxPdfBytes,
    nameForm: intake.names,
    editorGroup: adminGroup,
    wake: intake.wake,
  });
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
  return { arrivals, arriving, importing, mail };
}
