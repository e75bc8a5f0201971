/**
 * Sentences of a server in the language of the reader. A server writes, keeps and logs English; where an
 * answer leaves, the catalogue finds the sentence by its English text and says it anew. A sentence may thus
 * come from a database, another process or a library, and its translation is one line of one file.
 */
import type { Say } from '../contract/say.ts';
import german from '../words/de.json' with { type: 'json' };

/**
 * English sentences and what they are in another language. `{0}`: the value as it is. In the translation
 * alone, `{0:words}`: the value is a sentence or part of one itself, and where it is not known, neither is the
 * whole; `{0:words?}`: where it is not known, it stays as it is. `parts` are known in such places alone.
 * `{0:name}`: what people named, or several of it; `names` alone are known there, so that a group `Head of
 * Sales` or an extension `map` keeps its name.
 */
export type Catalogue = {
  sentences: Readonly<Record<string, string>>;
  parts?: Readonly<Record<string, string>>;
  names?: Readonly<Record<string, string>>;
};

/** Catalogues by the code of their language. */
export type Catalogues = Readonly<Record<string, Catalogue>>;

export type Spoken = { language: string; say: Say };

export type Sentences = {
  /** @param acceptLanguage as the header came; English where it asks for nothing that is there */
  wantedBy: (acceptLanguage: string | undefined) => Spoken;
  /** @param language its code; English where there is no catalogue of it */
  in: (language: string) => Spoken;
};

/** What is longer stays English: it is data in the first place. */
const maxLength = 4000;
const maxDepth = 5;
const maxPieces = 12;
const maxLooks = 300;
const maxHeaderLength = 200;
/** Of what was found before, by language: lists hold the same sentences each time that they are read. */
const mostKept = 2000;
const longestKept = 300;

export const english: Spoken = { language: 'en', say: (sentence) => sentence };

/** @param catalogues of the server's own sentences; those of the kit are known already */
export function createSentences(catalogues: Catalogues = {}): Sentences {
  const languages = new Map([['en', english]]);
  for (const [language, own] of Object.entries({ de: { sentences: {} }, ...catalogues }))
    languages.set(language, { language, say: translator(language === 'de' ? [german, own] : [own]) });
  return {
    wantedBy: (acceptLanguage) => languages.get(chosenOf(acceptLanguage, languages)) ?? english,
    in: (language) => languages.get(language) ?? english,
  };
}

/** RFC 9110 12.5.4, as far as it matters: the known language of the greatest weight, the first of equals. */
function chosenOf(header: string | undefined, known: ReadonlyMap<string, unknown>): string {
  let chosen = 'en';
  let best = 0;
  for (const item of (header ?? '').slice(0, maxHeaderLength).split(',')) {
    const [range = '', ...parameters] = item.toLowerCase().split(';');
    const language = range.trim().split('-', 1)[0] ?? '';
    const weight = weightOf(parameters);
    if (weight <= best || !known.has(language)) continue;
    chosen = language;
    best = weight;
  }
  return chosen;
}

