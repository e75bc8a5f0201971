/** What the letters of the labelled archive are made of. */
export type Language = 'de' | 'en';
export type Place = {
  folder: string;
  language: Language;
  senders: readonly (readonly [name: string, domain: string])[];
  /** `#` is a number, `@` a year; the words in front of `|` must stand in the title. */
  subjects: readonly string[];
  sentences: readonly string[];
};

export const german = (
  folder: string,
  senders: Place['senders'],
  subjects: string[],
  sentences: string[],
): Place => ({
  folder,
  language: 'de',
  senders,
  subjects,
  sentences,
});
export const english = (
  folder: string,
  senders: Place['senders'],
  subjects: string[],
  sentences: string[],
): Place => ({
  folder,
  language: 'en',
  senders,
  subjects,
  sentences,
});
