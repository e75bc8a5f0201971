/** What is kept and known of documents: the archive itself, its text, its search, and what it proposes. */
import type { Container } from '@berth/plugin-kit/container';
import { documentsRoom } from '#documents/documents.room.ts';
import { readingRoom } from '#reading/reading.room.ts';
import { searchRoom } from '#search/search.room.ts';
import type { Settings } from '#settings/settings.room.ts';
import { providerOf, suggestionsRoom } from '#suggestions/suggestions.room.ts';
import { modelConnection } from '../manifest.ts';
import { megabyte, type Ground } from './ground.ts';

export type Archive = Awaited<ReturnType<typeof wireArchive>>;

/** What is built later, and is first asked for when all is built. */
export type Later = { wakeIntake: () => void; connections: () => Container['connections'] };

export async function wireArchive(
  { options, config, log, now, shutdown, prisma, root, settings }: Ground,
  later: Later,
) {
  const { reserveBytes = 64 * megabyte, modelTimeoutMs, readerLimits, readerProgram, ocrProgram } = options;
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
    provider: config.internalUrl === undefined ? null : providerOf(later.connections, modelConnection),
    ...(modelTimeoutMs === undefined ? {} : { modelTimeoutMs }),
    now,
    log,
  });
  shutdown.add('suggestions', () => suggestions.stop());
  const search = searchRoom({ prisma, now, fields: documents.customFields });
  const { vault } = documents;
  const reading = readingRoom({
    prisma,
    log,
    pathOf: vault.pathOf,
    picture: vault.picture,
    keepPicture: vault.keepPicture,
    ocrLanguages: () => (settings.present().ocr_enabled ? settings.present().ocr_languages : []),
    onTextFound: later.wakeIntake,
    ...(readerLimits ? { limits: readerLimits } : {}),
    ...(readerProgram ? { program: readerProgram } : {}),
    ...(ocrProgram ? { ocrProgram } : {}),
  });
  return { documents, suggestions, search, reading };
}

function aiSettings(present: Settings) {
  return {
    folder: present.ai_folder_suggestion,
    rename: present.ai_rename_suggestion,
    privacy: present.ai_privacy,
    documentsPerDay: present.ai_documents_per_day,
  };
}
