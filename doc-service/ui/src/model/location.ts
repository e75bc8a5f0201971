/**
 * Where the reader is, as a value, and as the path that the shell keeps in its address bar: the fragment of
 * the page, such as `#/?q=invoice&page=2`. The list's state stays with a document that was opened from it, so
 * that "back" finds it again.
 */
export const stations = ['seen', 'kept', 'read', 'searchable', 'stuck'] as const;
export type Station = (typeof stations)[number];

export const sortOrders = [
  'relevance',
  '-created_at',
  'created_at',
  'title',
  '-title',
  '-size_bytes',
  'size_bytes',
] as const;
export type SortOrder = (typeof sortOrders)[number];

export const sources = ['watch', 'upload', 'import'] as const;
export type Source = (typeof sources)[number];

export type ListState = {
  query: string;
  /** A folder's path such as `Insurance/2025`; absent for all folders. */
  category: string | null;
  status: Station | null;
  /** All of them. */
  tags: readonly string[];
  type: string | null;
  correspondent: string | null;
  /** Of the archive's own fields, each such as `amount:100..200`. All of them. */
  fields: readonly string[];
  source: Source | null;
  /** Days such as `2026-03-01`: added on that day or after it, and on that day or before it. */
  after: string | null;
  before: string | null;
  /** The documents in the trash instead of all others. */
  isTrash: boolean;
  /** A table, or a grid of thumbnails. */
  layout: 'table' | 'grid';
  /** Absent means: by relevance when searching, else the newest first. */
  sort: SortOrder | null;
  /** Counted from 1. */
  page: number;
};

export type Place =
  | { view: 'library'; list: ListState }
  /**
   * `page`: the page of the document that is shown, counted from 1. `find`: what is looked for inside of it;
   * absent: what the list was searched for.
   */
  | { view: 'document'; id: string; list: ListState; page?: number; find?: string }
  | { view: 'inbox' }
  | { view: 'activity' }
  | { view: 'import' }
  | { view: 'nowhere'; path: string };

export const wholeLibrary: ListState = {
  query: '',
  category: null,
  status: null,
  tags: [],
  type: null,
  correspondent: null,
  fields: [],
  source: null,
  after: null,
  before: null,
  isTrash: false,
  layout: 'table',
  sort: null,
  page: 1,
};

/**
 * Reads `#/documents/7?q=x`, with or without the `#`. What it cannot read in the query is left at its
 * default.
 */
