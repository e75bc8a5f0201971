/** What the API answers. */
import type { Readable } from 'node:stream';
import { caller } from '@berth/plugin-kit/container';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { Read, Reads } from '#platform/reads.ts';
import { categoriesRoutes } from './categories.routes.ts';
import type { CategoriesStore } from './categories.store.ts';
import {
  attachment,
  errorWords,
  readRange,
  wireDocument,
  wireEvent,
  wireInvoice,
  wireVersion,
  type AttachedInvoice,
  type Found,
} from './documents.rules.ts';
import { readCursor, writeCursor } from './cursor.rules.ts';
import type { DocumentsStore } from './documents.store.ts';
import type { DocumentRow, Editor, ListFilter, Viewer } from './documents.types.ts';
import { editRoutes, editorOf } from './edit.routes.ts';
import type { FactsStore } from './facts.store.ts';
import { fieldsRoutes } from './fields.routes.ts';
import type { FieldsStore } from './fields.store.ts';
import { libraryRoutes, wireNote } from './library.routes.ts';
import { facetsOf, idsOf, isAmongNewest, listDocuments, type SearchClauses } from './list.store.ts';
import { readListRequest, type ListRequest } from './list-query.rules.ts';
import { pagesRoutes, type PagesDeps } from './pages.routes.ts';
import type { NotesStore } from './notes.store.ts';
import type { PartialUploads } from './partial-uploads.ts';
import { retryRoutes, type RetryDeps } from './retry.routes.ts';
import type { RightsStore } from './rights.store.ts';
import { seenWords } from './seen-words.store.ts';
import type { SimilarStore } from './similar.store.ts';
import { statusRoutes, type StatusDeps } from './status.routes.ts';
import { suggestRoutes, type SuggestDeps } from './suggest.routes.ts';
import { receiveUpload, type Received } from './upload.ts';
import { pending, uploadsRoutes, type Noted } from './uploads.routes.ts';
import type { Vault } from './vault.ts';
import type { ViewsStore } from './views.store.ts';
import { viewingRoutes, type PagesFound, type TextOfContent } from './viewing.routes.ts';

export type Search = SearchClauses & {
  notes: readonly { word: string; detail: string }[];
  similar: readonly { word: string; found: string[] }[];
  snippets: (ids: readonly string[]) => Promise<Map<string, Found>>;
  pagesIn: (documentId: string) => Promise<PagesFound>;
  orSimilar: () => Promise<Search | null>;
  orWider: (() => Promise<Search>) | null;
};

type ShownDeps = Omit<PagesDeps, 'withContent'> & StatusDeps & Omit<RetryDeps, 'store' | 'visible'>;

export type RoutesDeps = ShownDeps & {
  store: DocumentsStore;
  facts: FactsStore;
  categories: CategoriesStore;
  rights: RightsStore;
  fields: FieldsStore;
  notes: NotesStore;
  views: ViewsStore;
  similar: SimilarStore;
  vault: Vault;
  partialUploads: PartialUploads;
  readText: (sha256: string) => Promise<TextOfContent>;
  reads: Reads;
  /** Null when there is nothing to look for. */
  search: (read: Read, typed: string) => Promise<Search | null>;
  complete: SuggestDeps['complete'];
  evidenceOf: SuggestDeps['evidenceOf'];
  /** Something is to do. */
  poke: () => void;
  nameForm: { shown: (name: string) => string; title: (filename: string) => string };
  maxPdfBytes: () => number;
  noted: Noted;
  /** Their members change what everybody sees. */
  editorGroup: string;
  /** Pages that are read from their pictures. */
  ocrCounts: (sha256: string) => Promise<OcrCounts>;
  /** The invoice that is attached to a document as XML. */
  invoiceOf: (documentId: string) => Promise<AttachedInvoice | null>;
  isDatabaseUp: () => Promise<boolean>;
  /** Of other rooms, below `/documents`: asked first. */
  more: Hono;
};

/** @property detail why the first of those that failed did */
export type OcrCounts = { waiting: number; read: number; failed: number; detail: string | null };

const textExcerptCharacters = 20_000;

