import type { Shell } from '@berth/plugin-kit/frame';

import { createAsk } from './ask.ts';
import { eventsIn } from './event-stream.ts';
import { received } from './received.ts';
import { createResumable, type SendFile } from './resumable.ts';
import { readStatus, type ArchiveStatus } from './status-wire.ts';
import { uploadTransport } from './upload-transport.ts';
import {
  readBulk,
  readChanged,
  readCategories,
  readDocumentDetail,
  readDocumentList,
  readItem,
  type Bulk,
  type Categories,
  type DocumentDetail,
  type DocumentItem,
  type DocumentList,
  type Facets,
} from './wire.ts';
import type { FieldValue } from './library-wire.ts';
import { createLibraryApi, type LibraryApi } from './library-client.ts';
import {
  readHits,
  readVersionText,
  readWords,
  type Hits,
  type PageWords,
  type VersionText,
} from './viewing-wire.ts';
import { effectiveSort, filtersOf, type ListState } from '../model/location.ts';

export const pageSize = 50;

/** One field of a document; the whole list of tags, in their order. */
export type FieldChange =
  | { title: string }
  | { type: string | null }
  | { correspondent: string | null }
  | { date: string | null }
  | { tags: readonly string[] };

/** Documents by id, or all that a list shows over all its pages. */
export type Selection = { ids: readonly string[] } | { allOf: ListState };

export type BulkChange = {
  type?: string | null;
  correspondent?: string | null;
  add_tags?: readonly string[];
  remove_tags?: readonly string[];
  category?: string | null;
  fields?: Readonly<Record<string, FieldValue | null>>;
  trash?: boolean;
};

/** `ids` null: more documents have changed than are named. */
export type LiveEvent =
  | { kind: 'status'; status: ArchiveStatus }
  | { kind: 'documents'; ids: readonly string[] | null };

export type Api = LibraryApi & {
  /** @param cursor behind which its page begins; null: found by its number */
  documents(list: ListState, signal: AbortSignal, cursor?: string | null): Promise<DocumentList>;
  document(id: string, signal: AbortSignal): Promise<DocumentDetail>;
  categories(signal: AbortSignal): Promise<Categories>;
  status(signal: AbortSignal): Promise<ArchiveStatus>;
  /** Tells what happens in the archive, until the stream ends. */
  events(tell: (event: LiveEvent) => void, signal: AbortSignal): Promise<void>;
  facets(list: ListState, signal: AbortSignal): Promise<Facets>;
  /** @param password that opens the file; it is not kept */
  retry(id: string, password?: string): Promise<void>;
  /** @param etag of the document as it was seen. A `Failure` of kind `stale`: it has another one by now */
  change(id: string, etag: string | null, change: FieldChange): Promise<DocumentItem>;
  bulk(selection: Selection, change: BulkChange): Promise<Bulk>;
  undo(undoId: string): Promise<void>;
  createCategory(path: string): Promise<void>;
  /** Renames or moves a folder with all below it. @param merge into a folder that has the path already */
  moveCategory(id: string, path: string, merge: boolean): Promise<void>;
  /** @param to the folder that takes the documents; without one, only an empty folder is deleted */
  deleteCategory(id: string, to: string | null): Promise<void>;
  /** The exact bytes. */
  download(id: string, version?: number): Promise<Blob>;
  picture(id: string, page: number, widthPx: number, signal: AbortSignal): Promise<Blob>;
  /** Where on a page its words are. @param find what is marked; empty for nothing */
  words(id: string, page: number, find: string, signal: AbortSignal): Promise<PageWords>;
  /** The pages of a document on which something is found. */
  hits(id: string, find: string, signal: AbortSignal): Promise<Hits>;
  versionText(id: string, number: number, signal: AbortSignal): Promise<VersionText>;
  upload: SendFile;
  /** Everything as one file. @param onBytes how much of it has come */
  exportArchive(onBytes: (bytes: number) => void, signal: AbortSignal): Promise<{ file: Blob; name: string }>;
};

