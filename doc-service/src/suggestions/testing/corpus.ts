/**
 * A labelled archive, made by a script: letters of many senders in German and English, each with the folder
 * in which it
 * lies and the words that a title of it must have. The same seed makes the same archive.
 */
import { englishPlaces } from './corpus-english.ts';
import { germanPlaces } from './corpus-german.ts';
import { english, german, type Language, type Place } from './corpus.types.ts';

export type Labelled = {
  text: string;
  /** Null for a letter that fits none of the folders. */
  folder: string | null;
  /** Each must stand in a usable title; small letters. */
  titleWords: string[];
  isHeldOut: boolean;
};

const places: readonly Place[] = [...germanPlaces, ...englishPlaces];
/** Letters that belong in no folder. */
const strays: readonly Place[] = [
  german(
    '-',
    [['Blumenhaus Iris', 'blumen-iris.example']],
    ['Grußkarte zum Jubiläum|'],
    ['Wir gratulieren herzlich.', 'Die Rosen sind aus eigenem Anbau.', 'Feiern Sie schön.'],
  ),
  english(
    '-',
    [['The Puzzle Society', 'puzzlesociety.example']],
    ['Crossword of the month|'],
    ['Across: a bird of the marsh.', 'Down: what the tide leaves.', 'Solutions appear next time.'],
  ),
  german(
    '-',
    [['Theater am Markt', 'theater-markt.example']],
    ['Spielplan der Saison|'],
    ['Die Premiere ist ausverkauft.', 'Der Vorhang hebt sich um acht.', 'Das Orchester spielt im Graben.'],
  ),
  english(
    '-',
    [['Allotment Association', 'allotments.example']],
    ['Seed swap in the old barn|'],
    ['Bring tomatoes and beans.', 'The compost is free.', 'Rabbits are not welcome.'],
  ),
];
const common: Readonly<Record<Language, readonly string[]>> = {
  de: [
    'Sehr geehrte Frau Jansen, sehr geehrter Herr Jansen,',
    'vielen Dank für Ihr Vertrauen.',
    'Bei Fragen erreichen Sie uns werktags von neun bis siebzehn Uhr.',
    'Bitte bewahren Sie dieses Schreiben auf.',
    'Dieses Schreiben wurde maschinell erstellt und ist ohne Unterschrift gültig.',
    'Mit freundlichen Grüßen',
    'Der Betrag wird abgebucht.',
    'Weitere Angaben finden Sie auf der Rückseite.',
  ],
  en: [
    'Dear Ms Jansen, dear Mr Jansen,',
    'thank you for your trust.',
    'Questions are answered on working days between nine and five.',
    'Please keep this letter.',
    'This letter was made by a machine and needs no signature.',
    'Yours sincerely',
    'The amount will be collected.',
    'See overleaf for more.',
  ],
};
const strangers: Readonly<Record<Language, readonly [name: string, domain: string]>> = {
  de: ['Kontor Albers GmbH', 'kontor-albers.example'],
  en: ['Marrow & Pike Ltd', 'marrowpike.example'],
};
const months = [
  'Januar',
  'Februar',
  'März',
  'April',
  'Mai',
  'Juni',
  'Juli',
  'August',
  'September',
  'Oktober',
  'November',
  'Dezember',
];
const englishMonths = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** @param perFolder letters of each folder, of which 30 in 100 are held out */
export function makeCorpus({ perFolder, seed = 7 }: { perFolder: number; seed?: number }): Labelled[] {
  const random = randomOf(seed);
  const letters = places.flatMap((place) =>
    Array.from({ length: perFolder }, (_, at) => letterOf(place, at % 10 < 3, random)),
  );
  const others = strays.flatMap((place) =>
    Array.from({ length: Math.ceil(perFolder / 3) }, () => ({
      ...letterOf(place, true, random),
      folder: null,
    })),
  );
  return [...letters, ...others];
}

function letterOf(place: Place, isHeldOut: boolean, random: Random): Labelled {
  const { language } = place;
  // Some senders write for the first time, and some letters do not say who wrote them.
  const isStranger = isHeldOut && random() < 0.2;
  const [name, domain] = isStranger ? strangers[language] : pick(place.senders, random);
  // The newest year has no folder yet.
  const year = isHeldOut && random() < 0.3 ? 2026 : 2024 + Math.floor(random() * 2);
  const number = `${year}-${String(Math.floor(random() * 9000) + 1000)}`;
  const [must = '', rest = ''] = pick(place.subjects, random).split('|');
  const written = (must + rest).replace('#', number).replace('@', String(year));
  const date = dateOf(language, year, random);
  const heading = random() < 0.35 ? `${language === 'de' ? 'Betreff' : 'Subject'}: ${written}` : written;
  const own = sample(place.sentences, 1 + Math.floor(random() * 3), random);
  const between = sample(common[language], 3 + Math.floor(random() * 4), random);
  const amount = `${(random() * 900 + 20).toFixed(2).replace('.', language === 'de' ? ',' : '.')} ${language === 'de' ? 'EUR' : 'pounds'}`;
  const lines = [
    random() < 0.85 ? name : '',
    random() < 0.4 ? `www.${domain}` : '',
    language === 'de'
      ? 'Familie Jansen, Deichstraße 12, 24000 Seedorf'
      : 'Mr and Ms Jansen, 12 Quay Street, Saltmarsh',
    ...(random() < 0.5 ? [date, heading] : [heading, date]),
    ...shuffled([...own, ...between], random),
    amount,
    random() < 0.4 ? `info@${domain}` : '',
  ];
  const text = lines.filter((line) => line !== '').join('\n');
  return {
    text: random() < 0.25 ? blurred(text, random) : text,
    folder: place.folder.replace('@', String(year)),
    titleWords: must.replace('#', number).replace('@', String(year)).trim().toLowerCase().split(' '),
    isHeldOut,
  };
}

function dateOf(language: Language, year: number, random: Random): string {
  const [day, month] = [Math.floor(random() * 28) + 1, Math.floor(random() * 12)];
  if (language === 'en')
    return random() < 0.5
      ? `${day} ${englishMonths[month]} ${year}`
      : `Date: ${year}-${two(month + 1)}-${two(day)}`;
  return random() < 0.5
    ? `Seedorf, den ${day}. ${months[month]} ${year}`
    : `Datum: ${two(day)}.${two(month + 1)}.${year}`;
}

/** As a bad scan is read: some letters are taken for others, below the first lines. */
function blurred(text: string, random: Random): string {
  const wrong: Readonly<Record<string, string>> = { l: '1', o: '0', e: 'c', n: 'ri', u: 'ii' };
  return text.replaceAll(/[loenu]/g, (one, at: number) =>
    at > 160 && random() < 0.1 ? (wrong[one] ?? one) : one,
  );
}

type Random = () => number;
function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pick<One>(all: readonly One[], random: Random): One {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

function sample<One>(all: readonly One[], count: number, random: Random): One[] {
  return shuffled(all, random).slice(0, count);
}

function shuffled<One>(all: readonly One[], random: Random): One[] {
  return all
    .map((one) => ({ one, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
