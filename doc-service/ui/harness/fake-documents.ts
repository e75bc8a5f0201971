import type { IncomingMessage, ServerResponse } from 'node:http';

import { arrivalsOf, mail } from './fake-arrivals.ts';
import { answerBeside, besideOf, emptyBeside } from './fake-beside.ts';
import { startFakeImport } from './fake-imports.ts';
import { bodyOf, categoriesOf, createChanges, etagOf, facetsOf, type Changes } from './fake-changes.ts';
import { createStreams } from './fake-streams.ts';
import { createUploads } from './fake-uploads.ts';
import { hitsOf, wordsOf } from './fake-pages.ts';
import { createProposals } from './fake-proposals.ts';
import type { FakeDocuments, FakeItem } from './fake-documents.types.ts';

/** As the service counts. */
const countedAtMost = 10_000;

export function fakeDocuments(items: FakeItem[]): FakeDocuments {
  const fake: FakeDocuments = {
    items: [...items],
    down: null,
    uploadStatus: 202,
    chunkBytes: 4 * 1024 * 1024,
    breaks: 0,
    mayEdit: true,
    mayEditFolders: true,
    emptyFolders: new Set(),
    beside: emptyBeside(),
    requests: [],
    isLive: false,
    tell: (ids) => streams.tell(ids),
    breakStreams: () => streams.end(),
    proposals: new Map(),
    model: { state: 'not-connected', detail: null, name: null, is_local: false },
    privacy: [],
    imports: { folder: '/srv/berth/import', exports: ['office'], job: null },
    answer,
  };
  const uploads = createUploads(fake, add);
  const streams = createStreams(() => statusOf(fake));
  const changes: Changes = createChanges(fake, found, wire);
  const proposals = createProposals(fake);
  return fake;

  function answer(request: IncomingMessage, response: ServerResponse, url: URL): void {
    fake.requests.push(`${request.method} ${url.pathname}${url.search}`);
    const send = (status: number, body: unknown) => {
      response
        .writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req-7f3a' })
        .end(JSON.stringify(body));
    };
    if (fake.down !== null)
      return send(fake.down, { title: 'The extension is not answering', status: fake.down });
    const [, id = '', part = ''] = url.pathname.split('/').filter((segment) => segment !== '');
    if (id === 'uploads') return uploads(request, response, url, send);
    if (proposals(request, url, send)) return;
    if (id !== 'categories' || url.pathname.endsWith('/rights')) {
      if (answerBeside(fake, { request, url, send })) return;
    }
    if (changes(request, url, send)) return;
    if (id === '') return send(200, listOf(fake, url.searchParams));
    if (id === 'categories') return send(200, categoriesOf(fake));
    if (id === 'events' && fake.isLive) return streams.open(response);
    if (id === 'status') return send(200, statusOf(fake));
    if (id === 'arrivals') return send(200, arrivalsOf(fake.mayEdit));
    if (id === 'mail') return send(part === 'look' ? 202 : 200, mail);
    if (id === 'imports' && request.method === 'POST') {
      void bodyOf(request).then((body) => {
        startFakeImport(fake.imports, String(body['name']), body['dry_run'] === true);
        send(202, fake.imports.job);
      });
      return;
    }
    if (id === 'imports') return send(200, fake.imports);
    if (id === 'suggest') return send(200, suggestionsOf(fake, url.searchParams.get('q') ?? ''));
    if (id === 'export') {
      response.writeHead(200, { 'content-type': 'application/x-tar' });
      return void response.end('a tar of everything');
    }
    const item = fake.items.find((one) => one.id === id);
    if (item === undefined) return send(404, { title: 'Not found', status: 404 });
    if (part === 'retry') {
      item.status = 'searchable';
      item.error = null;
      return send(202, wire(fake, item));
    }
    if (part === 'download')
      return void response.writeHead(200, { 'content-type': 'application/pdf' }).end(`%PDF-1.7 ${item.id}`);
    if (part === 'hits') return send(200, hitsOf(item, url.searchParams.get('q') ?? ''));
    if (part === 'pages' && url.pathname.endsWith('/words')) return send(200, wordsOf(item, url));
    if (part === 'pages')
      return void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(pageOf(item));
    if (part === 'versions' && url.pathname.endsWith('/text')) {
      const number = Number(url.pathname.split('/')[4]);
      const pages = [`The rent is ${880 + 20 * number} EUR. ${item.text}`, 'The house rules.'];
      return send(200, { number, page_count: 2, pages, is_all: true });
    }
    if (part === 'versions') return void response.writeHead(200).end(`%PDF-1.7 ${item.id} older`);
    return send(200, {
      ...wire(fake, item),
      ...besideOf(fake, item.id),
      text: item.text,
      versions: versionsOf(item),
      history: historyOf(item),
      ocr: item.ocr ?? null,
      invoice: item.invoice ?? null,
      read_pages: item.read_pages ?? item.pages,
    });
  }

  /** @returns the id of the document that an upload became */
  function add(filename: string): string {
    const item: FakeItem = {
      id: `up-${fake.items.length}`,
      title: filename.replace(/\.pdf$/, ''),
      filename,
      category: null,
      status: 'searchable',
      pages: 1,
      size_bytes: 1200,
      created_at: new Date().toISOString(),
      error: null,
      text: '',
    };
    fake.items.unshift(item);
    return item.id;
  }
}

