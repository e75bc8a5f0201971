/** The language that a text is written in, among those whose stems PostgreSQL knows. */
import { franc } from 'franc';

/** ISO 639-3 → the name of PostgreSQL's snowball dictionary, without `_stem`. */
const dictionaries: Readonly<Record<string, string>> = {
  arb: 'arabic',
  dan: 'danish',
  deu: 'german',
  ell: 'greek',
  eng: 'english',
  fin: 'finnish',
  fra: 'french',
  hin: 'hindi',
  hun: 'hungarian',
  ind: 'indonesian',
  ita: 'italian',
  nld: 'dutch',
  nob: 'norwegian',
  por: 'portuguese',
  ron: 'romanian',
  rus: 'russian',
  spa: 'spanish',
  srp: 'serbian',
  swe: 'swedish',
  tur: 'turkish',
};
/** Not stemmed here, but known, so that their texts are not taken for a neighbour's. */
const others = ['pol', 'ces', 'ukr', 'bul', 'hrv', 'jpn', 'cmn', 'kor', 'tha', 'heb', 'vie'];
const only = [...Object.keys(dictionaries), ...others];
const sampleCharacters = 20_000;
const leastCharacters = 20;

/** @returns the dictionary's name, such as `german`; `null` for a text that is too short or of another language */
export function languageOf(text: string): string | null {
  // Numbers and signs say nothing of a language.
  const sample = text.slice(0, sampleCharacters).replaceAll(/[^\p{L}\p{M}\s]+/gu, ' ');
  return dictionaries[franc(sample, { only, minLength: leastCharacters })] ?? null;
}

/**
 * What a snowball stemmer of German leaves apart: `gekündigt` belongs to `kündigen`.
 * @returns further spellings to be stemmed
 */
export function relatedWords(word: string, language: string): string[] {
  const participle = language === 'german' ? /^ge(\p{L}{3,}?)(?:e?t|en)$/u.exec(word) : null;
  return participle?.[1] === undefined ? [] : [`${participle[1]}en`];
}
