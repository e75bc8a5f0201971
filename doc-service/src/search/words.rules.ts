/**
 * Text analysis: the one place where text becomes what can be found, used for documents and for queries alike.
 *
 * - NFKC and lower case; soft hyphens and other invisible joiners vanish; accents that TeX prints before their letter join it.
 * - A word that is hyphenated at a line end is found whole and in its printed parts (`climate`, `cli`, `mate`).
 * - Each word has its exact form, a folded one without diacritics, and the German spelling (`müller`, `muller`, `mueller`).
 * - Runs of letters and digits are found joined and in parts: `RE-2024/001`, `1.234,56`, an IBAN with or without spaces.
 * - Scripts that write no spaces (Chinese, Japanese, Thai …) are found by pairs of characters.
 *
 * PostgreSQL's own parser is not used: it reads characters above 0x7F by the character type of the database.
 */

/** One place in the text: what was printed there, and everything that it can be found by. */
export type Token = {
  /** Offsets into the text, in UTF-16 units; what lies between is what is marked when it is found. */
  start: number;
  end: number;
  /** Counts from 1; the next word of a phrase stands at the next position. */
  position: number;
  /** The first one is the exact form. */
  forms: string[];
  kind: TokenKind;
};
/**
 * `word`: letters, which a stemmer understands. `pair`: two characters of a script without spaces; `tail`: the last of
 * such a run. `joined`: the whole of several parts, at the position of the first.
 */
export type TokenKind = 'word' | 'number' | 'pair' | 'tail' | 'joined';

const letter = String.raw`[\p{L}\p{N}\p{M}]`;
/** Invisible inside a word: soft hyphen, zero-width (non-)joiner, word joiner, byte order mark. */
const invisible = String.raw`[\u00ad\u200c\u200d\u2060\ufeff]`;
/** U+FFFE is PDFium's sign for a hyphen at a line end, U+0000 a character that a font does not name. */
const lineEndHyphen = String.raw`(?:[\ufffe\u0000](?:[ \t]*\r?\n)?|[-\u00ad\u2010\u2011][ \t]*\r?\n[ \t]*)`;
/** TeX prints an accent as a character of its own, before its letter. */
const spacingAccent = '[\u00a8\u00b4\u02c6\u02c7\u02d8-\u02dd\u0060]';
const atomPattern = new RegExp(
  `(?:${spacingAccent}(?=\\p{L}))?${letter}(?:${letter}|${invisible}(?!\\s)|${spacingAccent}(?=\\p{L})|${lineEndHyphen}(?=${letter}))*`,
  'gu',
);
const hyphenPattern = new RegExp(lineEndHyphen, 'gu');
const invisiblePattern = new RegExp(invisible, 'gu');
const accentPattern = new RegExp(`(${spacingAccent})(\\p{L})`, 'gu');
const combining: Readonly<Record<string, string>> = {
  '\u00a8': '\u0308',
  '\u00b4': '\u0301',
  '\u02c6': '\u0302',
  '\u02c7': '\u030c',
  '\u02d8': '\u0306',
  '\u02d9': '\u0307',
  '\u02da': '\u030a',
  '\u02db': '\u0328',
  '\u02dc': '\u0303',
  '\u02dd': '\u030b',
  '\u0060': '\u0300',
};
/** Written without spaces between words. */
const unspaced =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\u30fc]/u;
const unspacedRuns = new RegExp(`(?:${unspaced.source}\\p{M}*)+|[^]`, 'gu');
/** Between the parts of one thing: `RE-2024/001`, `max.muster@example.org`, `don’t`. */
const joint = /^[-\u2010\u2011\u2013/.,:_@'\u2019+&#\u00b7]$/u;
const maxParts = 12;
const maxJoined = 64;
const maxWord = 200;

/** What a run of characters consists of: letters, digits, or characters of a script without spaces. */
type Part = { start: number; end: number; text: string; isUnspaced: boolean };
/** @property whole the word without what hyphenation put into it; @property printed its parts, when it was hyphenated */
type Atom = { start: number; end: number; whole: string; printed: string[] };

/** @returns tokens in the order of their positions */
export function analyze(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (const run of runsOf(atomsOf(text), text)) {
    const parts = run.flatMap((atom) => partsOf(atom));
    const first = position + 1;
    for (const part of parts) {
      position++;
      tokens.push({ ...part, position });
    }
    tokens.push(...joinedTokens(run, parts.length, first));
  }
  tokens.push(...spacedNumbers(text, tokens));
  return tokens.toSorted((one, other) => one.position - other.position);
}

/** Every spelling under which a word is found. @param word as printed; @returns the exact form first */
export function formsOf(word: string): string[] {
  const exact = lowered(word);
  const forms = new Set([exact, folded(exact)]);
  if (germanLetters.test(exact))
    forms.add(folded(exact.replaceAll(germanLettersAll, (one) => germanSpelling[one] ?? one)));
  return [...forms].map((form) => form.slice(0, maxWord)).filter((form) => form !== '');
}

/** Without what nobody sees: for showing text that was read. */
export function displayed(text: string): string {
  return text.replaceAll(/[\ufffe\u0000](?:[ \t]*\r?\n)?|[\u00ad\u200b\u2060\ufeff]/g, '');
}

function* atomsInText(text: string): Generator<Atom> {
  for (const match of text.matchAll(atomPattern)) {
    const printed = match[0]
      .split(hyphenPattern)
      .map(clean)
      .filter((part) => part !== '');
    yield {
      start: match.index,
      end: match.index + match[0].length,
      whole: printed.join(''),
      printed: printed.length > 1 ? printed : [],
    };
  }
}

function atomsOf(text: string): Atom[] {
  return [...atomsInText(text)].filter(({ whole }) => whole !== '');
}

function clean(part: string): string {
  return part
    .replaceAll(invisiblePattern, '')
    .replaceAll(accentPattern, (_, accent: string, base: string) => `${base}${combining[accent] ?? ''}`)
    .normalize('NFKC');
}

/** Atoms with one joint between them belong together. */
function runsOf(atoms: readonly Atom[], text: string): Atom[][] {
  const runs: Atom[][] = [];
  for (const atom of atoms) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && run.length < maxParts && joint.test(text.slice(before.end, atom.start)))
      run.push(atom);
    else runs.push([atom]);
  }
  return runs;
}

