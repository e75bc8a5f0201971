/** What somebody typed, made ready for PostgreSQL: `websearch_to_tsquery` reads all of it but the word that is still being typed. */
export type SearchQuery = {
  /** For websearch_to_tsquery. */ words: string;
  /** The last word, when it may be the beginning of a longer one. */ head: string;
  prefix: string | null;
  /** The whole of it, as a file name. */ filename: string;
};

const maxCharacters = 500;

/** @returns null when there is nothing to look for */
export function readQuery(typed: string): SearchQuery | null {
  const words = typed
    .slice(0, maxCharacters)
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\u0000-\u001f\u007f]/g, ' ')
    .trim();
  if (words === '') return null;
  const { head, prefix } = lastWordOf(words);
  return { words, head, prefix, filename: words.toLowerCase() };
}

/** Only a bare word outside of quotes, and not one that follows an operator. */
function lastWordOf(words: string): { head: string; prefix: string | null } {
  const isQuoteOpen = (words.match(/"/g)?.length ?? 0) % 2 === 1;
  const found = /(?:^|\s)([\p{L}\p{N}]{2,})$/u.exec(words);
  const last = found?.[1];
  if (isQuoteOpen || last === undefined) return { head: words, prefix: null };
  const head = words.slice(0, words.length - last.length).trim();
  if (/(?:^|\s)(?:or|-)$/i.test(head) || /\sor\s/i.test(` ${head} `) || last.toLowerCase() === 'or') return { head: words, prefix: null };
  return { head, prefix: last.toLowerCase() };
}
