/**
 * The query language: `words`, `"phrases"`, `-not` or `NOT`, `or`, `AND`, `field:value`. Words are analyzed
 * as the text was, so that both meet; what is wrong in a query is told at its word and searched as a word.
 */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { caseKey } from '#platform/case-key.ts';
import { analyze, formsOf, type Token } from './words.rules.ts';

export type SearchQuery = {
  filters: Filter[];
  /** All of them are wanted. */
  wanted: Expression[];
  unwanted: Expression[];
  /** The whole of it, as a file name; empty when there are filters alone. */
  filename: string;
  notes: QueryNote[];
};
export type Expression = { any: Expression[] } | { all: Expression[] } | Words;
/** Words that stand one behind the other. */
export type Words = {
  parts: Part[];
  /** The same, written together. */
  joined: string[];
};
/** @property isBeginning the word may go on */
export type Part = { forms: string[]; isWord: boolean; isBeginning: boolean };
/**
 * `category:` takes the folders below it along; days are in UTC, `until` is the first day that is not wanted.
 */
export type Filter = { isNot: boolean } & (
  | { field: 'category' | 'status' | 'source' | 'title' | 'tag' | 'type' | 'correspondent'; value: string }
  | { field: 'date'; from: Date | null; until: Date | null }
  /** The words stand on one of these pages. */
  | { field: 'page'; first: number; last: number }
  /** One of the archive's own fields. */
  | { field: 'custom'; key: string; value: string }
);
export type QueryNote = { word: string; detail: string };

const maxCharacters = 500;
const maxOperands = 32;
const values: Readonly<Record<string, readonly string[]>> = {
  status: ['seen', 'kept', 'read', 'searchable', 'stuck'],
  source: ['watch', 'upload', 'import'],
};

type Piece = { isNot: boolean; isOr: boolean; text: string; isQuoted: boolean };

/**
 * @param customKeys keys of the archive's own fields
 * @returns null when there is nothing to look for
 */
export function readQuery(typed: string, customKeys: readonly string[] = []): SearchQuery | null {
  const text = typed
    .slice(0, maxCharacters)
    .toWellFormed()
    .replaceAll(/[\u0000-\u001f\u007f]/g, ' ');
  const query: SearchQuery = { filters: [], wanted: [], unwanted: [], filename: '', notes: [] };
  const pieces = piecesOf(text, query, customKeys);
  const isOpen = /[\p{L}\p{N}\p{M}]$/u.test(text);
  const groups = groupsOf(pieces.slice(0, maxOperands), isOpen);
  for (const { isNot, expression } of groups) (isNot ? query.unwanted : query.wanted).push(expression);
  if (query.wanted.length === 0) withoutPages(query);
  if (query.wanted.length > 0) query.filename = text.trim().normalize('NFC').toLowerCase();
  const isEmpty = query.wanted.length + query.unwanted.length + query.filters.length === 0;
  return isEmpty ? null : query;
}

/** Which fields a query may name, for suggestions. */
export const fieldNames = [
  'title',
  'tag',
  'type',
  'correspondent',
  'folder',
  'status',
  'source',
  'date',
  'before',
  'after',
  'page',
];
export const fieldValues = values;

/** A page says where words are to stand: without words there is nothing on it to look for. */
function withoutPages(query: SearchQuery): void {
  const pages = query.filters.filter(({ field }) => field === 'page');
  query.filters = query.filters.filter(({ field }) => field !== 'page');
  for (const page of pages)
    if (page.field === 'page')
      query.notes.push({
        word: `page:${page.first}`,
        detail: 'says where words are to stand: type some words too',
      });
}

/** Every word that is wanted, exact form first. */
export function wordsIn(expressions: readonly Expression[]): Part[] {
  return expressions.flatMap((one) => {
    if ('any' in one) return wordsIn(one.any);
    return 'all' in one ? wordsIn(one.all) : one.parts;
  });
}

