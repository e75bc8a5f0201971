export const mostTags = 50;
export const tagCharacters = 100;

/** Tags as the archive keeps them: trimmed, NFC, each once whatever its case, in their order. */
export function cleanTags(tags: readonly string[]): string[] {
  const clean = new Map<string, string>();
  for (const given of tags) {
    const tag = given.normalize('NFC').trim().slice(0, tagCharacters);
    const key = tag.toLocaleLowerCase();
    if (tag !== '' && !clean.has(key)) clean.set(key, tag);
  }
  return [...clean.values()].slice(0, mostTags);
}
