/** The documents' door: the records, the vault with their contents, and what the API answers about them. */
import type { Hono } from 'hono';
import type { PrismaClient } from '#platform/database.ts';
import { createCategoriesStore } from './categories.store.ts';
import { documentsRoutes, type RoutesDeps } from './documents.routes.ts';
import { createDocumentsStore, type DocumentsStore } from './documents.store.ts';
import { createFactsStore } from './facts.store.ts';
import { createRightsStore } from './rights.store.ts';
import { openVault, type Vault } from './vault.ts';

export type DocumentsRoom = {
  store: Pick<DocumentsStore, 'due' | 'onTheWay' | 'noteRead' | 'noteFailure' | 'counts' | 'lagMs'>;
  vault: Pick<Vault, 'keepFile' | 'pathOf' | 'picture' | 'keepPicture' | 'hasRoom'>;
  routes: (deps: Omit<RoutesDeps, 'store' | 'facts' | 'categories' | 'rights' | 'vault'>) => Hono;
};

export type DocumentsDeps = {
  prisma: PrismaClient;
  vaultFolder: string;
  watchFolder: string;
  reserveBytes: number;
};

const maxPictureBytes = 512 * 1024 * 1024;

/** @throws Error when the vault cannot be opened, or lies in the watched folder */
export async function documentsRoom({
  prisma,
  vaultFolder,
  watchFolder,
  reserveBytes,
}: DocumentsDeps): Promise<DocumentsRoom> {
  const store = createDocumentsStore(prisma);
  const facts = createFactsStore(prisma);
  const categories = createCategoriesStore(prisma);
  const rights = createRightsStore(prisma);
  const vault = await openVault({ folder: vaultFolder, watchFolder, reserveBytes, maxPictureBytes });
  await vault.tidy();
  return {
    store,
    vault,
    routes: (deps) => documentsRoutes({ ...deps, store, facts, categories, rights, vault }),
  };
}
