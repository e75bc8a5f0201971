/** Who sees a document, and who may say something else of it: conditions over `documents d`. */
import { Prisma } from '#platform/database.ts';
import type { Viewer } from './documents.types.ts';

/** `watch` documents are everybody's, uploads their owner's alone. */
export function visibleTo(userId: string): Prisma.Sql {
  return Prisma.sql`(d.is_shared
    OR EXISTS (SELECT 1 FROM uploads u WHERE u.document_id = d.id AND u.owner_id = ${userId})) AND d.hidden_at IS NULL`;
}

/** What two people uploaded is neither's alone: one of them changes nothing for the other. */
export function mayEdit({ userId, isEditor }: Viewer): Prisma.Sql {
  return Prisma.sql`(${isEditor} OR NOT (d.is_shared
    OR EXISTS (SELECT 1 FROM uploads other WHERE other.document_id = d.id AND other.owner_id <> ${userId})))`;
}