type Placed = Omit<Token, 'position'>;

/** The parts that stand at positions of their own. */
function partsOf(atom: Atom): Placed[] {
  if (atom.printed.length > 0) {
    const forms = [atom.whole, ...atom.printed].flatMap(formsOf);
    return [{ start: atom.start, end: atom.end, forms: [...new Set(forms)], kind: 'word' }];
  }
  return splitParts(atom).flatMap((part) => (part.isUnspaced ? pairsOf(part) : [placedWord(part)]));
}

function placedWord({ start, end, text }: Part): Placed {
  return { start, end, forms: formsOf(text), kind: /\p{L}/u.test(text) ? 'word' : 'number' };
}

/** Letters, digits and unspaced scripts part from each other. */
function splitParts({ start, end, whole }: Atom): Part[] {
  const isPlain = end - start === whole.length;
  const found: Part[] = [];
  for (const match of whole.matchAll(/\p{N}+|[^\p{N}]+/gu)) {
    for (const { text, at, isUnspaced } of scriptsOf(match[0])) {
      // Where something invisible was taken out the offsets of the parts are not known: all of it is marked.
      const from = isPlain ? start + match.index + at : start;
      found.push({ start: from, end: isPlain ? from + text.length : end, text, isUnspaced });
    }
  }
  return found;
}

function scriptsOf(text: string): { text: string; at: number; isUnspaced: boolean }[] {
  if (!unspaced.test(text)) return [{ text, at: 0, isUnspaced: false }];
  const found: { text: string; at: number; isUnspaced: boolean }[] = [];
  for (const match of text.matchAll(unspacedRuns)) {
    const isUnspaced = unspaced.test(match[0]);
    const last = found.at(-1);
    if (!isUnspaced && last && !last.isUnspaced && last.at + last.text.length === match.index)
      last.text += match[0];
    else found.push({ text: match[0], at: match.index, isUnspaced });
  }
  return found;
}

/** `電気料金` is `電気`, `気料`, `料金` and, so that one character finds it too, `金`. */
function pairsOf({ start, end, text }: Part): Placed[] {
  const characters = Array.from(text);
  const isPlain = end - start === text.length;
  let at = 0;
  return characters.map((character, index) => {
    const from = isPlain ? start + at : start;
    at += character.length;
    const next = characters[index + 1] ?? '';
    const to = isPlain ? from + character.length + next.length : end;
    return { start: from, end: to, forms: [lowered(character + next)], kind: next === '' ? 'tail' : 'pair' };
  });
}

/** The whole of a run that has parts, at the position of its first part; of long runs each two neighbours too. */
function joinedTokens(run: readonly Atom[], partCount: number, position: number): Token[] {
  const [first, last] = [run[0], run.at(-1)];
  if (!first || !last || partCount < 2 || run.some(({ whole }) => unspaced.test(whole))) return [];
  const joined = run.map(({ whole }) => whole).join('');
  if (joined.length > maxJoined) return [];
  return [{ start: first.start, end: last.end, position, forms: formsOf(joined), kind: 'joined' }];
}

/** Groups of letters and digits with single spaces between them, each with a digit: an IBAN, a telephone or card number. */
const spacedPattern =
  /(?<![\p{L}\p{N}][-/.,:]?)(?:[A-Za-z]{0,3}\d[A-Za-z\d]{0,4})(?:[ \u00a0\u202f](?:[A-Za-z]{0,3}\d[A-Za-z\d]{0,4})){1,11}(?![\p{L}\p{N}]|[-/.,:]\p{N})/gu;
const ibanPattern =
  /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z\d]{4}){2,7}(?:[ \u00a0]?[A-Z\d]{1,3})?(?![\p{L}\p{N}])/gu;

function spacedNumbers(text: string, tokens: readonly Token[]): Token[] {
  const positions = new Map(tokens.map(({ start, position }) => [start, position]));
  const found = new Map<string, Token>();
  for (const pattern of [spacedPattern, ibanPattern]) {
    for (const match of text.matchAll(pattern)) {
      const joined = match[0].replaceAll(/\s/gu, '');
      const position = positions.get(match.index);
      if (position === undefined || joined === match[0] || joined.length > maxJoined) continue;
      const [start, end] = [match.index, match.index + match[0].length];
      found.set(`${position} ${joined}`, { start, end, position, forms: [lowered(joined)], kind: 'joined' });
    }
  }
  return [...found.values()];
}

function lowered(word: string): string {
  return word.normalize('NFKC').toLowerCase().normalize('NFC');
}

function folded(word: string): string {
  return word
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßæœøđðłıþ]/gu, (one) => plainLetters[one] ?? one)
    .normalize('NFC');
}

const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
};
const germanLetters = /[äöüßåø]/u;
const germanLettersAll = /[äöüßåø]/gu;
const germanSpelling: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  å: 'aa',
  ø: 'oe',
};
