/** One page of a document: its picture, and its words with their places. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { errorWords } from './documents.rules.ts';
import type { DocumentRow } from './documents.types.ts';
import { parsed } from '#platform/parsed.ts';
import { wholeNumber } from './list-query.rules.ts';

type Refusal = { ok: false; reason: string; detail: string };
type Span = { start: number; end: number };

/** Left, top, width and height in points, from the top left of the page as it is shown. */
export type Rect = [number, number, number, number];
export type PageWords = {
  ok: true;
  width: number;
  height: number;
  text: string;
  words: [text: string, ...rect: Rect][];
  /** Where pieces of `text` stand. */
  rects: (spans: readonly Span[]) => Rect[];
  source: 'pdf' | 'ocr';
  /** From 0 to 1, of what was read from a picture. */
  confidence?: number;
};

export type PagesDeps = {
  renderPage: (
    sha256: string,
    page: number,
    widthPx: number,
  ) => Promise<{ ok: true; webp: Uint8Array } | Refusal>;
  wordsOf: (sha256: string, page: number) => Promise<PageWords | Refusal>;
  /** What a query finds in a text of a document. */
  marks: (typed: string, documentId: string, text: string) => Promise<Span[]>;
  /** @returns false when the page has text of its own */
  readPictureAgain: (sha256: string, page: number) => Promise<boolean>;
  isOcrOn: () => boolean;
  /** The caller's document. @throws Problem 404 */
  withContent: (c: Context) => Promise<DocumentRow & { sha256: string }>;
};

export const pictureQuery = z.object({ width: wholeNumber(100, 2000).default(800) });
export const wordsQuery = z.object({
  q: z.string().max(500, 'must have at most 500 characters').default(''),
});

export function pagesRoutes(deps: PagesDeps): Hono {
  const routes = new Hono();

  routes.get('/documents/:id/pages/:file{[0-9]+\\.webp}', async (c) => {
    const { document, page } = await pageOf(c, c.req.param('file'));
    const { width: widthPx } = parsed(pictureQuery, { width: c.req.query('width') || undefined });
    const headers = {
      'content-type': 'image/webp',
      'cache-control': 'private, max-age=86400, immutable',
      etag: `"${document.sha256}-${page}-${widthPx}"`,
      'x-content-type-options': 'nosniff',
    };
    if (c.req.header('if-none-match') === headers.etag) return c.body(null, 304, { etag: headers.etag });
    const picture = await deps.renderPage(document.sha256, page, widthPx);
    if (!picture.ok) throw refused(picture, 'There is no picture of it.');
    return c.body(new Uint8Array(picture.webp), 200, headers);
  });

  routes.get('/documents/:id/pages/:number{[0-9]{1,6}}/words', async (c) => {
    const { document, page } = await pageOf(c, c.req.param('number'));
    const { q } = parsed(wordsQuery, { q: c.req.query('q') });
    const found = await deps.wordsOf(document.sha256, page);
    if (!found.ok) throw refused(found, 'Its words cannot be read.');
    const { text, rects, ok: _, ...shown } = found;
    const spans = q === '' ? [] : await deps.marks(q, document.id, text);
    return c.json({ ...shown, marks: rects(spans) }, 200, { 'cache-control': 'private, no-cache' });
  });

  routes.post('/documents/:id/pages/:number{[0-9]{1,6}}/ocr', async (c) => {
    const { document, page } = await pageOf(c, c.req.param('number'));
    if (!deps.isOcrOn())
      throw new Problem('conflict', { detail: 'Reading pictures of pages is switched off in the settings.' });
    if (!(await deps.readPictureAgain(document.sha256, page)))
      throw new Problem('conflict', { detail: 'This page has text of its own, which is never replaced.' });
    return c.json({ page, state: 'waiting' }, 202);
  });

  /** @throws Problem 404 for a page that is not there */
  async function pageOf(c: Context, number: string) {
    const document = await deps.withContent(c);
    const page = Number.parseInt(number, 10);
    if (page < 1 || (document.pages !== null && page > document.pages)) throw new Problem('not-found');
    return { document, page };
  }

  return routes;
}

function refused({ reason, detail }: Refusal, otherwise: string): Problem {
  if (reason === 'no-such-page') return new Problem('not-found');
  return new Problem('conflict', { detail: errorWords(reason, detail) ?? otherwise });
}
