/** The documents' door: the records, the vault with their contents, and what the API answers about them. */
import { join } from 'node:path';
import type { Hono } from 'hono';
import type { PrismaClient } from '#platform/database.ts';
import { changesChannel, createChanges, idsOfNotice } from './changes.ts';
import type { Read } from '#platform/reads.ts';
import { arriving, type Arriving, type ArrivingOptions } from './arriving.ts';
import { createCategoriesStore } from './categories.store.ts';
import { descriptions } from './descriptions.ts';
import { documentsRoutes, type RoutesDeps } from './documents.routes.ts';
import { createDocumentsStore, type DocumentsStore } from './documents.store.ts';
import { documentsWithField, fieldKeys } from './field-filter.ts';
import { deciding, type Deciding } from './deciding.ts';
import { createFactsStore, type FactsListener } from './facts.store.ts';
import { createImportedStore, type ImportedStore } from './imported.store.ts';
import { createFieldsStore } from './fields.store.ts';
import { createNotesStore } from './notes.store.ts';
import { createRightsStore } from './rights.store.ts';
import { openPartialUploads } from './partial-uploads.ts';
import { createSimilarStore } from './similar.store.ts';
import { originalsOf, type Originals } from './originals.ts';
import { openVault, type Vault } from './vault.ts';
import { createViewsStore } from './views.store.ts';
import { isOpenToReaders } from './visibility.ts';

type OwnParts =
  | 'store'
  | 'facts'
  | 'categories'
  | 'rights'
  | 'fields'
  | 'notes'
  | 'views'
  | 'similar'
  | 'vault'
  | 'partialUploads'
  | 'changes';
export type DocumentsRoom = {
  store: Pick<DocumentsStore, 'due' | 'onTheWay' | 'noteRead' | 'noteFailure' | 'counts' | 'lagMs'>;
  /** @param editorGroup whose members change what everybody sees */
  deciding: (editorGroup: string) => Deciding;
  /** For what arrives by other ways than the pages. */
  arriving: (options: ArrivingOptions) => Arriving;
  isOpenToReaders: typeof isOpenToReaders;
  /** Takes documents of another archive. */
  imported: ImportedStore;
  vault: Pick<Vault, 'keepFile' | 'pathOf' | 'picture' | 'keepPicture' | 'hasRoom'>;
  originals: Originals;
  descriptions: typeof descriptions;
  /** The archive's own fields, for a query that names one. */
  customFields: { keys: (read: Read) => Promise<string[]>; condition: typeof documentsWithField };
  routes: (deps: Omit<RoutesDeps, OwnParts>) => Hono;
  /** What the database tells of changed documents, and where. */
  notices: { channel: string; onNotice: (payload: string) => void; onGap: () => void };
  /** Ends the streams of events: the service stops. */
  endStreams: () => void;
};

export type DocumentsDeps = {
  prisma: PrismaClient;
  vaultFolder: string;
  watchFolder: string;
  reserveBytes: number;
  now: () => number;
  /** Takes part in each change of what people say of documents. */
  listener: FactsListener;
};

const maxPictureBytes = 512 * 1024 * 1024;

/** @throws Error when the vault cannot be opened, or lies in the watched folder */
export async function documentsRoom({
  prisma,
  vaultFolder,
  watchFolder,
  reserveBytes,
  now,
  listener,
}: DocumentsDeps): Promise<DocumentsRoom> {
  const store = createDocumentsStore(prisma);
  const similar = createSimilarStore(prisma);
  const parts = {
    store,
    facts: createFactsStore(prisma, listener),
    categories: createCategoriesStore(prisma),
    rights: createRightsStore(prisma),
    notes: createNotesStore(prisma),
    fields: createFieldsStore(prisma),
    views: createViewsStore(prisma),
    similar,
  };
  const vault = await openVault({ folder: vaultFolder, watchFolder, reserveBytes, maxPictureBytes });
  await vault.tidy();
  const partialUploads = await openPartialUploads({
    folder: join(vaultFolder, 'uploads'),
    hasRoom: vault.hasRoom,
    now,
  });
  const changes = createChanges();
  return {
    store: {
      ...store,
      async noteRead(read) {
        await similar.note(read.map(({ id, chunks }) => ({ id, text: chunks[0]?.text ?? '' })));
        await store.noteRead(read);
      },
    },
    vault,
    originals: originalsOf(vault, vaultFolder),
    descriptions,
    customFields: { keys: fieldKeys, condition: documentsWithField },
    deciding: (editorGroup) => deciding(parts, editorGroup),
    arriving: (options) => arriving({ ...parts, vault }, options),
    isOpenToReaders,
    imported: createImportedStore(prisma, parts),
    routes: (deps) => documentsRoutes({ ...deps, ...parts, vault, partialUploads, changes }),
    notices: {
      channel: changesChannel,
      onNotice: (payload) => changes.note(idsOfNotice(payload)),
      onGap: () => changes.note(null),
    },
    endStreams: changes.end,
  };
}
