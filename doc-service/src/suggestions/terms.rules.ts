/** The words of a document by which others like it are found. */

/** Begins with a sign that no word has: it means one sender alone. */
const senderMark = '§';
const maxTerms = 120;
const headCharacters = 3_000;
const textCharacters = 20_000;
const maxSenders = 8;
/** Mail of these is anybody's. */
const anybodysMail =
  /^(?:gmail|googlemail|gmx|web|outlook|hotmail|yahoo|icloud|t-online|aol|posteo|mailbox)\b/;

export type Weighted = { term: string; weight: number };

/** @param text of the first pages; @returns distinct terms, those of the beginning first */
export function termsOf(text: string): string[] {
  const shown = text.slice(0, textCharacters);
  const senders = sendersIn(shown).slice(0, maxSenders);
  const head = wordsOf(shown.slice(0, headCharacters));
  const counts = new Map<string, number>();
  for (const word of wordsOf(shown.slice(headCharacters))) counts.set(word, (counts.get(word) ?? 0) + 1);
  const body = [...counts].toSorted(([, a], [, b]) => b - a).map(([word]) => word);
  return [...new Set([...senders, ...head, ...body])].slice(0, maxTerms);
}

export function isSender(term: string): boolean {
  return term.startsWith(senderMark);
}

/**
 * @param documentsWith in how many documents of the archive each term stands
 * @returns terms that tell documents apart; one that stands in this document alone says nothing of others
 */
export function weighted(
  terms: readonly string[],
  documentsWith: ReadonlyMap<string, number>,
  documents: number,
): Weighted[] {
  return terms.flatMap((term) => {
    const known = documentsWith.get(term) ?? 0;
    if (known < 1) return [];
    const rarity = Math.log((documents + 1) / known);
    return rarity <= 0 ? [] : [{ term, weight: isSender(term) ? rarity * 3 : rarity }];
  });
}

/** @returns the rarest terms: so many that looking at every document with one of them stays cheap */
export function rarest(
  all: readonly Weighted[],
  documentsWith: ReadonlyMap<string, number>,
  maxDocuments: number,
): string[] {
  const picked: string[] = [];
  let reached = 0;
  for (const { term } of all.toSorted((a, b) => b.weight - a.weight)) {
    reached += documentsWith.get(term) ?? 0;
    if (picked.length >= 32 || (reached > maxDocuments && picked.length >= 3)) break;
    picked.push(term);
  }
  return picked;
}

/** How alike two documents are, from what they share. @param size how many terms the other one has */
export function similarityOf(all: readonly Weighted[], sharedWeight: number, shared: number, size: number) {
  const whole = all.reduce((sum, { weight }) => sum + weight, 0);
  if (whole === 0) return 0;
  const average = whole / all.length;
  // A short text inside a long one is less alike than two of one form; a few unknown words count little.
  const others = Math.max(0, size - shared) * average * 0.25;
  return Math.min(1, sharedWeight / (whole * 0.75 + others));
}

function wordsOf(text: string): string[] {
  const found = text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('\u00ad', '')
    .match(/\p{L}[\p{L}\p{M}]{2,39}/gu);
  return found ?? [];
}

function sendersIn(text: string): string[] {
  const found: string[] = [];
  for (const [iban] of text.matchAll(/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g))
    found.push(`${senderMark}iban ${iban.replaceAll(' ', '')}`);
  for (const [, id = ''] of text.matchAll(
    /\b(?:USt-?Id(?:-?Nr)?|VAT(?: ?(?:No|ID|Reg))?)\.?:? *([A-Z]{2} ?\d{8,11})\b/gi,
  ))
    found.push(`${senderMark}vat ${id.replaceAll(' ', '').toUpperCase()}`);
  for (const [, domain = ''] of text.matchAll(/@([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,10})\b/gi))
    if (!anybodysMail.test(domain.toLowerCase())) found.push(`${senderMark}domain ${domain.toLowerCase()}`);
  for (const [, domain = ''] of text.matchAll(/\bwww\.([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,10})\b/gi))
    found.push(`${senderMark}domain ${domain.toLowerCase()}`);
  return [...new Set(found)];
}