export function placeOf(path: string): Place {
  const bare = path.replace(/^[^#]*#/, '');
  const [route, search] = splitOnce(bare, '?');
  const segments = route.split('/').filter((segment) => segment !== '');
  const parameters = new URLSearchParams(search);

  if (segments.length === 0) return { view: 'library', list: listStateOf(parameters, 'page') };
  if (segments.length === 1 && segments[0] === 'inbox') return { view: 'inbox' };
  if (segments.length === 1 && segments[0] === 'activity') return { view: 'activity' };
  if (segments.length === 1 && segments[0] === 'import') return { view: 'import' };
  if (segments.length === 2 && segments[0] === 'documents' && segments[1] !== undefined) {
    const id = decoded(segments[1]);
    const page = pageNumber(parameters.get('page'));
    const list = listStateOf(parameters, 'list_page');
    const find = parameters.get('find');
    if (id !== null)
      return {
        view: 'document',
        id,
        list,
        ...(page === null ? {} : { page }),
        ...(find === null ? {} : { find }),
      };
  }
  return { view: 'nowhere', path: bare };
}

/** The inverse of `placeOf`; defaults are left out, so that an untouched library is `#/`. */
export function pathOf(place: Place): string {
  if (place.view === 'library') return `#/${written(searchOf(place.list, 'page'))}`;
  if (place.view === 'document') {
    const search = searchOf(place.list, 'list_page');
    if (place.find !== undefined) search.set('find', place.find);
    if (place.page !== undefined) search.set('page', String(place.page));
    return `#/documents/${encodeURIComponent(place.id)}${written(search)}`;
  }
  if (place.view === 'inbox') return '#/inbox';
  if (place.view === 'activity') return '#/activity';
  if (place.view === 'import') return '#/import';
  return `#${place.path}`;
}

/** Where a row of a list leads: to the page on which it was found. */
export function placeOfItem(item: { id: string; foundPage: number | null }, list: ListState): Place {
  const page = list.query === '' ? null : item.foundPage;
  return { view: 'document', id: item.id, list, ...(page === null ? {} : { page }) };
}

/** The order that the list really has. */
export function effectiveSort(list: ListState): SortOrder {
  if (list.sort !== null) return list.sort;
  return list.query === '' ? '-created_at' : 'relevance';
}

/** The filters beside the words, the folder and the station. */
export const noFilters = {
  tags: [],
  fields: [],
  type: null,
  correspondent: null,
  source: null,
  after: null,
  before: null,
} as const;

/** True when one of the filters beside the words, the folder and the station is set. */
export function isFiltered({ tags, fields, type, correspondent, source, after, before }: ListState): boolean {
  return (
    tags.length > 0 ||
    fields.length > 0 ||
    type !== null ||
    correspondent !== null ||
    source !== null ||
    after !== null ||
    before !== null
  );
}

/** True when something other than the page number narrows the list. */
export function isNarrowed(list: ListState): boolean {
  return (
    list.query !== '' || list.category !== null || list.status !== null || list.isTrash || isFiltered(list)
  );
}

/** A document's own `page` is a page of the document: the list's page has another name there. */
function listStateOf(search: URLSearchParams, pageName: 'page' | 'list_page'): ListState {
  const sort = sortOrders.find((order) => order === search.get('sort')) ?? null;
  const query = search.get('q') ?? '';
  return {
    query,
    category: search.get('category') || null,
    status: stations.find((station) => station === search.get('status')) ?? null,
    tags: [...new Set(search.getAll('tag').filter((tag) => tag !== ''))],
    type: search.get('type') || null,
    correspondent: search.get('correspondent') || null,
    fields: [...new Set(search.getAll('field').filter((field) => field.includes(':')))],
    source: sources.find((source) => source === search.get('source')) ?? null,
    after: day(search.get('after')),
    before: day(search.get('before')),
    isTrash: search.get('trash') === 'true',
    layout: search.get('view') === 'grid' ? 'grid' : 'table',
    // Relevance means nothing without a query.
    sort: sort === 'relevance' && query === '' ? null : sort,
    page: pageNumber(search.get(pageName)) ?? 1,
  };
}

function searchOf(list: ListState, pageName: 'page' | 'list_page'): URLSearchParams {
  const search = filtersOf(list);
  if (list.layout === 'grid') search.set('view', 'grid');
  if (list.sort !== null) search.set('sort', list.sort);
  if (list.page > 1) search.set(pageName, String(list.page));
  return search;
}

/** What narrows the list, under the names that the API has for it too. */
export function filtersOf(list: ListState): URLSearchParams {
  const search = new URLSearchParams();
  if (list.query !== '') search.set('q', list.query);
  if (list.category !== null) search.set('category', list.category);
  if (list.status !== null) search.set('status', list.status);
  for (const tag of list.tags) search.append('tag', tag);
  if (list.type !== null) search.set('type', list.type);
  if (list.correspondent !== null) search.set('correspondent', list.correspondent);
  for (const field of list.fields) search.append('field', field);
  if (list.source !== null) search.set('source', list.source);
  if (list.after !== null) search.set('after', list.after);
  if (list.before !== null) search.set('before', list.before);
  if (list.isTrash) search.set('trash', 'true');
  return search;
}

function written(search: URLSearchParams): string {
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function pageNumber(given: string | null): number | null {
  const page = Number(given ?? '');
  return Number.isSafeInteger(page) && page >= 1 ? page : null;
}

function day(given: string | null): string | null {
  if (given === null || !/^\d{4}-\d{2}-\d{2}$/.test(given)) return null;
  return Number.isNaN(Date.parse(given)) ? null : given;
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
