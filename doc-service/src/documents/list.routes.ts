/** The list: what a viewer sees of the archive, searched, narrowed, ordered and counted. */
import { Hono } from 'hono';
import type { Read, Reads } from '#platform/reads.ts';
import { sayTo } from '#platform/words/spoken.ts';
import { readCursor, writeCursor } from './cursor.rules.ts';
import { wireDocument, type Found } from './documents.rules.ts';
import type { DocumentsStore } from './documents.store.ts';
import type { Editor, Viewer } from './documents.types.ts';
import type { FieldsStore } from './fields.store.ts';
import { facetsOf, isAmongNewest, listDocuments, type SearchClauses } from './list.store.ts';
import { readListRequest, type ListRequest } from './list-query.rules.ts';
import { seenWords } from './seen-words.store.ts';
import type { SuggestDeps } from './suggest.routes.ts';
import type { PagesFound } from './viewing.routes.ts';
import type { Visible } from './visible.ts';

export type Search = SearchClauses & {
  notes: readonly { word: string; detail: string }[];
  similar: readonly { word: string; found: string[] }[];
  snippets: (ids: readonly string[]) => Promise<Map<string, Found>>;
  pagesIn: (documentId: string) => Promise<PagesFound>;
  orSimilar: () => Promise<Search | null>;
  orWider: (() => Promise<Search>) | null;
};

export type ListDeps = Pick<Visible, 'viewerOf'> & {
  store: Pick<DocumentsStore, 'places'>;
  fields: Pick<FieldsStore, 'check'>;
  reads: Reads;
  /** Null when there is nothing to look for. */
  search: (read: Read, typed: string) => Promise<Search | null>;
  evidenceOf: SuggestDeps['evidenceOf'];
};

export function listRoutes(deps: ListDeps): Hono {
  const { store, viewerOf } = deps;
  const routes = new Hono();

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
    const say = sayTo(c);
    const last = rows.length === wanted.pageSize && sort !== 'relevance' ? rows.at(-1) : undefined;
    return c.json({
      items: rows.map((row) => wireDocument(row, places, say, snippets.get(row.id) ?? null)),
      total,
      is_total_exact: isTotalExact,
      page: wanted.page,
      page_size: wanted.pageSize,
      next_cursor: last ? writeCursor(asked, sort, last) : null,
      /** Of more hits the newest alone are in this order. */
      ranked_newest: isAmongNewest({ search, sort }) ? (search?.rankedNewest ?? null) : null,
      notes: (search?.notes ?? []).map(({ word, detail }) => ({ word, detail: say(detail) })),
      similar: await similarSeen(read, viewer, search),
      ...(facets ? { facets: facets.facets, facets_of_newest: facets.ofNewest } : {}),
    });
  });

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

  return routes;
}
