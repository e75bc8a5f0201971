/** What people can see on a page is found: the small documents of `testing/pdfs`, each with the words that failed once. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pdf } from '@berth/testing/pdf.ts';
import { startService, until, type TestService } from '../testing/service.ts';

const folder = fileURLToPath(new URL('../testing/pdfs', import.meta.url));
let service: TestService;

const find = (q: string) => service.json(`/documents?q=${encodeURIComponent(q)}`);
const settled = (count: number) =>
  until(
    () => service.json('/documents/status'),
    ({ counts }) => counts['searchable'] === count,
  );

beforeAll(async () => {
  service = await startService();
  const files = await readdir(folder);
  for (const file of files) await service.drop(file, await readFile(join(folder, file)));
  await settled(files.length);
});
afterAll(() => service.close());

describe('I9 recall', () => {
  test.each([
    [
      'D15',
      'd1-hyphen-at-line-end',
      [
        'climate',
        'cli-mate',
        'betriebskosten',
        '"gas driving climate"',
        'Mietwohnung',
        'well-known',
        'kosten',
      ],
    ],
    ['D15', 'd1-soft-hyphen', ['atmosphere', 'Versicherung']],
    [
      'D16',
      'd2-decomposed-umlaut',
      ['Müller', 'Muller', 'Mueller', 'Größe', 'Grosse', 'Düsseldorf', 'müller'],
    ],
    [
      'D17',
      'd3-numbers',
      [
        'DE89370400440532013000',
        'DE89 3704 0044 0532 0130 00',
        '2024/001',
        'RE-2024/001',
        '1234,56',
        '1.234,56',
        '発票',
        '4711',
        'K4711',
        'example.org',
      ],
    ],
    [
      'D17',
      'd3-numbers',
      ['max.muster@example.org', '123456789', '12345678', '2026-03-31', '"31.03.2026 Summe"', '番号'],
    ],
    ['I9', 'e1-filled-form-field', ['Brandstetter']],
    [
      'D18',
      'e2-typographic-punctuation',
      ['Kaution', 'facture', 'sofort', 'Nebenkosten', 'deposit', 'twice', '250', 'tenant'],
    ],
    ['I2', 'l-german', ['Haus', 'kündigen', 'Strasse', 'Straße', 'Fussgänger', 'Apfel', 'Rechnung']],
    ['D17', 'l-japanese', ['電気料金', 'お知らせ', '請求書', '京']],
  ])('%s: in %s every word is found by each of its spellings', async (_, file, queries) => {
    for (const query of queries) {
      const { items, similar } = await find(query);
      expect({ query, files: items.map(({ filename }) => filename), similar }).toMatchObject({
        query,
        files: expect.arrayContaining([`${file}.pdf`]),
        similar: [],
      });
      const id = items.find(({ filename }) => filename === `${file}.pdf`)?.id ?? '';
      const { marks } = await service.json(`/documents/${id}/pages/1/words?q=${encodeURIComponent(query)}`);
      expect({ query, isMarked: marks.length > 0 }).toEqual({ query, isMarked: true });
    }
  });

  test('I14: a word is marked where it is printed, a phrase alone as a phrase, a broken word on both its lines', async () => {
    const [found] = (await find('climate')).items;
    const on = (q: string) =>
      service.json(`/documents/${found?.id}/pages/1/words?q=${encodeURIComponent(q)}`);
    const { width, height, words, source } = await on('');
    expect({ width, height, source }).toEqual({ width: 595, height: 842, source: 'pdf' });
    expect(words.slice(0, 3).map(([text]) => text)).toEqual(['Alpha', 'marker', 'd1a']);
    const driving = words.find(([text]) => text === 'driving')?.slice(1);
    expect((await on('driving')).marks).toEqual([driving]);
    expect((await on('"gas driving climate"')).marks.length).toBe(4);
    expect((await on('"climate driving"')).marks).toEqual([]);
    expect((await on('Betriebskosten')).marks.length).toBe(2);
    expect((await on('kustenx')).marks).toEqual([]);
    const typo = await service.json(
      `/documents/${(await find('Mietvertrag')).items[0]?.id}/pages/1/words?q=Rechnugnen`,
    );
    expect(typo.marks.length).toBeGreaterThan(0);
  });

  test('I9: a German word in an English letter is found by its other forms, and marked', async () => {
    const before = (await service.json('/documents/status')).counts['searchable'] ?? 0;
    const english = 'The goods were delivered in time, and the statement is enclosed with this letter. ';
    await service.drop('english.pdf', await pdf(`${english.repeat(4)} Rechnungen Quittenhaus`));
    await settled(before + 1);
    for (const query of ['Rechnung Quittenhaus', 'Rechnungen Quittenhaus']) {
      const { items, similar } = await find(query);
      expect({ query, files: items.map(({ filename }) => filename), similar }).toEqual({
        query,
        files: ['english.pdf'],
        similar: [],
      });
      const marked = await service.json(
        `/documents/${items[0]?.id}/pages/1/words?q=${encodeURIComponent(query)}`,
      );
      expect(marked.marks.length).toBe(2);
    }
  });

  test('I2: a typing error and a part of a word are found at a second stage, which says so', async () => {
    const typo = await find('Rechnugnen');
    expect(typo.items[0]?.filename).toBe('l-german.pdf');
    expect(typo.similar).toEqual([{ word: 'rechnugnen', found: expect.arrayContaining(['rechnungen']) }]);
    const part = await find('vertrag');
    expect(part.items.map(({ filename }) => filename)).toEqual(['l-german.pdf']);
    expect(part.similar).toEqual([{ word: 'vertrag', found: ['mietvertrag'] }]);
    expect(await find('zyxwvut')).toMatchObject({ total: 0, similar: [] });
    // What some document holds is not said to be held by none.
    expect((await find('Kaution Rechnugnen')).similar.map(({ word }) => word)).toEqual(['rechnugnen']);
  });

  test('I9: a snippet marks the word as it is printed, without signs of the typesetter', async () => {
    expect((await find('climate')).items[0]?.snippet).toContain('driving \ue000climate\ue001 change');
    expect((await find('mueller')).items[0]?.snippet).toMatch(/Herr \ue000M\S+ller\ue001 wohnt/);
  });

  test('D19 I14: every page of a long document is found, with its page, also by words of far pages together', async () => {
    const pages = Array.from(
      { length: 600 },
      (_, index) =>
        `Page ${index + 1} says wordofpage${index + 1} among others. ${'Filler text goes on. '.repeat(20)}`,
    );
    const before = (await service.json('/documents/status')).counts['searchable'] ?? 0;
    await service.drop('long.pdf', await pdf(...pages));
    await settled(before + 1);
    for (const page of [1, 51, 400, 590]) {
      expect((await find(`wordofpage${page}`)).items[0]).toMatchObject({
        filename: 'long.pdf',
        found_page: page,
      });
    }
    expect((await find('wordofpage3 wordofpage590')).total).toBe(1);
    expect((await find('wordofpage3 -wordofpage590')).total).toBe(0);
    for (const [query, total] of [
      ['wordofpage51 page:51', 1],
      ['wordofpage51 page:50', 0],
      ['wordofpage51 page:52', 0],
      ['wordofpage51 page:40..60', 1],
      ['"filler text" page:600', 1],
      ['wordofpa page:600', 1],
      ['wordofpage51 -page:51', 0],
    ] as const)
      expect({ query, total: (await find(query)).total }).toEqual({ query, total });
  });
});

test('I2: words, filters, titles and tags are suggested while one types', async () => {
  const suggest = (q: string) => service.json(`/documents/suggest?q=${encodeURIComponent(q)}`);
  expect(await suggest('Herr rechn')).toMatchObject({
    words: expect.arrayContaining([{ text: 'rechnung', query: 'Herr rechnung ' }]),
  });
  expect((await suggest('ta')).filters).toContainEqual({ text: 'tag:', query: 'tag:' });
  expect((await suggest('water status:st')).filters).toEqual([
    { text: 'status:stuck', query: 'water status:stuck ' },
  ]);
  expect((await suggest('l-ger')).titles.map(({ title }) => title)).toEqual([]);
  expect((await suggest('germ')).titles.map(({ title }) => title)).toEqual(['l-german']);
  expect(await suggest('done ')).toEqual({ words: [], filters: [], titles: [], tags: [] });
});

test('I2: what is wrong in a query is told at its word', async () => {
  const { notes } = await find('status:great colour:red after:soon https://example.org 12:30 climate');
  expect(notes.map(({ word }: { word: string }) => word)).toEqual([
    'status:great',
    'colour:red',
    'after:soon',
  ]);
});
