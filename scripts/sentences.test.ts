/** What the servers say is there in German, sentence by sentence (issue 15, row G5). */
import { expect, test } from 'vitest';
import { createSentences } from '../plugin-kit/src/base/sentences.ts';
import { catalogueOf, kit, saidBy, servers, type Said, type Speaker } from './sentences.ts';

const ofKit = catalogueOf(kit);
const said = new Map([kit, ...servers].map((speaker) => [speaker, saidBy(speaker)]));

/** Their words are those of a library: its schemas and its types. */
const ofZod = /^(?:Invalid|Unrecognized|Too (?:big|small))\b/;

const speakers: readonly Speaker[] = [kit, ...servers];

/** The sentence, or its translation, with something in its places. */
function filled(text: string): string {
  return text.replaceAll(/\{(\d+)(?::(?:words\??|name))?\}/g, 'the <b>$1</b>');
}

function saidOf(speaker: Speaker): Said {
  const found = said.get(speaker);
  if (!found) throw new Error(`nothing was read of ${speaker.folder}`);
  return found;
}

test.each(speakers)('G5 every sentence of $folder is in its catalogue', (speaker) => {
  const own = catalogueOf(speaker);
  const known = new Set(
    [own, ofKit].flatMap(({ sentences, parts, names }) => Object.keys({ ...sentences, ...parts, ...names })),
  );
  const { say } = createSentences({ de: own }).in('de');
  const { wanted } = saidOf(speaker);
  expect(wanted.size).toBeGreaterThan(50);
  // `must have at most 20 characters` is known by `must have at most {0} characters`.
  const missing = [...wanted].filter(([key]) => !known.has(key) && say(key) === key);
  expect(missing).toEqual([]);
});

test.each(speakers)('G5 what $folder says with values is marked by `say`', (speaker) => {
  expect(saidOf(speaker).unmarked).toEqual([]);
});

test.each(speakers)('G5 no translation of $folder is dead', (speaker) => {
  const { texts } = saidOf(speaker);
  const { sentences, parts = {}, names = {} } = catalogueOf(speaker);
  const keys = [...Object.keys({ ...sentences, ...names }), ...(speaker === kit ? [] : Object.keys(parts))];
  const isWords = (key: string): boolean => /\p{L}/u.test(key);
  expect(keys.filter((key) => !texts.has(key) && isWords(key) && !ofZod.test(key))).toEqual([]);
});

test.each(speakers)('G5 each translation of $folder has the places of its sentence', (speaker) => {
  const { sentences, parts, names } = catalogueOf(speaker);
  const places = (text: string): string =>
    [...new Set(Array.from(text.matchAll(/\{(\d+)(?::(?:words\??|name))?\}/g), ([, place = '']) => place))]
      .toSorted((one, other) => Number(one) - Number(other))
      .join();
  const wrong = Object.entries({ ...sentences, ...parts, ...names }).filter(
    ([key, told]) => places(key) !== places(told),
  );
  expect(wrong).toEqual([]);
});

test.each(servers)('G5 each sentence of $folder is found again by its English text', (speaker) => {
  const own = catalogueOf(speaker);
  const { say } = createSentences({ de: own }).in('de');
  const lost = Object.entries({ ...ofKit.sentences, ...own.sentences }).filter(
    ([key, told]) => !told.includes(':words}') && say(filled(key)) !== filled(told),
  );
  expect(lost).toEqual([]);
});
