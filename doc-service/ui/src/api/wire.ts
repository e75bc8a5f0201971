/**
 * What the documents API answers, read field by field: `unknown` until here. Unknown fields are passed over,
 * so that a newer server does no harm.
 */
import { readBeside, type Beside } from './library-wire.ts';
import {
  amount,
  count,
  entries,
  isRecord,
  list,
  record,
  said,
  strings,
  text,
  UnreadableAnswer,
  words,
} from './json.ts';
import { readInvoice, readPicturePages, type Invoice, type PicturePages } from './reading-wire.ts';
import { sources, stations, type Source, type Station } from '../model/location.ts';
import { t } from '../words/words.ts';

export type Place = { path: string; isMissing: boolean };

export type DocumentItem = {
  id: string;
  title: string;
  filename: string;
  sha256: string | null;
  sizeBytes: number;
  /** Absent until the file was read. */
  pages: number | null;
  status: Station;
  category: string | null;
  type: string | null;
  /** From whom it is, or for whom. */
  correspondent: string | null;
  /** The day that it bears, such as `2026-03-31`. */
  date: string | null;
  tags: readonly string[];
  source: Source | null;
  /** Sent along with a change, so that two people do not undo each other's work unseen. */
  etag: string | null;
  mayEdit: boolean;
  isTrashed: boolean;
  createdAt: string;
  /** Why it is stuck, in words. */
  error: string | null;
  /** It is stuck because it opens with a password. */
  isEncrypted: boolean;
  /** Plain text with U+E000 and U+E001 around what was found. */
  snippet: string | null;
  /** The page on which the snippet stands. */
  foundPage: number | null;
  /**
   * Where the file was found, each a path below the watched folder, or the name that it was uploaded under.
   */
  places: Place[];
};

export type DocumentList = {
  items: DocumentItem[];
  total: number;
  /** Else there are more than `total`: they are not counted. */
  isTotalExact: boolean;
  page: number;
  pageSize: number;
  /** Where the next page begins; null: by its number alone. */
  nextCursor: string | null;
  /** What is wrong in the query, at its word. */
  notes: { word: string; detail: string }[];
  /** What was looked for in place of words that nothing holds. */
  similar: { word: string; found: string[] }[];
  facets: Facets | null;
  /** So many of the newest hits are in the order by relevance. Null: all are. */
  rankedNewest: number | null;
};

export type Facet = { value: string; count: number };
/** `fields`: each such as `state:Paid`, as the filter writes it. */
export type Facets = Record<'types' | 'correspondents' | 'tags' | 'sources' | 'fields', Facet[]> & {
  /** So many of the newest documents were counted. Null: all were. */
  ofNewest: number | null;
};

export type Version = {
  number: number;
  sizeBytes: number;
  pages: number | null;
  place: string | null;
  createdAt: string;
};
/** What happened to a document; `by`: the name of who did it, absent for what the archive did by itself. */
export type HistoryEntry = {
  at: string;
  kind: string;
  by: string | null;
  place: string | null;
  /** What it was and what it is, in words; null for nothing. */
  change: { from: string | null; to: string | null; field: string | null } | null;
};
export type DocumentDetail = DocumentItem &
  Beside & {
    text: string | null;
    /** Pages beyond these were not read: they can be looked at, not found. */
    readPages: number | null;
    ocr: PicturePages | null;
    invoice: Invoice | null;
    versions: Version[];
    history: HistoryEntry[];
  };
/** `mayEdit`: the reader may change the tree. */
export type Categories = {
  items: Category[];
  mayEdit: boolean;
  /** They say who sees a folder. */
  maySetRights: boolean;
  /** Names of groups that may be given rights. */
  groups: string[];
};
/** `hasRights`: who sees it is said of this very folder. */
export type Category = { id: string; path: string; count: number; mayEdit: boolean; hasRights: boolean };
/** `skipped`: those that the reader may not change. */
export type Bulk = { changed: number; skipped: number; undoId: string | null };

export function readDocumentList(json: unknown): DocumentList {
  const body = record(json, 'list');
  return {
    items: list(body['items'], 'items').map(readItem),
    total: count(body['total'], 'total'),
    isTotalExact: body['is_total_exact'] !== false,
    page: count(body['page'], 'page'),
    pageSize: Math.max(1, count(body['page_size'], 'page_size')),
    nextCursor: typeof body['next_cursor'] === 'string' ? body['next_cursor'] : null,
    notes: entries(body['notes']).flatMap(({ word, detail }) =>
      typeof word === 'string' && typeof detail === 'string' ? [{ word, detail }] : [],
    ),
    similar: entries(body['similar']).flatMap(({ word, found }) =>
      typeof word === 'string' && Array.isArray(found)
        ? [{ word, found: found.filter((one) => typeof one === 'string') }]
        : [],
    ),
    facets: isRecord(body['facets']) ? readFacets(body['facets'], body['facets_of_newest']) : null,
    rankedNewest: typeof body['ranked_newest'] === 'number' ? body['ranked_newest'] : null,
  };
}