export function documentsRoutes(deps: RoutesDeps): Hono {
  const { store, vault } = deps;
  const routes = new Hono();

  // Without its database nothing can be said: not a bug, and over soon.
  routes.onError(async (error) => {
    if (deps.reads.isTimeout(error))
      throw new Problem('unavailable', {
        detail: 'This took too long and was stopped. Say more words, or narrow the list.',
        cause: error,
      });
    if (error instanceof Problem || (await deps.isDatabaseUp())) throw error;
    throw new Problem('unavailable', {
      detail: 'The database does not answer.',
      headers: { 'retry-after': '5' },
      cause: error,
    });
  });

  routes.route('/', deps.more);

  routes.get('/documents', async (c) => {
    const wanted = readListRequest(c.req.queries());
    const viewer = viewerOf(c);
    const read = deps.reads.by(viewer.userId, c.req.raw.signal);
    await deps.fields.check(wanted.fields, '');
    const { search, sort, asked, rows, total, isTotalExact } = await found(read, viewer, wanted);
    const ids = rows.map(({ id }) => id);
    const [places, snippets, facets] = await Promise.all([
      store.places(viewer, ids),
      search?.snippets(ids) ?? new Map<string, Found>(),
      wanted.hasFacets ? facetsOf(read, viewer, { filter: wanted, search }) : undefined,
    ]);
    const last = rows.length === wanted.pageSize && sort !== 'relevance' ? rows.at(-1) : undefined;
    return c.json({
      items: rows.map((row) => wireDocument(row, places, snippets.get(row.id) ?? null)),
      total,
      is_total_exact: isTotalExact,
      page: wanted.page,
      page_size: wanted.pageSize,
      next_cursor: last ? writeCursor(asked, sort, last) : null,
      /** Of more hits the newest alone are in this order. */
      ranked_newest: isAmongNewest({ search, sort }) ? (search?.rankedNewest ?? null) : null,
      notes: search?.notes ?? [],
      similar: await similarSeen(read, viewer, search),
      ...(facets ? { facets: facets.facets, facets_of_newest: facets.ofNewest } : {}),
    });
  });

  const editDeps = {
    facts: deps.facts,
    fields: deps.fields,
    editorGroup: deps.editorGroup,
    document,
    idsOf: async (editor: Editor, filter: ListFilter & { q: string }, most: number) => {
      const read = deps.reads.by(editor.userId);
      const search = await deps.search(read, filter.q);
      const narrow = await idsOf(read, editor, { filter, search, most });
      const wide = narrow.length < most ? await search?.orWider?.() : undefined;
      const first = wide ? await idsOf(read, editor, { filter, search: wide, most }) : narrow;
      const second = first.length === 0 ? await search?.orSimilar() : null;
      return second ? idsOf(read, editor, { filter, search: second, most }) : first;
    },
    poke: deps.poke,
  };
  routes.route(
    '/',
    categoriesRoutes({ ...editDeps, categories: deps.categories, rights: deps.rights, visible }),
  );
  routes.route('/', editRoutes(editDeps));
  routes.route('/', fieldsRoutes(editDeps));
  routes.route('/', libraryRoutes({ ...deps, viewerOf, visible, document }));
  routes.route('/', uploadsRoutes({ ...deps, partial: deps.partialUploads, take }));
  routes.route('/', statusRoutes({ ...deps, viewerOf }));
  routes.route(
    '/',
    viewingRoutes({
      store,
      visible,
      search: (c, typed) => deps.search(deps.reads.by(viewerOf(c).userId, c.req.raw.signal), typed),
      readText: deps.readText,
    }),
  );
  routes.route(
    '/',
    suggestRoutes({
      viewerOf,
      read: (c) => deps.reads.by(viewerOf(c).userId, c.req.raw.signal),
      complete: deps.complete,
      evidenceOf: deps.evidenceOf,
    }),
  );

  routes.post('/documents/upload', async (c) => {
    const { userId: ownerId } = caller(c);
    const givenName = c.req.query('filename') || undefined;
    const id = await deps.noted({ way: 'upload', ownerId, name: givenName ?? '' }, async () => {
      const received = await receiveUpload({
        body: c.req.raw.body,
        contentType: c.req.header('content-type'),
        givenName,
        maxBytes: deps.maxPdfBytes(),
        vault,
      });
      return take(received, ownerId);
    });
    return c.json(pending(id), 202);
  });

  routes.get('/documents/:id', (c) => document(c));

  routes.get('/documents/:id/download', async (c) => download(c, await withContent(c), vault));

  routes.get('/documents/:id/versions/:number{[0-9]{1,6}}/download', async (c) => {
    const row = await visible(c);
    const version = await store.version(row.id, Number(c.req.param('number')));
    if (!version) throw new Problem('not-found');
    return download(c, { ...row, sha256: version.sha256, size_bytes: version.sizeBytes }, vault);
  });

  routes.route('/', pagesRoutes({ ...deps, withContent }));

  routes.route('/', retryRoutes({ ...deps, visible }));

  /** The conveyor has it from here on. */
  async function take(received: Received, ownerId: string): Promise<string> {
    const filename = deps.nameForm.shown(received.filename);
    const title = deps.nameForm.title(filename);
    const id = await store.noteUpload({ ...received, filename, title, ownerId });
    deps.poke();
    return id;
  }

  async function document(c: Context): Promise<Response> {
    const row = await visible(c);
    const viewer = viewerOf(c);
    const [places, text, history, versions, notes, fields, ocr, invoice] = await Promise.all([
      store.places(viewer, [row.id]),
      store.text(row.id),
      store.history(row.id),
      store.versions(row.id),
      deps.notes.of(row.id),
      deps.fields.ofDocument(viewer, row.id),
      row.sha256 === null ? null : deps.ocrCounts(row.sha256),
      deps.invoiceOf(row.id),
    ]);
    const wire = wireDocument(row, places);
    return c.json(
      {
        ...wire,
        text: text === null ? null : text.slice(0, textExcerptCharacters),
        versions: versions.map((version) => wireVersion(row.id, version)),
        fields,
        notes: notes.map((note) => wireNote(note, viewer)),
        history: history.map(wireEvent),
        ocr,
        invoice: wireInvoice(invoice),
      },
      200,
      { etag: wire.etag },
    );
  }

  /** Words first; where nothing holds them, what they are a part of, or were meant to be. */
  async function found(read: Read, viewer: Editor, wanted: ListRequest) {
    const search = await deps.search(read, wanted.q);
    const sort = wanted.sort ?? (search ? 'relevance' : '-created_at');
    const { page: _page, cursor: written, hasFacets: _hasFacets, ...asked } = { ...wanted, sort };
    const cursor = written === null || sort === 'relevance' ? null : readCursor(asked, sort, written);
    const list = (one: Search | null) =>
      listDocuments(read, viewer, { ...wanted, sort, cursor, search: one });
    const narrow = await list(search);
    const wide = narrow.isTotalExact ? await search?.orWider?.() : undefined;
    const first = wide ? await list(wide) : narrow;
    const second = first.total === 0 ? await search?.orSimilar() : null;
    return { search: second ?? wide ?? search, sort, asked, ...(second ? await list(second) : first) };
  }

  /** What is told of similar words names those alone that the viewer could read somewhere. */
  async function similarSeen(read: Read, viewer: Viewer, search: Search | null): Promise<Search['similar']> {
    const similar = search?.similar ?? [];
    const evidence = await deps.evidenceOf(read, [...new Set(similar.flatMap(({ found: all }) => all))]);
    const seen = new Set(await seenWords(read, viewer, evidence));
    return similar.map(({ word, found: all }) => ({ word, found: all.filter((one) => seen.has(one)) }));
  }

  function viewerOf(c: Context): Editor {
    return editorOf(c, deps.editorGroup);
  }

  /** @throws Problem 404 for what is not there and for what is not the caller's: one and the same */
  async function visible(c: Context): Promise<DocumentRow> {
    const id = z.uuid().safeParse(c.req.param('id'));
    const row = id.success ? await store.find(viewerOf(c), id.data) : null;
    if (!row) throw new Problem('not-found');
    return row;
  }

  async function withContent(c: Context): Promise<DocumentRow & { sha256: string }> {
    const row = await visible(c);
    if (row.sha256 === null)
      throw new Problem('conflict', {
        detail: errorWords(row.error_reason, row.error_detail) ?? 'It is not kept yet.',
      });
    return { ...row, sha256: row.sha256 };
  }

  return routes;
}

function download(
  c: Context,
  { sha256, filename, size_bytes: size }: DocumentRow & { sha256: string },
  vault: Vault,
): Response {
  const sizeBytes = Number(size);
  const etag = `"${sha256}"`;
  const headers: Record<string, string> = {
    'content-type': 'application/pdf',
    'content-disposition': attachment(filename),
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    etag,
  };
  if (c.req.header('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const ifRange = c.req.header('if-range');
  const range =
    ifRange === undefined || ifRange === etag ? readRange(c.req.header('range'), sizeBytes) : null;
  if (range === 'unsatisfiable')
    return new Response(null, {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${sizeBytes}` },
    });
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${sizeBytes}`;
  headers['content-length'] = String(range ? range.end - range.start + 1 : sizeBytes);
  const status = range ? 206 : 200;
  if (c.req.method === 'HEAD') return new Response(null, { status, headers });
  return new Response(webStream(vault.read(sha256, range ?? undefined)), { status, headers });
}

function webStream(stream: Readable): ReadableStream<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(new Uint8Array(next.value));
    },
    cancel: () => void stream.destroy(),
  });
}
