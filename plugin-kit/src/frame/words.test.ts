import { expect, test } from 'vitest';
import { chooseLocale, createWords, formatMessage, placesOf } from './words.ts';

const german = {
  'Remove {name}?': '{name} entfernen?',
  '{count, plural, =0 {nobody} one {1 person} other {# people}}':
    '{count, plural, =0 {niemand} one {1 Person} other {# Personen}}',
  'Have an account? <link>Sign in</link>': '<link>Anmelden</link>, wenn Sie ein Konto haben',
};
const people = '{count, plural, =0 {nobody} one {1 person} other {# people}}';

test('G5 a text comes in the language that was chosen, with its values; what is missing comes in English', async () => {
  const { t, speak, locale } = createWords({ de: async () => german });
  expect(t('Remove {name}?', { name: 'Ada' })).toBe('Remove Ada?');
  await speak(['fr', 'de-AT', 'en']);
  expect(locale()).toBe('de-AT');
  expect(t('Remove {name}?', { name: 'Ada' })).toBe('Ada entfernen?');
  expect(t('Not there')).toBe('Not there');
});

test('G5 plurals and their numbers go by the language', async () => {
  const { t, speak } = createWords({ de: async () => german });
  expect([0, 1, 1200].map((count) => t(people, { count }))).toEqual(['nobody', '1 person', '1,200 people']);
  await speak(['de-DE']);
  expect([0, 1, 1200].map((count) => t(people, { count }))).toEqual([
    'niemand',
    '1 Person',
    '1.200 Personen',
  ]);
});

test('G5 values are text: braces, markup and names of Object come out as they are', () => {
  const { t, piecesOf } = createWords({});
  for (const name of ['{count}', '<link>x</link>', '__proto__', '{', '#'])
    expect(t('Remove {name}?', { name })).toBe(`Remove ${name}?`);
  expect(t('constructor')).toBe('constructor');
  expect(piecesOf('Hello, {name}', { name: '<link>x</link>' })).toEqual([{ text: 'Hello, <link>x</link>' }]);
});

test('G5 a code without words is shown as it came, whatever stands in it', async () => {
  const { termOf, speak } = createWords({ de: async () => ({ Signed: 'Angemeldet' }) });
  await speak(['de']);
  const terms = { open: { message: 'Signed' } };
  const codes = ['open', '{', '{name}', 'constructor', '__proto__', 'Signed'];
  expect(codes.map((code) => termOf(terms, code))).toEqual(['Angemeldet', ...codes.slice(1)]);
});

test('G5 a translation may put the elements of a text elsewhere', async () => {
  const { piecesOf, speak } = createWords({ de: async () => german });
  await speak(['de']);
  expect(piecesOf('Have an account? <link>Sign in</link>')).toEqual([
    { text: 'Anmelden', place: 'link' },
    { text: ', wenn Sie ein Konto haben' },
  ]);
});

test('G5 what was asked for last is spoken, whatever arrives first', async () => {
  const slow = Promise.withResolvers<typeof german>();
  const { speak, locale } = createWords({ de: () => slow.promise });
  const first = speak(['de']);
  await speak(['en-GB']);
  slow.resolve(german);
  await first;
  expect(locale()).toBe('en-GB');
});

test('G5 a catalogue that cannot be fetched leaves what is spoken', async () => {
  const { speak, locale } = createWords({ de: () => Promise.reject(new Error('gone')) });
  await expect(speak(['de'])).rejects.toThrow('gone');
  expect(locale()).toBe('en');
});

test('G5 a locale that is none is passed over', () => {
  expect(chooseLocale(['', 'de_DE', '<b>', 'de-CH'], ['de'])).toBe('de-CH');
  expect(chooseLocale(['fr'], ['de'])).toBe('en');
});

test('G5 the places of a text are known, also inside of plurals', () => {
  expect(placesOf('{count, plural, one {{names} loses it} other {# lose <what/>}}')).toEqual([
    '<what>',
    'count',
    'names',
  ]);
  expect(formatMessage('{count, plural, one {{a} b} other {{a} c}}', { count: 2, a: 'x' }, 'en')).toBe('x c');
});
