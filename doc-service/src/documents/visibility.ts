/**
 * Who sees a document, and who may say something else of it: conditions over `documents d`. Lists, searches,
 * facets, counts, downloads, pages, versions and changes all ask here, and nowhere else.
 *
 * What a person uploaded is theirs, and of the groups that they share it with. What came from the watched
 * folder is everybody's to read, unless its category says otherwise: the entry of the nearest category above
 * it decides.
 */
import { Prisma } from '#platform/database.ts';
import type { Viewer } from './documents.types.ts';

export function visibleTo(viewer: Viewer): Prisma.Sql {
  return Prisma.sql`(${seenByFolder(viewer)} OR ${isSharedWith(viewer, 'read')} OR ${isOwnUpload(viewer)})
    AND d.hidden_at IS NULL`;
}

/**
 * Listed documents that this person sees whatever they are, while no folder is kept to some: a lower bound
 * that `documents_open_idx` alone can count.
 */
export function isOpenTo({ isSuperuser }: Viewer): Prisma.Sql {
  const rights = isSuperuser ? Prisma.sql`true` : Prisma.sql`NOT EXISTS (SELECT FROM category_rights)`;
  return Prisma.sql`d.is_shared AND d.superseded_by IS NULL AND d.trashed_at IS NULL AND d.hidden_at IS NULL
    AND ${rights}`;
}

/** What two people uploaded is neither's alone: one of them changes nothing for the other. */
export function mayEdit(viewer: Viewer): Prisma.Sql {
  return Prisma.sql`(CASE WHEN d.is_shared THEN ${mayEditIn(viewer, Prisma.sql`d.category`)}
    ELSE ${isOwnUpload(viewer)} AND (${viewer.isEditor} OR NOT ${isUploadOfOthers(viewer)}) END
    OR ${isSharedWith(viewer, 'edit')})`;
}

/** Who else sees it: superusers say so of what the folder holds, the one who uploaded it of an upload. */
export function mayShare(viewer: Viewer): Prisma.Sql {
  return Prisma.sql`(CASE WHEN d.is_shared THEN ${viewer.isSuperuser}
    ELSE ${isOwnUpload(viewer)} AND NOT ${isUploadOfOthers(viewer)} END)`;
}

/** Where its files lie in the watched folder is told to those who see what lies there. */
export function seenByFolder(viewer: Viewer): Prisma.Sql {
  return Prisma.sql`(d.is_shared AND ${mayReadIn(viewer, Prisma.sql`d.category`)})`;
}

/** @param category its path, as an expression */
export function mayReadIn({ isSuperuser, groups }: Viewer, category: Prisma.Sql): Prisma.Sql {
  if (isSuperuser) return Prisma.sql`true`;
  return rightIn(
    category,
    Prisma.sql`r.everyone OR r.readers && ${groups} OR r.editors && ${groups}`,
    Prisma.sql`true`,
  );
}

/** Whether documents in this category, and the category itself, may be changed. */
export function mayEditIn({ isSuperuser, isEditor, groups }: Viewer, category: Prisma.Sql): Prisma.Sql {
  if (isSuperuser) return Prisma.sql`true`;
  return rightIn(category, Prisma.sql`r.editors && ${groups}`, Prisma.sql`${isEditor}`);
}

/**
 * Whether documents may be put into this category: for their own, people need no right where none are set.
 */
export function mayPutInto({ isSuperuser, groups }: Viewer, category: Prisma.Sql): Prisma.Sql {
  if (isSuperuser) return Prisma.sql`true`;
  return rightIn(category, Prisma.sql`r.editors && ${groups}`, Prisma.sql`true`);
}

/** As long as no category has an entry, no document is compared with any. */
function rightIn(category: Prisma.Sql, right: Prisma.Sql, otherwise: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`CASE WHEN ${category} IS NULL OR NOT EXISTS (SELECT FROM category_rights) THEN ${otherwise}
    ELSE coalesce((SELECT ${right} FROM category_rights r JOIN categories rc ON rc.id = r.category_id
      WHERE ${category} = rc.path OR starts_with(${category}, rc.path || '/')
      ORDER BY length(rc.path) DESC LIMIT 1), ${otherwise}) END`;
}

function isSharedWith({ groups }: Viewer, right: 'read' | 'edit'): Prisma.Sql {
  if (groups.length === 0) return Prisma.sql`false`;
  const asEditor = Prisma.sql`d.shared_editors && ${groups}`;
  return right === 'edit' ? asEditor : Prisma.sql`(d.shared_readers && ${groups} OR ${asEditor})`;
}

function isOwnUpload({ userId }: Viewer): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT FROM uploads u WHERE u.document_id = d.id AND u.owner_id = ${userId})`;
}

function isUploadOfOthers({ userId }: Viewer): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT FROM uploads u WHERE u.document_id = d.id AND u.owner_id <> ${userId})`;
}

/**
 * Whether all who see `d` may be told of `n`: conditions over `documents d` and `documents n`. What a
 * category keeps to some is told of documents of the same category alone, and of those that are shared with
 * nobody else.
 */
export const isOpenToReaders = Prisma.sql`(CASE
  WHEN n.is_shared THEN coalesce((
    SELECT r.everyone OR (d.is_shared AND ${isSharedWithNone()}
      AND r.category_id IS NOT DISTINCT FROM (${nearestEntry('d')}))
    FROM category_rights r WHERE r.category_id = (${nearestEntry('n')})), true)
  ELSE NOT d.is_shared AND ${isSharedWithNone()} AND NOT EXISTS (
    SELECT FROM uploads reader WHERE reader.document_id = d.id AND NOT EXISTS (
      SELECT FROM uploads own WHERE own.document_id = n.id AND own.owner_id = reader.owner_id)) END)`;

function isSharedWithNone(): Prisma.Sql {
  return Prisma.sql`cardinality(d.shared_readers) + cardinality(d.shared_editors) = 0`;
}

function nearestEntry(of: 'd' | 'n'): Prisma.Sql {
  const category = Prisma.raw(`${of}.category`);
  return Prisma.sql`SELECT r.category_id FROM category_rights r JOIN categories rc ON rc.id = r.category_id
    WHERE ${category} = rc.path OR starts_with(${category}, rc.path || '/') ORDER BY length(rc.path) DESC LIMIT 1`;
}
