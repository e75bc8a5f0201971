/**
 * Marks a sentence for people that holds values. Its English is what it says; its key in the catalogues of
 * other languages has `{0}`, `{1}` … in the places of the values:
 *
 *   throw new Problem('not-found', { detail: say`There is no group ${name}.` });
 *   "There is no group {0}.": "Eine Gruppe {0} gibt es nicht."
 *
 * A test finds each marked sentence in the source, so that none is without a translation. A whole sentence
 * stands in one `say`: words that are put together cannot be put together in another language.
 */
export function say(texts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return texts.reduce((sentence, text, index) => `${sentence}${values[index - 1] ?? ''}${text}`);
}

/** The sentence in the language of the reader, or as it came where it is not known. */
export type Say = (english: string) => string;
