import type { FakeItem } from './fake-documents.types.ts';

const page = { width: 595, height: 842 };
const size = 12;
const columns = 8;

type FakeWord = [text: string, x: number, y: number, width: number, height: number];

/** The words of a page at places of a plain grid; every third page says its number and `needle`. */
function wordsOn(item: FakeItem, number: number): FakeWord[] {
  const texts = `${item.text} Page ${number} ${number % 3 === 0 ? 'needle haystack needle' : ''}`;
  return texts
    .split(' ')
    .filter((word) => word !== '')
    .map((word, index) => [
      word,
      60 + (index % columns) * 60,
      150 + Math.floor(index / columns) * 22,
      Math.min(56, word.length * 6),
      size,
    ]);
}

function found(item: FakeItem, number: number, query: string): FakeWord[] {
  const words = query.toLowerCase().split(' ');
  return wordsOn(item, number).filter(([text]) => words.includes(text.toLowerCase()));
}

export function wordsOf(item: FakeItem, url: URL) {
  const number = Number(/\/pages\/(\d+)\/words$/.exec(url.pathname)?.[1] ?? 1);
  const query = url.searchParams.get('q') ?? '';
  return {
    ...page,
    words: wordsOn(item, number),
    marks: found(item, number, query).map(([, ...box]) => box),
    source: 'pdf',
  };
}

export function hitsOf(item: FakeItem, query: string) {
  const pages = Array.from({ length: item.pages ?? 0 }, (_, index) => ({
    page: index + 1,
    count: found(item, index + 1, query).length,
  }));
  return { pages: pages.filter(({ count }) => count > 0).slice(0, 1000), is_all: true, notes: [] };
}