function wire(fake: FakeDocuments, item: FakeItem, snippet: string | null = null) {
  const source = item.source ?? 'watch';
  const path = [item.category, item.filename].filter((part) => part !== null).join('/');
  return {
    ...item,
    type: item.type ?? null,
    correspondent: item.correspondent ?? null,
    date: item.date ?? null,
    tags: item.tags ?? [],
    etag: etagOf(item),
    may_edit: fake.mayEdit,
    trashed_at: item.isTrashed === true ? item.created_at : null,
    snippet,
    found_page: snippet === null || item.pages === null ? null : Math.min(2, item.pages),
    sha256: item.id.padEnd(64, 'a4c9'),
    source,
    updated_at: item.created_at,
    thumbnail_url: `documents/${item.id}/pages/1.webp`,
    places: [{ source, path, missing: false, since: item.created_at }],
  };
}

function versionsOf({ versions = 1, size_bytes, pages, filename, created_at }: FakeItem) {
  return Array.from({ length: versions }, (_, index) => ({
    number: index + 1,
    size_bytes,
    pages,
    place: filename,
    created_at,
  }));
}

function historyOf({ created_at: at, filename: place }: FakeItem) {
  return [
    { at, kind: 'found', place, document_id: null },
    { at, kind: 'title', by: { name: 'Ada Lovelace' }, change: { from: 'Bill', to: 'Electricity bill' } },
  ];
}

/** What a list with these parameters has, over all its pages. */
function found({ items }: FakeDocuments, search: URLSearchParams): FakeItem[] {
  const word = (search.get('q') ?? '').toLowerCase();
  const category = search.get('category');
  const [type, source, after, before, correspondent] = [
    'type',
    'source',
    'after',
    'before',
    'correspondent',
  ].map((name) => search.get(name));
  return items
    .filter((item) => (item.isTrashed ?? false) === (search.get('trash') === 'true'))
    .filter(
      (item) =>
        category === null || item.category === category || item.category?.startsWith(`${category}/`) === true,
    )
    .filter((item) => !search.has('status') || item.status === search.get('status'))
    .filter((item) => search.getAll('tag').every((tag) => item.tags?.includes(tag) === true))
    .filter((item) => type === null || item.type === type)
    .filter((item) => correspondent === null || item.correspondent === correspondent)
    .filter((item) => source === null || (item.source ?? 'watch') === source)
    .filter((item) => after == null || item.created_at.slice(0, 10) >= after)
    .filter((item) => before == null || item.created_at.slice(0, 10) <= before)
    .filter((item) => `${item.title} ${item.text}`.toLowerCase().includes(word));
}

/** What the last word of a query may go on to. */
function suggestionsOf({ items }: FakeDocuments, typed: string) {
  const before = typed.slice(0, typed.lastIndexOf(' ') + 1);
  const last = typed.slice(before.length).toLowerCase();
  const has = (text: string) => last !== '' && text.toLowerCase().startsWith(last);
  const words = [...new Set(items.flatMap(({ text }) => text.match(/\p{L}{4,}/gu) ?? []))].filter(has);
  const tags = [...new Set(items.flatMap(({ tags: all }) => all ?? []))].filter(has);
  return {
    words: words.slice(0, 8).map((text) => ({ text, query: `${before}${text} ` })),
    filters: ['title:', 'tag:', 'type:'].filter(has).map((text) => ({ text, query: before + text })),
    titles: items.filter(({ title }) => has(title)).slice(0, 5),
    tags: tags.map((text) => ({ text, query: `${before}tag:${text} ` })),
  };
}

function listOf(fake: FakeDocuments, search: URLSearchParams) {
  const word = (search.get('q') ?? '').toLowerCase();
  const page = Number(search.get('page') ?? 1);
  const pageSize = Number(search.get('page_size') ?? 50);
  const all = found(fake, search);
  if (search.get('sort') === 'title') all.sort((one, other) => one.title.localeCompare(other.title));
  const cursor = search.get('cursor');
  const start = cursor === null ? (page - 1) * pageSize : all.findIndex(({ id }) => id === cursor) + 1;
  const shown = all.slice(start, start + pageSize);
  return {
    items: shown.map((item) => wire(fake, item, word === '' ? null : marked(item.text, word))),
    total: Math.min(all.length, countedAtMost),
    is_total_exact: all.length <= countedAtMost,
    page,
    page_size: pageSize,
    next_cursor: shown.length === pageSize ? (shown.at(-1)?.id ?? null) : null,
    ...(search.get('facets') === 'true' ? { facets: facetsOf(all) } : {}),
  };
}

function marked(text: string, word: string): string | null {
  const at = text.toLowerCase().indexOf(word);
  return at < 0
    ? null
    : `${text.slice(0, at)}\uE000${text.slice(at, at + word.length)}\uE001${text.slice(at + word.length)}`;
}

function statusOf(fake: FakeDocuments) {
  const { items } = fake;
  const of = (status: string) => items.filter((item) => item.status === status);
  const moving = items.find((item) => item.status === 'kept');
  return {
    counts: {
      seen: of('seen').length,
      kept: of('kept').length,
      read: of('read').length,
      searchable: of('searchable').length,
      stuck: of('stuck').length,
    },
    watching: { enabled: true, mode: 'events', path: '/srv/berth/watch' },
    lag_ms: moving === undefined ? null : 42_000,
    current_file: moving?.filename ?? null,
    stuck: of('stuck').map((item) => wire(fake, item)),
  };
}

function pageOf(item: FakeItem): string {
  const lines = Array.from(
    { length: 26 },
    (_, line) =>
      `<rect x="60" y="${150 + line * 22}" width="${300 + ((line * 67 + item.id.length * 31) % 170)}" height="8" fill="#c9ced6"/>`,
  );
  const title = item.title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="595" height="842" viewBox="0 0 595 842"><rect width="595" height="842" fill="#fff"/><text x="60" y="100" font-family="serif" font-size="26" fill="#222">${title}</text>${lines.join('')}</svg>`;
}