const piecePattern =
  /(?<not>-?)(?:(?<field>\p{L}[\p{L}\p{N}_-]*):(?:"(?<quotedValue>[^"]*)"|(?<value>[^\s"]+))|"(?<phrase>[^"]*)"?|(?<bare>[^\s"]+))/gu;

function piecesOf(text: string, query: SearchQuery, customKeys: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  let isOr = false;
  let isNot = false;
  for (const { 0: whole, groups = {} } of text.matchAll(piecePattern)) {
    const { bare = '', field, phrase } = groups;
    if (/^or$/i.test(whole) && pieces.length > 0) isOr = true;
    else if (whole === 'NOT') isNot = true;
    else if (whole !== 'AND') {
      const isUnwanted = isNot || groups['not'] === '-';
      const filter =
        field === undefined
          ? null
          : filterOf({
              typedField: field,
              value: groups['quotedValue'] ?? groups['value'] ?? '',
              word: whole,
              customKeys,
            });
      if (filter !== null && 'field' in filter) query.filters.push({ ...filter, isNot: isUnwanted });
      else {
        if (filter) query.notes.push(filter);
        const words = field === undefined ? (phrase ?? bare) : whole.replace(/^-/, '');
        pieces.push({ isNot: isUnwanted, isOr, text: words, isQuoted: phrase !== undefined });
      }
      isOr = false;
      isNot = false;
    }
  }
  return pieces;
}

type Read = { field: Filter['field'] } & Filter;
type Typed = { typedField: string; value: string; word: string; customKeys: readonly string[] };

/** A filter, what is wrong with it, or null for what only looks like one. */
function filterOf({ typedField, value, word, customKeys }: Typed): Read | QueryNote | null {
  const field = typedField.toLowerCase() === 'folder' ? 'category' : typedField.toLowerCase();
  const isNot = false;
  if (field === 'category') {
    const path = value.normalize('NFC').replaceAll(/^\/+|\/+$/g, '');
    return path === '' ? { word, detail: 'names no folder' } : { isNot, field, value: path };
  }
  if (field === 'title')
    return analyze(value).length > 0 ? { isNot, field, value } : { word, detail: 'names no word' };
  if (field === 'tag' || field === 'type' || field === 'correspondent') {
    const key = caseKey(value).replaceAll(/\s+/g, ' ').trim();
    return key === '' ? { word, detail: say`names no ${field}` } : { isNot, field, value: key };
  }
  if (field === 'status' || field === 'source') {
    const known = values[field] ?? [];
    const wanted = value.toLowerCase();
    return known.includes(wanted)
      ? { isNot, field, value: wanted }
      : { word, detail: say`${field}: is one of ${known.join(', ')}` };
  }
  if (field === 'before' || field === 'after' || field === 'date') return dateFilter(field, value, word);
  if (field === 'page') return pageFilter(value, word);
  const custom = caseKey(typedField);
  const key = customKeys.find((one) => one === custom || one === custom.replaceAll(/[-_]/g, ' '));
  if (key !== undefined)
    return value.trim() === '' ? { word, detail: 'names no value' } : { isNot, field: 'custom', key, value };
  // `12:30`, `https://…` and `Betreff:` in a copied line are words.
  return /^[a-z]+$/i.test(typedField) && !value.startsWith('/')
    ? { word, detail: say`${field}: is no field; searched as a word` }
    : null;
}

/** `page:3` or `page:3..8`. */
function pageFilter(value: string, word: string): Read | QueryNote {
  const [, from = '', to = from] = /^(\d{1,6})(?:\.\.(\d{1,6}))?$/.exec(value) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === '' || first < 1 || last < first) return { word, detail: 'is no page such as 3, or 3..8' };
  return { isNot: false, field: 'page', first, last };
}

