/** Words of two made-up archives, German and English, as often as real words are: the n-th most common one 1/n times as often. */

export type Language = 'german' | 'english';
export type Vocabulary = { words: string[]; pick: (random: () => number) => string };

const heads: Readonly<Record<Language, string>> = {
  german:
    'der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei Vertrag Konto Betrag Zahlung Rechnung Versicherung Datum Nummer Kunde Lieferung Straße Größe Müller Frist Kündigung Miete Wohnung Steuer Bescheid Antrag Gebühr Summe',
  english:
    'the of and to in a is that for it as was with be by on not he i this are or his from at which but have an had they you were their one all we can her has there been if more when will would who so no payment invoice account amount contract insurance number customer delivery street notice rent tenant tax office order letter report meeting water damage energy climate policy budget summary',
};
const onsets: Readonly<Record<Language, string>> = {
  german: 'b br d dr f fl g gl gr h k kl kn kr l m n p pf r s sch schl st str t tr v w z zw',
  english: 'b bl br c cl cr d dr f fl fr g gr h j k l m n p pl pr qu r s sh sl st str t th tr v w wh',
};
const nuclei: Readonly<Record<Language, string>> = {
  german: 'a e i o u ä ö ü ei ie au eu',
  english: 'a e i o u ea ee ou oo ai',
};
const codas: Readonly<Record<Language, string>> = {
  german: 'n r l s t ch ng nd rt st ß ck lt  ',
  english: 'n r l s t ck nd nt st ve ll ss m  ',
};
const endings: Readonly<Record<Language, string>> = {
  german: 'en er e ung ungen lich keit isch',
  english: 's ed ing er ly tion ness able',
};

export const vocabularySize = 120_000;

/** A generator of numbers in [0, 1) that always gives the same ones. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function vocabularyOf(language: Language, seed: number): Vocabulary {
  const random = randomFrom(seed);
  const one = (list: string): string => {
    const all = list.split(' ');
    return all[Math.floor(random() * all.length)] ?? '';
  };
  const words = new Set(heads[language].split(' '));
  while (words.size < vocabularySize) {
    const syllables = 1 + Math.floor(random() * 3);
    let word = '';
    for (let index = 0; index < syllables; index++)
      word += one(onsets[language]) + one(nuclei[language]) + one(codas[language]);
    if (random() < 0.5) word += one(endings[language]);
    words.add(language === 'german' && random() < 0.4 ? word.charAt(0).toUpperCase() + word.slice(1) : word);
  }
  const all = [...words];
  return { words: all, pick: pickerOf(all) };
}

/** Zipf's law with the exponent 1: the sum up to a rank grows with its logarithm, which can be turned round. */
function pickerOf(words: readonly string[]): Vocabulary['pick'] {
  const most = Math.log(words.length + 1);
  return (random) => words[Math.floor(Math.exp(random() * most)) - 1] ?? words[0] ?? '';
}
