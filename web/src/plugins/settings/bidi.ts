/** Overrides and isolates of the writing direction could make a text read as another one. */
export function withoutBidi(text: string): string {
  return text.replaceAll(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '');
}
