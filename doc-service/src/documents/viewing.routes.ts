/** What the viewer asks beside pictures and words: the pages with hits, and the text of each version. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { sayTo } from '#platform/words/spoken.ts';
import { errorWords } from './documents.rules.ts';
import type { DocumentsStore } from './documents.store.ts';
import type { DocumentRow } from './documents.types.ts';

export type TextOfContent =
  | { ok: true; pages: number; texts: string[] }
  | { ok: false; reason: string; detail: string };

export type PagesFound = { pages: { page: number; count: number }[]; isAll: boolean };
type SearchInside = {
  notes: readonly { word: string; detail: string }[];
  similar: readonly { word: string; found: string[] }[];
  pagesIn: (documentId: string) => Promise<PagesFound>;
  orSimilar: () => Promise<SearchInside | null>;
  orWider: (() => Promise<SearchInside>) | null;
};

export type ViewingDeps = {
  store: Pick<DocumentsStore, 'version'>;
  /** @throws Problem 404 */
  visible: (c: Context) => Promise<DocumentRow>;
  search: (c: Context, typed: string) => Promise<SearchInside | null>;
  /** Reads a content of the vault anew. */
  readText: (sha256: string) => Promise<TextOfContent>;
};

const maxQueryCharacters = 500;
/** About a thousand full pages: more is neither sent nor compared. */
const maxTextCharacters = 2_000_000;

export function viewingRoutes({ store, visible, search, readText }: ViewingDeps): Hono {
  const routes = new Hono();

  routes.get('/documents/:id/hits', async (c) => {
    const { id } = await visible(c);
    const narrow = await search(c, (c.req.query('q') ?? '').slice(0, maxQueryCharacters));
    // As the marks on its pages: the list may show a document for any word that begins so.
    const prepared = (await narrow?.orWider?.()) ?? narrow;
    const found = await prepared?.pagesIn(id);
    // The second stage, as the list has it: the list shows a document for it, so the document marks it.
    const second = found?.pages.length === 0 ? await prepared?.orSimilar() : null;
    const { pages, isAll } = (second ? await second.pagesIn(id) : found) ?? { pages: [], isAll: true };
    const say = sayTo(c);
    return c.json({
      pages,
      is_all: isAll,
      notes: (prepared?.notes ?? []).map(({ word, detail }) => ({ word, detail: say(detail) })),
      similar: second?.similar ?? [],
    });
  });

  routes.get('/documents/:id/versions/:number{[0-9]{1,6}}/text', async (c) => {
    const row = await visible(c);
    const version = await store.version(row.id, Number(c.req.param('number')));
    if (!version) throw new Problem('not-found');
    const etag = `"${version.sha256}-text"`;
    const headers = { etag, 'cache-control': 'private, max-age=86400, immutable' };
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
    const read = await readText(version.sha256);
    if (!read.ok)
      throw new Problem('conflict', { detail: errorWords(read.reason, read.detail) ?? 'It has no text.' });
    const texts = firstOf(read.texts, maxTextCharacters);
    return c.json(
      { number: version.number, page_count: read.pages, pages: texts, is_all: texts.length === read.pages },
      200,
      headers,
    );
  });

  return routes;
}

/** Whole pages, as many as fit. */
function firstOf(texts: readonly string[], maxCharacters: number): string[] {
  const fitting: string[] = [];
  let characters = 0;
  for (const text of texts) {
    characters += text.length;
    if (characters > maxCharacters) break;
    fitting.push(text.toWellFormed());
  }
  return fitting;
}
