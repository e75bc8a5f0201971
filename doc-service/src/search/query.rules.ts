/** What somebody typed, made ready for PostgreSQL: `websearch_to_tsquery` reads all of it but the word that is still being typed. */
export type SearchQuery = {
  filters: Filter[];
  /** Null when the filters are all there is. */ wanted: Words | null;
};
export type Words = {
  /** For websearch_to_tsquery. */ words: string;
  /** The last word, when it may be the beginning of a longer one. */ head: string;
  prefix: string | null;
  /** The whole of it, as a file name. */ filename: string;
};
/** `category:` takes the folders below it along; days are in UTC, `after:` begins with its day and `before:` ends in front of it. */
export type Filter = { isNot: boolean } & ({ field: 'category' | 'status'; value: string } | { field: 'before' | 'after'; day: Date });

const maxCharacters = 500;
const stations = ['seen', 'kept', 'read', 'searchable', 'stuck'];

/** @returns null when there is nothing to look for */
export function readQuery(typed: string): SearchQuery | null {
  const filters: Filter[] = [];
  const words = typed
    .slice(0, maxCharacters)
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\u0000-\u001f\u007f]/g, ' ')
    .replaceAll(
      /(?<=^|\s)(-?)(category|status|before|after):(?:"([^"]*)"|([^\s"]+))(?=\s|$)/giu,
      (whole: string, not: string, field: string, quoted?: string, bare?: string) => {
        const filter = filterOf(field.toLowerCase(), quoted ?? bare ?? '');
        if (filter) filters.push({ ...filter, isNot: not !== '' });
        return filter ? ' ' : whole;
      },
    )
    .trim();
  if (words === '') return filters.length === 0 ? null : { filters, wanted: null };
  return { filters, wanted: { words, ...lastWordOf(words), filename: words.toLowerCase() } };
}

/** What says nothing that can be is a word like any other. */
function filterOf(field: string, value: string): Filter | null {
  const isNot = false;
  if (field === 'category') {
    const path = value.replaceAll(/^\/+|\/+$/g, '');
    return path === '' ? null : { isNot, field, value: path };
  }
  if (field === 'status') return stations.includes(value.toLowerCase()) ? { isNot, field, value: value.toLowerCase() } : null;
  if (field !== 'before' && field !== 'after') return null;
  const day = dayOf(value);
  return day && { isNot, field, day };
}

/** `2026`, `2026-03` and `2026-03-31`: the beginning of it. */
function dayOf(value: string): Date | null {
  const found = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(value);
  if (!found) return null;
  const [year, month, day] = [Number(found[1]), Number(found[2] ?? '1'), Number(found[3] ?? '1')];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date : null;
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
