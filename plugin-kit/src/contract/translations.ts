/**
 * A manifest's texts in further languages: `{ "de": { "Library": "Ablage" } }`. The key is the text as the
 * manifest says it, so that one that has no translation is shown as it is.
 */
import { isObject, type Json, type JsonObject } from './exact-json.ts';

export type Translations = Readonly<Record<string, Readonly<Record<string, string>>>>;
export type Translate = (said: string) => string;

/** @returns a text in the language, where the manifest has it */
export function translateBy(translations: Translations | undefined, code: string): Translate {
  const words = translations && Object.hasOwn(translations, code) ? translations[code] : undefined;
  return (said) => (words && Object.hasOwn(words, said) ? words[said] || said : said);
}

/** @returns what there is of these texts alone, or nothing */
export function translationsFor(
  translations: Translations | undefined,
  texts: readonly string[],
): Translations | undefined {
  const languages = Object.entries(translations ?? {}).flatMap(([code, words]) => {
    const known = texts.flatMap((said): [string, string][] => {
      const translated = Object.hasOwn(words, said) ? words[said] : undefined;
      return translated ? [[said, translated]] : [];
    });
    return known.length === 0 ? [] : [[code, Object.fromEntries(known)] as const];
  });
  return languages.length === 0 ? undefined : Object.fromEntries(languages);
}

/** Members of a JSON Schema and of hints that people read. */
const readByPeople = /^(?:ui:)?(?:title|description|help|placeholder|group)$/;
/** Members that hold values: they are what is saved, and never translated. */
const values = new Set(['default', 'const', 'enum', 'examples', 'required', 'order', 'ui:order']);

/** @returns a schema, or hints, with what people read of it in another language; no value changes */
export function describedIn(described: JsonObject, translate: Translate): JsonObject {
  return Object.fromEntries(
    Object.entries(described).map(([name, value]) => [name, memberIn(name, value, translate)]),
  );
}

function memberIn(name: string, value: Json, translate: Translate): Json {
  if (typeof value === 'string') return readByPeople.test(name) ? translate(value) : value;
  // A property may be called `default`: then it is described by an object of its own below `properties`.
  if (name === 'properties' || name === '$defs') return isObject(value) ? eachIn(value, translate) : value;
  if (values.has(name)) return value;
  if (Array.isArray(value)) return value.map((one) => memberIn('', one, translate));
  return isObject(value) ? describedIn(value, translate) : value;
}

function eachIn(members: JsonObject, translate: Translate): JsonObject {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      isObject(value) ? describedIn(value, translate) : value,
    ]),
  );
}
