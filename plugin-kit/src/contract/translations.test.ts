/** Texts of a manifest in further languages: what is admitted, and what of a schema they change. */
import { describe, expect, test } from 'vitest';
import { mostLanguages, mostTranslatedTexts } from './manifest-translations.ts';
import { readManifest } from './read-manifest.ts';
import { describedIn, translateBy, translationsFor } from './translations.ts';

const least = { manifest_version: '1.0', id: 'one', name: 'One', version: '1' };
const isRead = (translations: unknown): boolean => readManifest({ ...least, translations }).ok;
const numbered = (count: number, of: (index: number) => unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [String(of(index)), 'x']));

describe('G5: translations of a manifest', () => {
  test('are admitted within their bounds, and refused beyond', () => {
    expect(isRead({ de: { One: 'Eins' } })).toBe(true);
    expect(isRead({ de: numbered(mostTranslatedTexts, (index) => `text ${index}`) })).toBe(true);
    expect(isRead({ de: numbered(mostTranslatedTexts + 1, (index) => `text ${index}`) })).toBe(false);
    const codes = Array.from(
      { length: mostLanguages + 1 },
      (_, index) => `a${String.fromCharCode(97 + index)}`,
    );
    expect(isRead(Object.fromEntries(codes.slice(1).map((code) => [code, {}])))).toBe(true);
    expect(isRead(Object.fromEntries(codes.map((code) => [code, {}])))).toBe(false);
    expect(isRead({ de: { One: 'x'.repeat(2001) } })).toBe(false);
  });

  test('say nothing that turns what people read around', () => {
    expect(isRead({ de: { One: 'gut \u202e txt' } })).toBe(false);
    expect(isRead({ 'de-<b>': { One: 'Eins' } })).toBe(false);
    expect(isRead({ de: { One: 1 } })).toBe(false);
  });

  test('a text without one stays as it is, also where it is called as members of every object are', () => {
    const say = translateBy({ de: { One: 'Eins', Two: '' } }, 'de');
    expect([say('One'), say('Two'), say('Three'), say('constructor')]).toEqual([
      'Eins',
      'Two',
      'Three',
      'constructor',
    ]);
    expect(translateBy({ de: { One: 'Eins' } }, 'toString')('One')).toBe('One');
  });

  test('of a list of texts alone are told, and nothing where there is none', () => {
    const all = { de: { One: 'Eins', Two: 'Zwei' }, fr: { Two: 'Deux' } };
    expect(translationsFor(all, ['One', 'toString'])).toEqual({ de: { One: 'Eins' } });
    expect(translationsFor(all, ['Three'])).toBeUndefined();
    expect(translationsFor(undefined, ['One'])).toBeUndefined();
  });

  test('change what people read of a schema, and no value and no name', () => {
    const say = translateBy({ de: { Red: 'Rot', title: 'Titel' } }, 'de');
    const schema = {
      title: 'Red',
      required: ['Red'],
      properties: {
        title: { type: 'string', title: 'Red', default: 'Red', enum: ['Red'], examples: ['Red'] },
        default: { description: 'Red', oneOf: [{ const: 'Red', title: 'Red' }] },
        shape: { default: { title: 'Red' } },
        check: { 'x-check': { path: '/Red', title: 'Red' } },
      },
    };
    expect(describedIn(schema, say)).toEqual({
      title: 'Rot',
      required: ['Red'],
      properties: {
        title: { type: 'string', title: 'Rot', default: 'Red', enum: ['Red'], examples: ['Red'] },
        default: { description: 'Rot', oneOf: [{ const: 'Red', title: 'Rot' }] },
        shape: { default: { title: 'Red' } },
        check: { 'x-check': { path: '/Red', title: 'Rot' } },
      },
    });
    expect(describedIn({ order: ['Red'], colour: { 'ui:help': 'Red', group: 'Red' } }, say)).toEqual({
      order: ['Red'],
      colour: { 'ui:help': 'Rot', group: 'Rot' },
    });
  });
});
