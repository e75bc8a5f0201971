/** The shell's texts, in English and in the languages that have a whole catalogue. */
import { createWords, languageOf } from '@berth/plugin-kit/frame/words.ts';

export { msg, type Message } from '@berth/plugin-kit/frame/words.ts';

/** Languages with a whole catalogue: one that is half there is not offered. */
const catalogues = {
  de: async () => (await import('./de.json')).default,
};
const words = createWords(catalogues);

export const { t, termOf, piecesOf, locale, speak, subscribe } = words;

/** What can be chosen: each language with every word. */
export const languages = ['en', ...Object.keys(catalogues)];

/** A label inside a sentence: English writes it small, German keeps its nouns. */
export function midSentence(label: string): string {
  return languageOf(locale()) === 'en' ? label.toLowerCase() : label;
}

/** @returns `a, b and c` */
export function listed(names: readonly string[]): string {
  return new Intl.ListFormat(locale()).format(names);
}

/** @returns `a, b or c` */
export function anyOf(names: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: 'disjunction' }).format(names);
}
