/** Letters with words that searches have missed before, and the queries that must find each of them. */
export type QueryKind =
  | 'hyphen at the line end'
  | 'soft hyphen'
  | 'diacritics'
  | 'sharp s'
  | 'ligature'
  | 'digits'
  | 'number written apart'
  | 'e-mail and address'
  | 'phrase'
  | 'beginning of a word'
  | 'typing error'
  | 'part of a word'
  | 'inflected'
  | 'second page'
  | 'two words';
/** @property file the letter that must be among what is found */
export type Asked = { kind: QueryKind; query: string; file: string };
export type Letter = { name: string; pages: string[]; queries: Asked[] };

const consonants = 'bdfgklmnprst';
const vowels = 'aeiou';
const names = ['Müller', 'Größmann', 'Jäger', 'Çelik', 'Garçon', 'Nuñez', 'Ångström', 'Hélène'];
const streets = ['Lindenstraße', 'Bachgasse', 'Schloßallee', 'Fußweg', 'Hauptstraße'];
const german = ['Mietvertrag', 'Betriebskosten', 'Versicherung', 'Kündigung', 'Rechnung', 'Zahlung'];
const english = ['agreement', 'statement', 'insurance', 'delivery', 'payment', 'inspection'];
/** As a person may type it; the word as it stands in the letter behind it. */
const inflected: readonly (readonly [typed: string, written: string])[] = [
  ['Verträge', 'Vertrag'],
  ['payments', 'payment'],
  ['delivered', 'delivery'],
  ['Rechnung', 'Rechnungen'],
];

/** The same number makes the same letters. */
export function makeLetters(count: number): Letter[] {
  return Array.from({ length: count }, (_, at) => letterOf(at));
}

function letterOf(at: number): Letter {
  const file = `letter-${at}.pdf`;
  // Words that stand in no other letter: each query means this one.
  const [word, broken, far, soft] = [0, 1, 2, 3].map((which) => ownWord(at * 4 + which));
  if (!word || !broken || !far || !soft) throw new Error('words are missing');
  const name = `${pick(names, at)}${word.slice(0, 4)}`;
  const street = `${pick(streets, at)} ${at + 1}`;
  const half = Math.ceil(broken.length / 2);
  const softHalf = Math.ceil(soft.length / 2);
  const cents = String(at % 100).padStart(2, '0');
  const amount = `${1 + (at % 9)}.${String(100 + at).padStart(3, '0')},${cents}`;
  const iban = `DE${String(10 + (at % 89))} 3704 0044 ${String(1000 + at)} ${String(2000 + at)} 00`;
  const number = `RE-${2020 + (at % 6)}/${String(at).padStart(4, '0')}`;
  const [subject, thing] = [pick(german, at), pick(english, at)];
  const forms = pick(inflected, at);
  const first = [
    `${name} ${word}`,
    `${street}, 40210 Musterstadt`,
    `${subject} ${number}`,
    `The ${thing} of ${word} is enclosed; ${capital(word)}werk informs about ${broken.slice(0, half)}-`,
    `${broken.slice(half)} and about ${soft.slice(0, softHalf)}\u00ad${soft.slice(softHalf)}.`,
    `Summe ${amount} EUR, IBAN ${iban}.`,
    `Write to office.${word}@example.org or see www.${word}-haus.example.`,
    `An official finding of ${word}flow was filed. ${forms[1]} ${word}.`,
  ];
  const query = (kind: QueryKind, text: string): Asked => ({ kind, query: text, file });
  return {
    name: file,
    pages: [first.join('\n'), `Page two speaks of ${far} alone.`],
    queries: [
      query('hyphen at the line end', broken),
      query('hyphen at the line end', `${broken.slice(0, half)}-${broken.slice(half)}`),
      query('soft hyphen', soft),
      query('diacritics', plain(name)),
      query('diacritics', name.toLowerCase()),
      query('sharp s', `"${street.replaceAll('ß', 'ss')}"`),
      query('ligature', `${word}flow`),
      query('digits', number),
      query('digits', amount.replace('.', '')),
      query('number written apart', iban.replaceAll(' ', '')),
      query('number written apart', iban),
      query('e-mail and address', `office.${word}@example.org`),
      query('e-mail and address', `${word}-haus.example`),
      query('phrase', `"${subject} ${number}"`),
      query('phrase', `"speaks of ${far}"`),
      query('beginning of a word', far.slice(0, -2)),
      query('typing error', swapped(`${word}flow`)),
      query('part of a word', `${word}werk`.slice(1)),
      query('inflected', `${forms[0]} ${word}`),
      query('second page', far),
      query('two words', `${thing} ${word}`),
    ],
  };
}

/** Pronounceable, of nine letters, each number another one. */
function ownWord(number: number): string {
  let state = number + 1;
  let word = '';
  for (let at = 0; at < 9; at++) {
    const letters = at % 2 === 0 ? consonants : vowels;
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    word += letters[((state >>> 3) & 0xffff) % letters.length];
  }
  return word;
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('ß', 'ss');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Two letters in the middle change places. */
function swapped(word: string): string {
  const at = Math.floor(word.length / 2);
  return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
}

function pick<One>(all: readonly One[], at: number): One {
  const one = all[at % all.length];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}