function readFacets(body: Record<string, unknown>, ofNewest: unknown): Facets {
  const facet = (json: unknown): Facet[] =>
    entries(json).flatMap(({ value, count: many }) =>
      typeof value === 'string' && value !== '' ? [{ value, count: amount(many) }] : [],
    );
  return {
    types: facet(body['types']),
    correspondents: facet(body['correspondents']),
    tags: facet(body['tags']),
    sources: facet(body['sources']),
    fields: facet(body['fields']),
    ofNewest: typeof ofNewest === 'number' ? ofNewest : null,
  };
}

export function readDocumentDetail(json: unknown): DocumentDetail {
  const body = record(json, 'document');
  return {
    ...readItem(body),
    ...readBeside(body),
    text: words(body['text']),
    readPages: typeof body['read_pages'] === 'number' ? body['read_pages'] : null,
    ocr: readPicturePages(body['ocr']),
    invoice: readInvoice(body['invoice']),
    versions: entries(body['versions']).map((version) => ({
      number: count(version['number'], 'number'),
      sizeBytes: amount(version['size_bytes']),
      pages: typeof version['pages'] === 'number' ? version['pages'] : null,
      place: words(version['place']),
      createdAt: text(version['created_at'], 'created_at'),
    })),
    history: entries(body['history']).map((event) => ({
      at: text(event['at'], 'at'),
      kind: text(event['kind'], 'kind'),
      by: isRecord(event['by']) ? (words(event['by']['name']) ?? t('somebody')) : null,
      place: words(event['place']),
      change: isRecord(event['change'])
        ? {
            from: said(event['change']['from']),
            to: said(event['change']['to']),
            field: words(event['change']['field']),
          }
        : null,
    })),
  };
}

export function readBulk(json: unknown): Bulk {
  const body = record(json, 'bulk');
  return {
    changed: amount(body['changed']),
    skipped: amount(body['skipped']),
    undoId: words(body['undo_id']),
  };
}

export function readCategories(json: unknown): Categories {
  const body = record(json, 'categories');
  const items = list(body['items'], 'items').map((entry) => {
    const item = record(entry, 'category');
    return {
      id: words(item['id']) ?? '',
      path: text(item['path'], 'path'),
      count: count(item['count'], 'count'),
      mayEdit: item['may_edit'] === true,
      hasRights: item['has_rights'] === true,
    };
  });
  return {
    items,
    mayEdit: body['may_edit'] === true,
    maySetRights: body['may_set_rights'] === true,
    groups: strings(body['groups']),
  };
}

export function readUploaded(json: unknown): { id: string } {
  return { id: text(record(json, 'upload')['id'], 'id') };
}

/** How far an upload has come. */
export function readStanding(json: unknown): {
  id: string;
  offset: number;
  chunkBytes: number;
  documentId: string | null;
} {
  const body = record(json, 'upload');
  return {
    id: text(body['id'], 'id'),
    offset: count(body['offset'], 'offset'),
    chunkBytes: Math.max(1, count(body['chunk_bytes'], 'chunk_bytes')),
    documentId: words(body['document_id']),
  };
}

/** Ids of documents that changed; null where they are not all named. */
export function readChanged(json: unknown): string[] | null {
  const body = record(json, 'documents');
  if (body['is_all'] === true) return null;
  return list(body['ids'], 'ids').filter((id) => typeof id === 'string');
}

export function readItem(json: unknown): DocumentItem {
  const item = record(json, 'document');
  const status = stations.find((station) => station === item['status']);
  if (status === undefined) throw new UnreadableAnswer(`status: unknown station`);
  const filename = text(item['filename'], 'filename');
  return {
    id: text(item['id'], 'id'),
    title: words(item['title']) ?? filename,
    filename,
    sha256: words(item['sha256']),
    sizeBytes: count(item['size_bytes'], 'size_bytes'),
    pages: typeof item['pages'] === 'number' && item['pages'] > 0 ? item['pages'] : null,
    status,
    category: words(item['category']),
    type: words(item['type']),
    correspondent: words(item['correspondent']),
    date: words(item['date']),
    tags: Array.isArray(item['tags']) ? item['tags'].filter((tag) => typeof tag === 'string') : [],
    source: sources.find((source) => source === item['source']) ?? null,
    etag: words(item['etag']),
    mayEdit: item['may_edit'] === true,
    isTrashed: words(item['trashed_at']) !== null,
    createdAt: text(item['created_at'], 'created_at'),
    error: words(item['error']),
    isEncrypted: item['error_reason'] === 'encrypted',
    snippet: words(item['snippet']),
    foundPage: typeof item['found_page'] === 'number' ? item['found_page'] : null,
    places: (Array.isArray(item['places']) ? item['places'] : [])
      .map(readPlace)
      .filter((place) => place !== null),
  };
}

function readPlace(json: unknown): Place | null {
  const path = isRecord(json) ? words(json['path']) : null;
  return isRecord(json) && path !== null ? { path, isMissing: json['missing'] === true } : null;
}