/** The documents API, with the shell's token. Every refusal is a `Failure`. */
export function createApi(shell: Shell): Api {
  const ask = createAsk(shell);
  const json = async (path: string, signal: AbortSignal): Promise<unknown> =>
    (await ask(path, { signal })).json();

  const one = (id: string) => `documents/${encodeURIComponent(id)}`;
  const category = (id: string) => `documents/categories/${encodeURIComponent(id)}`;
  const send = (method: string, path: string, body?: unknown, etag: string | null = null) =>
    ask(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(etag === null ? {} : { 'if-match': etag }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  return {
    ...createLibraryApi(json, send),
    documents: async (list, signal, cursor = null) =>
      readDocumentList(await json(`documents?${searchOf(list, cursor)}`, signal)),
    document: async (id, signal) =>
      readDocumentDetail(await json(`documents/${encodeURIComponent(id)}`, signal)),
    categories: async (signal) => readCategories(await json('documents/categories', signal)),
    status: async (signal) => readStatus(await json('documents/status', signal)),
    events: async (tell, signal) => {
      const { body } = await ask('documents/events', { signal, headers: { accept: 'text/event-stream' } });
      if (body === null) return;
      for await (const { name, data } of eventsIn(body)) {
        const event = readEvent(name, JSON.parse(data));
        if (event !== null) tell(event);
      }
    },
    facets: async (list, signal) => {
      // In the order of the list: nothing is ranked for them.
      const asked = [
        ['sort', '-created_at'],
        ['page_size', '1'],
        ['facets', 'true'],
      ];
      const search = new URLSearchParams([...filtersOf(list), ...asked]);
      return (
        readDocumentList(await json(`documents?${search}`, signal)).facets ?? {
          types: [],
          correspondents: [],
          tags: [],
          sources: [],
          fields: [],
          ofNewest: null,
        }
      );
    },
    change: async (id, etag, change) => {
      const [field = ''] = Object.keys(change);
      return readItem(await (await send('PATCH', `${one(id)}/${field}`, change, etag)).json());
    },
    bulk: async (selection, change) => {
      const which = 'ids' in selection ? { ids: selection.ids } : { all_of: queryOf(selection.allOf) };
      return readBulk(await (await send('POST', 'documents/bulk', { ...which, change })).json());
    },
    undo: async (undoId) => void (await send('POST', `documents/bulk/${encodeURIComponent(undoId)}/undo`)),
    createCategory: async (path) => void (await send('POST', 'documents/categories', { path })),
    moveCategory: async (id, path, merge) =>
      void (await send('PATCH', category(id), { path, ...(merge ? { merge } : {}) })),
    deleteCategory: async (id, to) =>
      void (await send('DELETE', `${category(id)}${to === null ? '' : `?to=${encodeURIComponent(to)}`}`)),
    retry: async (id, password) =>
      void (await send('POST', `${one(id)}/retry`, password === undefined ? undefined : { password })),
    download: async (id, version) =>
      (await ask(`${one(id)}/${version === undefined ? '' : `versions/${version}/`}download`)).blob(),
    picture: async (id, page, widthPx, signal) =>
      (
        await ask(`documents/${encodeURIComponent(id)}/pages/${page}.webp?width=${widthPx}`, { signal })
      ).blob(),
    words: async (id, page, find, signal) => {
      const search = find === '' ? '' : `?q=${encodeURIComponent(find)}`;
      return readWords(await json(`${one(id)}/pages/${page}/words${search}`, signal));
    },
    hits: async (id, find, signal) =>
      readHits(await json(`${one(id)}/hits?q=${encodeURIComponent(find)}`, signal)),
    versionText: async (id, number, signal) =>
      readVersionText(await json(`${one(id)}/versions/${number}/text`, signal)),
    exportArchive: async (onBytes, signal) => {
      const answer = await ask('documents/export', { signal });
      const day = new Date().toISOString().slice(0, 10);
      return { file: await received(answer, onBytes), name: `documents-${day}.tar` };
    },
    upload: createResumable(uploadTransport(ask, shell)),
  };
}

function readEvent(name: string, json: unknown): LiveEvent | null {
  if (name === 'status') return { kind: 'status', status: readStatus(json) };
  return name === 'documents' ? { kind: 'documents', ids: readChanged(json) } : null;
}

function searchOf(list: ListState, cursor: string | null): URLSearchParams {
  const search = filtersOf(list);
  // Beside a cursor the number finds nothing, but the answer repeats it.
  search.set('page', String(list.page));
  if (cursor !== null) search.set('cursor', cursor);
  search.set('page_size', String(pageSize));
  search.set('sort', effectiveSort(list));
  return search;
}

/** A list's filters as JSON, as a change of all its documents names them. */
function queryOf(list: ListState): Record<string, unknown> {
  const search = filtersOf(list);
  const single = [...search].filter(([name]) => name !== 'tag' && name !== 'field');
  return {
    ...Object.fromEntries(single),
    ...(list.tags.length === 0 ? {} : { tag: list.tags }),
    ...(list.fields.length === 0 ? {} : { field: list.fields }),
  };
}
