/** The same words without case, to compare by: made here, so that the database's locale has no part in it. */
export function caseKey(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
