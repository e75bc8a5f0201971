/** Sentences in the language of the reader (issue 15, row G5). */
import { expect, test } from 'vitest';
import { Problem } from '../contract/problem.ts';
import { say } from '../contract/say.ts';
import { createSentences } from './sentences.ts';

const sentences = createSentences({
  de: {
    sentences: {
      'There is no group {0}.': 'Eine Gruppe {0} gibt es nicht.',
      'Try again in {0}.': 'Versuchen Sie es in {0:words} noch einmal.',
      '{0} is away': '{0:words?} ist weg',
      '{0} cannot be reached.': '{0:name} ist nicht erreichbar.',
    },
    parts: { '{0} minutes': '{0} Minuten', 'The extension': 'Die Erweiterung' },
    names: { 'The extension': 'Die Erweiterung', '{0}, {1}': '{0:name} sowie {1:name}' },
  },
});
const german = sentences.in('de').say;

test('G5 a sentence is said in the language that is asked for, and in English where it is not there', () => {
  const sentence = say`There is no group ${'cooks'}.`;
  expect(sentence).toBe('There is no group cooks.');
  expect(german(sentence)).toBe('Eine Gruppe cooks gibt es nicht.');
  expect(german('A sentence of somewhere else.')).toBe('A sentence of somewhere else.');
  expect(sentences.in('fr').say(sentence)).toBe(sentence);
});

test('G5 sentences that follow one another, parts of them, and a capital letter', () => {
  expect(german('There is no group a. b. Try again in 5 minutes.')).toBe(
    'Eine Gruppe a. b gibt es nicht. Versuchen Sie es in 5 Minuten noch einmal.',
  );
  expect(german('The extension is away')).toBe('Die Erweiterung ist weg');
  expect(german('Notes is away')).toBe('Notes ist weg');
  // A part that is not known would be half a translation.
  expect(german('Try again in a while.')).toBe('Try again in a while.');
  expect(german('5 minutes')).toBe('5 minutes');
  expect(german('Must be an object')).toBe('Muss ein Objekt sein');
});

test.each([
  ['The extension', 'Die Erweiterung'],
  ['The extension, map', 'Die Erweiterung sowie map'],
  // What the kit and the sentences say of other things is none of a name's business.
  ['map', 'map'],
  ['5 minutes', '5 minutes'],
  ['Not found', 'Not found'],
  ['Notes is away', 'Notes is away'],
])('G5 what people named stays as they named it: %s', (name, told) => {
  expect(german(`${name} cannot be reached.`)).toBe(`${told} ist nicht erreichbar.`);
});

test('G5 what was said is said again, and no number of texts makes it forget or grow', () => {
  for (let count = 0; count < 5000; count += 2)
    expect(german(`There is no group ${count % 2500}.`)).toBe(`Eine Gruppe ${count % 2500} gibt es nicht.`);
});

test.each(['{0}', '{1}{0}', '$&', '__proto__', '<b>x</b>', 'constructor', 'a “b” .', ''])(
  'G5 a value comes out as it is: %s',
  (value) => {
    expect(german(say`There is no group ${value}.`)).toBe(`Eine Gruppe ${value} gibt es nicht.`);
    expect(german(value)).toBe(value);
  },
);

test.each([
  [undefined, 'en'],
  ['de', 'de'],
  ['de-AT,de;q=0.9', 'de'],
  ['fr, DE;q=0.5', 'de'],
  ['en;q=0.4,de;q=0.5', 'de'],
  ['en,de', 'en'],
  ['de;q=0', 'en'],
  ['de;q=nonsense', 'en'],
  ['fr', 'en'],
  ['*', 'en'],
  ['__proto__,constructor', 'en'],
])('G5 accept-language %s is answered in %s', (header, language) => {
  expect(sentences.wantedBy(header).language).toBe(language);
});

test('G5 a long header and a long text cost nothing: what is beyond the bound is not read', () => {
  expect(sentences.wantedBy(`${'fr,'.repeat(4000)}de`).language).toBe('en');
  const long = say`There is no group ${'. '.repeat(4000)}.`;
  expect(german(long)).toBe(long);
  // Each piece could begin a sentence, a place or a part.
  const hostile = 'There is no group a. Try again in is away. '.repeat(90);
  const begin = performance.now();
  german(hostile);
  expect(performance.now() - begin).toBeLessThan(10_000);
});

test('G5 a problem is told in German, its type and its pointers as ever', () => {
  const errors = [{ pointer: '/name', detail: 'must be an object' }];
  const problem = new Problem('invalid', { detail: say`There is no group ${1}.`, errors });
  expect(problem.body('r1', german)).toEqual({
    type: '/problems/invalid',
    title: 'Einige Felder sind falsch',
    status: 422,
    detail: 'Eine Gruppe 1 gibt es nicht.',
    instance: 'r1',
    errors: [{ pointer: '/name', detail: 'muss ein Objekt sein' }],
  });
  expect(problem.message).toBe('There is no group 1.');
  expect(problem.body('r1')).toMatchObject({ title: 'Some fields are wrong', errors });
});
