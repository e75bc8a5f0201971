/** What is read of a document for a list, over `documents d`. */
import { Prisma } from '#platform/database.ts';
import type { Viewer } from './documents.types.ts';
import { mayEdit, mayShare } from './visibility.ts';

export function columnsOf(viewer: Viewer): Prisma.Sql {
  return Prisma.sql`d.id::text, d.sha256, d.size_bytes, d.title, d.filename, d.category,
    d.status, d.source, d.pages, d.read_pages, d.version, d.error_reason, d.error_detail, d.created_at, d.updated_at,
    d.superseded_by::text, d.type, d.tags, d.correspondent, to_char(d.document_date, 'YYYY-MM-DD') AS date,
    d.revision, d.trashed_at, d.shared_readers, d.shared_editors,
    ${mayEdit(viewer)} AS may_edit, ${mayShare(viewer)} AS may_share`;
}
