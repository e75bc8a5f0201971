/**
 * The last good copy of each catalogue, so that a restart without a network shows it and an older one is
 * refused.
 */
import type { PrismaClient } from '#platform/generated/client.ts';
import type { CatalogueStore } from './catalogue-state.ts';

export function catalogueStore(prisma: PrismaClient): CatalogueStore {
  return {
    find: async (source) => {
      const row = await prisma.catalogueCopy.findUnique({ where: { source } });
      return row && { serial: row.serial, document: row.document, fetchedAt: row.fetchedAt };
    },
    keep: async (source, copy) => {
      await prisma.catalogueCopy.createMany({ data: { source, ...copy }, skipDuplicates: true });
      await prisma.catalogueCopy.updateMany({ where: { source, serial: { lte: copy.serial } }, data: copy });
    },
  };
}
