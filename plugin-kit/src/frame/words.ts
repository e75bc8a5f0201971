/**
 * Texts of a page in the reader's language. The English text is the key of its translation, so that code,
 * tests and changes stay readable; English needs no catalogue.
 *
 *   t('Sign out')
 *   t('Remove {name}?', { name })
 *   t('{count, plural, one {1 person} other {# people}}', { count })
 *
 * The syntax is the part of ICU MessageFormat that is used here. `<name/>` and `<name>…</name>` are places
 * for elements (`piecesOf`); they stand outside of plurals.
 */

/**
 * What stands in the places of a text. Numbers are written as they are; `#` of a plural goes by the language.
 */
export type Values = Readonly<Record<string, string | number | null | undefined>>;

/** A text that is translated where it is shown: a module is loaded before the language is known. */
export type Message = { readonly message: string };

export function msg(text: string): Message {
  return { message: text };
}

export type Catalogue = Readonly<Record<string, string>>;

export type Piece = { text: string; place?: string };

export type Words = ReturnType<typeof createWords>;

/** @param catalogues how each language beside English is loaded, by its code */
export function createWords(catalogues: Readonly<Record<string, () => Promise<Catalogue>>>) {
  let locale = 'en';
  let catalogue: Catalogue = {};
  let last = Symbol('nothing wanted yet');
  const listeners = new Set<() => void>();
  const translated = (text: string | Message): string => {
    const key = typeof text === 'string' ? text : text.message;
    return Object.hasOwn(catalogue, key) ? (catalogue[key] ?? key) : key;
  };
  return {
    /** @returns the text in the reader's language, with its values in their places */
    t: (text: string | Message, values: Values = {}): string =>
      formatMessage(translated(text), values, locale),
    /** What a code is called; one that has no words is shown as it came, whatever braces are in it. */
    termOf: (terms: Readonly<Record<string, Message>>, code: string): string => {
      const known = Object.hasOwn(terms, code) ? terms[code] : undefined;
      return known === undefined ? code : formatMessage(translated(known), {}, locale);
    },
    /** For texts with elements inside: the translated text in pieces, each with its values. */
    piecesOf: (text: string | Message, values: Values = {}): Piece[] =>
      splitPlaces(translated(text)).map((piece) => ({
        ...piece,
        text: formatMessage(piece.text, values, locale),
      })),
    /** By which dates and numbers are written; its language is that of the texts. */
    locale: (): string => locale,
    /** Chooses the first locale with a language that is there. What was asked for last counts. */
    speak: async (wanted: readonly string[]): Promise<void> => {
      const chosen = chooseLocale(wanted, Object.keys(catalogues));
      const turn = Symbol(chosen);
      last = turn;
      if (chosen === locale) return;
      const loaded = (await catalogues[languageOf(chosen)]?.()) ?? {};
      if (last !== turn) return;
      locale = chosen;
      catalogue = loaded;
      for (const listener of listeners) listener();
    },
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @returns `de` of `de-CH` */
export function languageOf(locale: string): string {
  return locale.split('-')[0]?.toLowerCase() ?? '';
}

/** @returns what stands between a number and its fraction: `,` of `de-DE`, `.` of `de-CH` */
export function decimalSign(locale: string): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  return parts.find(({ type }) => type === 'decimal')?.value ?? '.';
}

/** @returns what a person typed as a number, with a point: where the sign is a comma, both are read */
export function withPoint(typed: string, locale: string): string {
  return decimalSign(locale) === ',' && !typed.includes('.') ? typed.replace(',', '.') : typed;
}

/** @returns the first wanted locale of a language that is there, or plain English */
export function chooseLocale(wanted: readonly string[], languages: readonly string[]): string {
  const known = wanted.find((locale) => {
    const language = languageOf(locale);
    return (language === 'en' || languages.includes(language)) && isLocale(locale);
  });
  return known ?? 'en';
}

function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length === 1;
  } catch {
    return false;
  }
}

/** @throws Error where a brace has no partner: the check of the catalogue finds it before */
export function formatMessage(text: string, values: Values, locale: string): string {
  if (!text.includes('{')) return text;
  let shown = '';
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{', at);
    if (open === -1) return shown + text.slice(at);
    const close = closingBrace(text, open);
    shown += text.slice(at, open) + place(text.slice(open + 1, close), values, locale);
    at = close + 1;
  }
  return shown;
}

/** @returns the names of the values that a text has places for, and of its elements as `<name>` */
export function placesOf(text: string): string[] {
  const names = new Set<string>();
  for (const [, name] of text.matchAll(/\{(\w+)(?=\}|, ?(?:plural|number)\b)/g)) if (name) names.add(name);
  for (const { place: name } of splitPlaces(text)) if (name) names.add(`<${name}>`);
  return [...names].toSorted();
}

function place(inner: string, values: Values, locale: string): string {
  const [name = '', kind, ...rest] = inner.split(',');
  const value = values[name.trim()];
  if (kind === undefined) return String(value ?? '');
  const count = Number(value);
  const number = new Intl.NumberFormat(locale).format(count);
  if (kind.trim() === 'number') return number;
  const cases = casesOf(rest.join(','));
  const chosen =
    cases.get(`=${count}`) ??
    cases.get(new Intl.PluralRules(locale).select(count)) ??
    cases.get('other') ??
    '';
  return formatMessage(chosen.replaceAll('#', number), values, locale);
}

/** @returns of `one {1 person} other {# people}` the text of each case */
function casesOf(text: string): Map<string, string> {
  const cases = new Map<string, string>();
  let at = 0;
  for (;;) {
    const open = text.indexOf('{', at);
    if (open === -1) return cases;
    const close = closingBrace(text, open);
    cases.set(text.slice(at, open).trim(), text.slice(open + 1, close));
    at = close + 1;
  }
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error(`no brace closes: ${text}`);
}

function splitPlaces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(/<(\w+)(?:\/>|>(.*?)<\/\1>)/gs)) {
    if (found.index > at) pieces.push({ text: text.slice(at, found.index) });
    pieces.push({ text: found[2] ?? '', place: found[1] ?? '' });
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}
