/** What the API answers. */
import { Hono } from 'hono';
import type { Read, Reads } from '#platform/reads.ts';
import { categoriesRoutes } from './categories.routes.ts';
import type { CategoriesStore } from './categories.store.ts';
import { createDocumentAnswer, type DocumentAnswerDeps } from './document-answer.ts';
import type { DocumentsStore } from './documents.store.ts';
import type { Editor, ListFilter } from './documents.types.ts';
import { downloadRoutes } from './download.routes.ts';
import { editRoutes } from './edit.routes.ts';
import type { FactsStore } from './facts.store.ts';
import { fieldsRoutes } from './fields.routes.ts';
import type { FieldsStore } from './fields.store.ts';
import { libraryRoutes } from './library.routes.ts';
import { listRoutes, type Search } from './list.routes.ts';
import { idsOf } from './list.store.ts';
import { pagesRoutes, type PagesDeps } from './pages.routes.ts';
import type { NotesStore } from './notes.store.ts';
import type { PartialUploads } from './partial-uploads.ts';
import { retryRoutes, type RetryDeps } from './retry.routes.ts';
import type { RightsStore } from './rights.store.ts';
import type { SimilarStore } from './similar.store.ts';
import { statusRoutes, type StatusDeps } from './status.routes.ts';
import { suggestRoutes, type SuggestDeps } from './suggest.routes.ts';
import { unavailableWithoutDatabase } from './unavailable.ts';
import type { Received } from './upload.ts';
import { uploadsRoutes, type Noted } from './uploads.routes.ts';
import type { Vault } from './vault.ts';
import type { ViewsStore } from './views.store.ts';
import { viewingRoutes, type TextOfContent } from './viewing.routes.ts';
import { createVisible } from './visible.ts';

type ShownDeps = Omit<PagesDeps, 'withContent'> &
  StatusDeps &
  Omit<RetryDeps, 'store' | 'visible'> &
  Pick<DocumentAnswerDeps, 'ocrCounts' | 'invoiceOf'>;

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
  wake: () => void;
  nameForm: { shown: (name: string) => string; title: (filename: string) => string };
  maxPdfBytes: () => number;
  noted: Noted;
  /** Their members change what everybody sees. */
  editorGroup: string;
  isDatabaseUp: () => Promise<boolean>;
  /** Of other rooms, below `/documents`: asked first. */
  more: Hono;
};

export function documentsRoutes(deps: RoutesDeps): Hono {
  const { store } = deps;
  const { viewerOf, visible, withContent } = createVisible(store, deps.editorGroup);
  const document = createDocumentAnswer({ ...deps, viewerOf, visible });
  const routes = new Hono();

  routes.onError(unavailableWithoutDatabase(deps.reads, deps.isDatabaseUp));

  routes.route('/', deps.more);

  routes.route('/', listRoutes({ ...deps, viewerOf }));

  const editDeps = {
    facts: deps.facts,
    fields: deps.fields,
    editorGroup: deps.editorGroup,
    document,
    idsOf: async (editor: Editor, filter: ListFilter & { q: string }, most: number) => {
      const read = deps.reads.by(editor.userId);
      const search = await deps.search(read, filter.q);
      const narrow = await idsOf(read, editor, { filter, search, most });
      // As the list: where it tells of more than it counts, it shows what these words find alone.
      const isWhole = search !== null && narrow.length <= search.counted;
      const wide = isWhole ? await search.orWider?.() : undefined;
      const first = wide ? await idsOf(read, editor, { filter, search: wide, most }) : narrow;
      const second = first.length === 0 ? await search?.orSimilar() : null;
      return second ? idsOf(read, editor, { filter, search: second, most }) : first;
    },
    wake: deps.wake,
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

  routes.get('/documents/:id', document);

  routes.route('/', downloadRoutes({ store, vault: deps.vault, visible, withContent }));

  routes.route('/', pagesRoutes({ ...deps, withContent }));

  routes.route('/', retryRoutes({ ...deps, visible }));

  /** The pipeline has it from here on. */
  async function take(received: Received, ownerId: string): Promise<string> {
    const filename = deps.nameForm.shown(received.filename);
    const title = deps.nameForm.title(filename);
    const id = await store.noteUpload({ ...received, filename, title, ownerId });
    deps.wake();
    return id;
  }

  return routes;
}