function dateFilter(field: 'before' | 'after' | 'date', value: string, word: string): Read | QueryNote {
  const wrong = { word, detail: 'is no date such as 2026, 2026-03 or 2026-03-31' };
  const isNot = false;
  if (field === 'date' && value.includes('..')) {
    const [from = '', to = ''] = value.split('..', 2);
    const [first, last] = [from === '' ? null : spanOf(from), to === '' ? null : spanOf(to)];
    if ((from !== '' && !first) || (to !== '' && !last) || (!first && !last)) return wrong;
    return { isNot, field: 'date', from: first?.from ?? null, until: last?.until ?? null };
  }
  const span = spanOf(value);
  if (!span) return wrong;
  if (field === 'after') return { isNot, field: 'date', from: span.from, until: null };
  if (field === 'before') return { isNot, field: 'date', from: null, until: span.from };
  return { isNot, field: 'date', ...span };
}

/** `2026`, `2026-03` and `2026-03-31`: from its first moment until the first one behind it. */
function spanOf(value: string): { from: Date; until: Date } | null {
  const found = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(value);
  if (!found) return null;
  const [, year = '', month, day] = found;
  const [y, m, d] = [Number(year), Number(month ?? '1') - 1, Number(day ?? '1')];
  const from = new Date(Date.UTC(y, m, d));
  if (y === 0 || from.getUTCMonth() !== m || from.getUTCDate() !== d) return null;
  const afterMonth = month === undefined ? Date.UTC(y + 1, 0, 1) : Date.UTC(y, m + 1, 1);
  return { from, until: new Date(day === undefined ? afterMonth : Date.UTC(y, m, d + 1)) };
}

type Group = { isNot: boolean; expression: Expression };

/** Pieces with `or` between them are one; numbers in a row may be one number with spaces in it. */
function groupsOf(pieces: readonly Piece[], isOpen: boolean): Group[] {
  const groups: Group[] = [];
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index];
    if (!piece) continue;
    const row = numbersInARow(pieces, index);
    if (row) {
      groups.push({
        isNot: false,
        expression: { any: [{ all: row.apart }, { parts: [], joined: row.joined }] },
      });
      index += row.apart.length - 1;
      continue;
    }
    const isLast = index === pieces.length - 1;
    const words = expressionOf(piece, isLast && isOpen && !piece.isQuoted && !piece.isNot && !piece.isOr);
    if (!words) continue;
    const before = groups.at(-1);
    if (piece.isOr && before && !before.isNot) before.expression = { any: [before.expression, words] };
    else groups.push({ isNot: piece.isNot, expression: words });
  }
  return groups;
}

function numbersInARow(
  pieces: readonly Piece[],
  from: number,
): { apart: Expression[]; joined: string[] } | null {
  let to = from;
  const isPart = (piece: Piece | undefined): piece is Piece =>
    piece !== undefined &&
    !piece.isNot &&
    !piece.isQuoted &&
    /^[A-Za-z]{0,3}\d[A-Za-z\d]{0,4}$/.test(piece.text);
  while (isPart(pieces[to]) && (to === from || pieces[to]?.isOr === false)) to++;
  if (to - from < 2) return null;
  const row = pieces.slice(from, to);
  return {
    apart: row.map((piece) => expressionOf(piece, false)).filter((one) => one !== null),
    joined: formsOf(row.map(({ text }) => text).join('')),
  };
}

function expressionOf({ text, isQuoted }: Piece, isBeginning: boolean): Words | null {
  const tokens = analyze(text);
  const parts = tokens.filter(({ kind }) => kind !== 'joined' && kind !== 'tail');
  const placed = parts.length > 0 ? parts : tokens.filter(({ kind }) => kind === 'tail');
  if (placed.length === 0) return null;
  const joined = isQuoted ? [] : tokens.filter((token) => isWhole(token, text)).flatMap(({ forms }) => forms);
  return {
    parts: placed.map((token, index) => partOf(token, isBeginning && index === placed.length - 1)),
    joined,
  };
}

function partOf({ forms, kind }: Token, isBeginning: boolean): Part {
  const isTail = kind === 'tail';
  const isLong = (forms[0]?.length ?? 0) >= 2 && kind !== 'pair';
  return { forms, isWord: kind === 'word', isBeginning: isTail || (isBeginning && isLong) };
}

function isWhole({ kind, start, end }: Token, text: string): boolean {
  return kind === 'joined' && start === 0 && end === text.length;
}
