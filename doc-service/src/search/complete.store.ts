/** What the last word of a query may go on to, while it is typed. */
import type { Read } from '#platform/reads.ts';
import { inBlocks } from './blocks.rules.ts';
import { fieldNames, fieldValues } from './query.rules.ts';
import { wordsBeginning } from './search.store.ts';
import { lastSeqOf } from './spread.store.ts';
import { quoted } from './vector.rules.ts';
import { formsOf } from './words.rules.ts';

/**
 * @property before what stands before the last word, and stays
 * @property names of `tsquery`: titles in which the last word goes on so, and the words before it stand; null
 * for none
 * @property field whose value is being typed
 */
export type Completion = {
  before: string;
  word: string;
  field: string | null;
  words: string[];
  filters: string[];
  names: string | null;
};

const maxCharacters = 500;
/** More than are shown: words of documents that the person does not see are left out. */
const maxWords = 24;
/** Titles are looked for among the newest documents. */
const newestDocuments = 100_000;

/** @returns null where nothing is being typed */
export async function complete(read: Read, typed: string): Promise<Completion | null> {
  const text = typed
    .slice(-maxCharacters)
    .toWellFormed()
    .replaceAll(/[\u0000-\u001f\u007f]/g, ' ');
  const [, before = '', sign = '', field, last = ''] =
    /^(|.*\s)(-?)(?:(\p{L}[\p{L}\p{N}_-]*):)?("?[^\s":]*)$/su.exec(text) ?? [];
  if (last === '') return field === undefined ? null : valueOf(before + sign, field, '');
  if (field !== undefined) return valueOf(before + sign, field, last.replace('"', ''));
  const folded = formsOf(last).at(1) ?? formsOf(last)[0] ?? '';
  if (!/^[\p{L}\p{N}]/u.test(folded)) return null;
  const length = Array.from(folded).length;
  const words = length >= 2 ? (await wordsBeginning(read, folded, { most: maxWords })).words : [];
  const filters = fieldNames.filter((name) => name.startsWith(folded)).map((name) => `${name}:`);
  const goesOn = [
    ...words.slice(0, 8).map((word) => `${quoted(word)}:AB`),
    ...(length >= 4 ? [`${quoted(folded)}:*AB`] : []),
  ];
  if (goesOn.length === 0)
    return { before: before + sign, word: last, field: null, words, filters, names: null };
  const lastSeq = await lastSeqOf(read);
  const all = [...wordsOf(before), `(${goesOn.join(' | ')})`, inBlocks(lastSeq - newestDocuments, lastSeq)];
  return { before: before + sign, word: last, field: null, words, filters, names: all.join(' & ') };
}

function valueOf(before: string, field: string, word: string): Completion {
  const known = fieldValues[field.toLowerCase()] ?? [];
  const filters = known
    .filter((value) => value.startsWith(word.toLowerCase()))
    .map((value) => `${field}:${value}`);
  return { before, word, field: field.toLowerCase(), words: [], filters, names: null };
}

/** Plain words: phrases, filters and signs say nothing about a title. */
function wordsOf(before: string): string[] {
  return before
    .split(/\s+/)
    .filter((word) => /^[\p{L}\p{N}]+$/u.test(word) && !/^(?:or|and|not)$/i.test(word))
    .slice(-4)
    .map(
      (word) =>
        `(${formsOf(word)
          .map((form) => `${quoted(form)}:AB`)
          .join(' | ')})`,
    );
}
