/** How a document looks on the wire. */
import type { Say } from '@berth/plugin-kit/contract/say.ts';
import type { DocumentRow, EventRow, PlaceRow, VersionRow } from './documents.types.ts';

const reasons: Record<string, string> = {
  damaged: 'The file is damaged',
  encrypted: 'The file is encrypted',
  'too-large': 'The file is larger than the limit',
  'not-a-pdf': 'The file is not a PDF',
  'timed-out': 'Reading it took too long',
  crashed: 'The reader broke down',
  'out-of-memory': 'Reading it took too much memory',
  unreadable: 'The file may not be read',
  failed: 'It failed several times',
};

/** @param say into the reader's language; English when left out */
export function errorWords(
  reason: string | null,
  detail: string | null,
  say: Say = (english) => english,
): string | null {
  if (reason === null) return null;
  const words = say(reasons[reason] ?? reason);
  return detail ? `${words}: ${say(detail)}` : `${words}.`;
}

/** Where a search found it. */
export type Found = { text: string; page: number };

export function wireDocument(row: DocumentRow, places: PlaceRow[], say: Say, found: Found | null = null) {
  return {
    id: row.id,
    title: row.title,
    filename: row.filename,
    sha256: row.sha256,
    size_bytes: Number(row.size_bytes),
    pages: row.pages,
    /** Pages beyond these were not read: they can be looked at, not found. */
    read_pages: row.read_pages,
    version: row.version,
    status: row.status,
    source: row.source,
    category: row.category,
    type: row.type,
    tags: row.tags,
    correspondent: row.correspondent,
    /** The day that it bears. */
    date: row.date,
    may_edit: row.may_edit,
    /** Who may see it is theirs to say. */
    may_share: row.may_share,
    shared_with: { read: row.shared_readers, edit: row.shared_editors },
    /** For `If-Match`. */
    etag: etagOfRevision(row.revision),
    trashed_at: row.trashed_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    error: errorWords(row.error_reason, row.error_detail, say),
    error_reason: row.error_reason,
    snippet: found?.text ?? null,
    /** The page on which the snippet stands. */
    found_page: found?.page ?? null,
    // Relative: below whatever prefix the caller reached this service under.
    thumbnail_url: row.pages === null ? null : `documents/${row.id}/pages/1.webp?width=240`,
    superseded_by: row.superseded_by,
    places: places
      .filter(({ document_id: id }) => id === row.id)
      .map(({ source, path, is_missing: missing, since }) => ({
        source,
        path,
        missing,
        since: since.toISOString(),
      })),
  };
}

/** @property file the name of the attachment; @property detail what is wrong with it */
export type AttachedInvoice = { value: object | null; file: string; detail: string | null };

/** What an attached invoice says, word for word; or what is wrong with it. */
export function wireInvoice(found: AttachedInvoice | null, say: Say) {
  if (!found) return null;
  const { value, file, detail } = found;
  return { source: 'e-invoice', file, error: detail === null ? null : say(detail), ...value };
}

export function etagOfRevision(revision: number): string {
  return `"r${revision}"`;
}

/** `by` is null for what the folder did; `change` is `{from, to}` for what people said of it. */
export function wireEvent({ at, kind, place, other_id: otherId, by_name: name, change }: EventRow) {
  return {
    at: at.toISOString(),
    kind,
    place,
    document_id: otherId,
    by: change === null ? null : { name },
    change,
  };
}

export function wireVersion(
  documentId: string,
  { number, sha256, sizeBytes, pages, place, createdAt }: VersionRow,
) {
  return {
    number,
    sha256,
    size_bytes: Number(sizeBytes),
    pages,
    place,
    created_at: createdAt.toISOString(),
    download_url: `documents/${documentId}/versions/${number}/download`,
  };
}

/** RFC 6266 with RFC 8187: a plain name for old readers, the real one for all others. */
export function attachment(filename: string): string {
  const plain = filename
    .normalize('NFKD')
    .replaceAll(/[^\x20-\x7e]/g, '_')
    .replaceAll(/["\\%]/g, '_');
  const real = encodeURIComponent(filename.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${real}`;
}

export type ByteRange = { start: number; end: number };

/**
 * One range of RFC 9110 14.2; several, or something else, count as none.
 * @returns 'unsatisfiable' when it begins behind the end
 */
export function readRange(header: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | null {
  const found = header === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!found) return null;
  const [, from = '', to = ''] = found;
  if (from === '' && to === '') return null;
  const start = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const end = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null;
  return start >= sizeBytes || start > end ? 'unsatisfiable' : { start, end };
}
