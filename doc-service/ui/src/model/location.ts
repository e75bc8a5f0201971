/**
 * Where the reader is, as a value, and as the path that the shell keeps in its address bar: the fragment of the page,
 * such as `#/?q=invoice&page=2`. The list's state stays with a document that was opened from it, so that "back" finds it again.
 */
export const stations = ['seen', 'kept', 'read', 'searchable', 'stuck'] as const;
export type Station = (typeof stations)[number];

export const sortOrders = ['relevance', '-created_at', 'created_at', 'title', '-title', '-size_bytes', 'size_bytes'] as const;
export type SortOrder = (typeof sortOrders)[number];

export type ListState = {
  query: string;
  /** A folder's path such as `Insurance/2025`; absent for all folders. */
  category: string | null;
  status: Station | null;
  /** Absent means: by relevance when searching, else the newest first. */
  sort: SortOrder | null;
  /** Counted from 1. */
  page: number;
};

export type Place =
  | { view: 'library'; list: ListState }
  | { view: 'document'; id: string; list: ListState }
  | { view: 'activity' }
  | { view: 'nowhere'; path: string };

export const wholeLibrary: ListState = { query: '', category: null, status: null, sort: null, page: 1 };

/** Reads `#/documents/7?q=x`, with or without the `#`. What it cannot read in the query is left at its default. */
export function placeOf(path: string): Place {
  const bare = path.replace(/^[^#]*#/, '');
  const [route, search] = splitOnce(bare, '?');
  const segments = route.split('/').filter((segment) => segment !== '');
  const list = listStateOf(new URLSearchParams(search));

  if (segments.length === 0) return { view: 'library', list };
  if (segments.length === 1 && segments[0] === 'activity') return { view: 'activity' };
  if (segments.length === 2 && segments[0] === 'documents' && segments[1] !== undefined) {
    const id = decoded(segments[1]);
    if (id !== null) return { view: 'document', id, list };
  }
  return { view: 'nowhere', path: bare };
}

/** The inverse of `placeOf`; defaults are left out, so that an untouched library is `#/`. */
export function pathOf(place: Place): string {
  if (place.view === 'library') return `#/${searchOf(place.list)}`;
  if (place.view === 'document') return `#/documents/${encodeURIComponent(place.id)}${searchOf(place.list)}`;
  if (place.view === 'activity') return '#/activity';
  return `#${place.path}`;
}

/** The order that the list really has. */
export function effectiveSort(list: ListState): SortOrder {
  if (list.sort !== null) return list.sort;
  return list.query === '' ? '-created_at' : 'relevance';
}

/** True when something other than the page number narrows the list. */
export function isNarrowed(list: ListState): boolean {
  return list.query !== '' || list.category !== null || list.status !== null;
}

function listStateOf(search: URLSearchParams): ListState {
  const status = stations.find((station) => station === search.get('status')) ?? null;
  const sort = sortOrders.find((order) => order === search.get('sort')) ?? null;
  const query = search.get('q') ?? '';
  const page = Number(search.get('page') ?? '1');
  return {
    query,
    category: search.get('category') || null,
    status,
    // Relevance means nothing without a query.
    sort: sort === 'relevance' && query === '' ? null : sort,
    page: Number.isSafeInteger(page) && page >= 1 ? page : 1,
  };
}

function searchOf(list: ListState): string {
  const search = new URLSearchParams();
  if (list.query !== '') search.set('q', list.query);
  if (list.category !== null) search.set('category', list.category);
  if (list.status !== null) search.set('status', list.status);
  if (list.sort !== null) search.set('sort', list.sort);
  if (list.page > 1) search.set('page', String(list.page));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
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