function weightOf(parameters: readonly string[]): number {
  const given = parameters.map((one) => one.trim()).find((one) => one.startsWith('q='));
  const weight = given === undefined ? 1 : Number(given.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}

/** Of a sentence with places, the texts around them. */
type Pattern = { texts: readonly string[]; length: number; told: string };

type Known = { whole: ReadonlyMap<string, string>; patterns: readonly Pattern[] };

function translator(catalogues: readonly Catalogue[]): Say {
  const sentences = knownOf(catalogues.map((one) => one.sentences));
  const parts = knownOf(catalogues.map((one) => one.parts ?? {}));
  const names = knownOf(catalogues.map((one) => one.names ?? {}));
  const kept = new Map<string, string>();
  return (sentence) => {
    if (sentence.length > maxLength) return sentence;
    const known = sentences.whole.get(sentence) ?? kept.get(sentence);
    if (known !== undefined) return known;
    const told = new Translation({ sentences, parts, names }).ofSentence(sentence, 0) ?? sentence;
    if (sentence.length > longestKept) return told;
    if (kept.size >= mostKept) kept.clear();
    kept.set(sentence, told);
    return told;
  };
}

type Tables = { sentences: Known; parts: Known; names: Known };

/** Of one text. What was not foreseen costs a bounded number of looks, whatever a value holds. */
class Translation {
  private looksLeft = maxLooks;
  private readonly tables: Tables;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  /** Sentences one behind the other are found each for itself: a place at an end would take the next ones. */
  ofSentence(text: string, depth: number): string | null {
    const isSequence = text.includes('. ');
    return (
      this.tables.sentences.whole.get(text) ??
      (isSequence ? this.ofSequence(text.split(/(?<=\.) /), depth) : null) ??
      this.ofOne(text, depth)
    );
  }

  private ofSequence(pieces: readonly string[], depth: number): string | null {
    if (pieces.length > maxPieces) return null;
    const told: (string | null)[] = [...pieces.map(() => null), ''];
    for (let from = pieces.length - 1; from >= 0; from -= 1)
      for (let to = from + 1; to <= pieces.length && told[from] === null; to += 1) {
        const rest = told[to] ?? null;
        // The whole is no sequence.
        if (rest === null || (from === 0 && to === pieces.length)) continue;
        const first = this.ofOne(pieces.slice(from, to).join(' '), depth);
        if (first !== null) told[from] = rest === '' ? first : `${first} ${rest}`;
      }
    return told[0] ?? null;
  }

  /** A message that is part of a list elsewhere may begin with a capital letter where it stands alone. */
  private ofOne(text: string, depth: number): string | null {
    const told = this.find(this.tables.sentences, text, depth);
    const small = text.charAt(0).toLowerCase() + text.slice(1);
    if (told !== null || small === text) return told;
    const toldSmall = this.find(this.tables.sentences, small, depth);
    return toldSmall && toldSmall.charAt(0).toUpperCase() + toldSmall.slice(1);
  }

  private ofPart(text: string, depth: number): string | null {
    if (depth > maxDepth) return null;
    const { parts, sentences } = this.tables;
    // What is known as it stands is taken apart by no pattern.
    const same = parts.whole.get(text) ?? sentences.whole.get(text);
    const whole = same ?? this.find(parts, text, depth) ?? this.ofSentence(text, depth);
    // A sentence inside of another one goes without its full stop.
    return whole ?? this.ofSentence(`${text}.`, depth)?.replace(/\.$/, '') ?? null;
  }

  private ofValue(text: string, kind: Kind, depth: number): string | null {
    if (kind !== 'name') return this.ofPart(text, depth);
    return depth > maxDepth ? null : this.find(this.tables.names, text, depth);
  }

  private find({ whole, patterns }: Known, text: string, depth: number): string | null {
    const same = whole.get(text);
    if (same !== undefined) return same;
    if (this.looksLeft <= 0) return null;
    this.looksLeft -= 1;
    for (const pattern of patterns) {
      const values = valuesOf(pattern, text);
      const told =
        values && filled(pattern.told, values, (value, kind) => this.ofValue(value, kind, depth + 1));
      if (typeof told === 'string') return told;
    }
    return null;
  }
}

function knownOf(tables: readonly Readonly<Record<string, string>>[]): Known {
  const whole = new Map<string, string>();
  const patterns: Pattern[] = [];
  for (const [key, told] of tables.flatMap((table) => Object.entries(table))) {
    const texts = key.split(/\{\d+\}/);
    if (texts.length === 1) whole.set(key, told);
    else patterns.push({ texts, told, length: texts.join('').length });
  }
  // What says most by itself is asked first: a name that stands in a place takes no words of the sentence.
  return { whole, patterns: patterns.toSorted((one, other) => other.length - one.length) };
}

/** @returns what stands in the places; each reaches to where the next text stands first */
function valuesOf({ texts, length }: Pattern, sentence: string): string[] | null {
  const [first = '', ...more] = texts;
  const last = more.pop() ?? '';
  if (sentence.length < length || !sentence.startsWith(first) || !sentence.endsWith(last)) return null;
  const end = sentence.length - last.length;
  const values: string[] = [];
  let at = first.length;
  for (const text of more) {
    const next = sentence.indexOf(text, at);
    if (next === -1 || next + text.length > end) return null;
    values.push(sentence.slice(at, next));
    at = next + text.length;
  }
  return [...values, sentence.slice(at, end)];
}

/** What a value in a place of a translation is. */
type Kind = 'words' | 'words?' | 'name';

function kindOf(said: string | undefined): Kind | null {
  return said === 'words' || said === 'words?' || said === 'name' ? said : null;
}

/** @returns `null` where a value that must be known is not */
function filled(
  told: string,
  values: readonly string[],
  wordsOf: (value: string, kind: Kind) => string | null,
): string | null {
  let isKnown = true;
  const places = /\{(\d+)(?::(words\??|name))?\}/g;
  const text = told.replaceAll(places, (_all, place: string, said: string | undefined) => {
    const value = values[Number(place)] ?? '';
    const kind = kindOf(said);
    if (kind === null) return value;
    const words = wordsOf(value, kind);
    isKnown &&= words !== null || kind !== 'words';
    return words ?? value;
  });
  return isKnown ? text : null;
}
