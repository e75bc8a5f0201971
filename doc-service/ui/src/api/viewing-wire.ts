/** What the viewer is told of pages, hits and versions, read field by field. */
import { amount, count, entries, list, record, text, words } from './json.ts';
import type { PageHits } from '../model/hits.ts';
import type { Area, Word } from '../model/text-lines.ts';

export type PageWords = {
  /** Of the page, in points. */
  width: number;
  height: number;
  /** In reading order. */
  words: Word[];
  /** What was looked for. */
  marks: Area[];
  /** Where the words come from: the file itself, or reading of the picture. */
  source: 'pdf' | 'ocr' | null;
};

/** `isAll` is false where more pages have hits than are told. */
export type Hits = { pages: PageHits[]; isAll: boolean; notes: { word: string; detail: string }[] };

export type VersionText = {
  number: number;
  pages: string[];
  /** False where the text of further pages is not told, because there is too much of it. */
  isAll: boolean;
};

export function readWords(json: unknown): PageWords {
  const body = record(json, 'words');
  return {
    width: count(body['width'], 'width'),
    height: count(body['height'], 'height'),
    words: list(body['words'], 'words').flatMap((entry) => {
      const [word, ...box] = list(entry, 'word');
      return typeof word === 'string' && word.trim() !== '' ? [{ text: word, ...boxOf(box) }] : [];
    }),
    marks: (Array.isArray(body['marks']) ? body['marks'] : []).map((mark) => boxOf(list(mark, 'mark'))),
    source: body['source'] === 'pdf' || body['source'] === 'ocr' ? body['source'] : null,
  };
}

export function readHits(json: unknown): Hits {
  const body = record(json, 'hits');
  return {
    pages: entries(body['pages']).map((entry) => ({
      page: count(entry['page'], 'page'),
      count: Math.max(1, amount(entry['count'])),
    })),
    isAll: body['is_all'] !== false,
    notes: entries(body['notes']).map(({ word, detail }) => ({
      word: words(word) ?? '',
      detail: words(detail) ?? '',
    })),
  };
}

export function readVersionText(json: unknown): VersionText {
  const body = record(json, 'version');
  return {
    number: count(body['number'], 'number'),
    pages: list(body['pages'], 'pages').map((page) => text(page, 'page')),
    isAll: body['is_all'] !== false,
  };
}

function boxOf([x, y, width, height]: readonly unknown[]): Area {
  return { x: place(x), y: place(y), width: amount(width), height: amount(height) };
}

/** A word may begin left of its page. */
function place(json: unknown): number {
  return typeof json === 'number' && Number.isFinite(json) ? json : 0;
}
