/** Names of files: raw bytes are what is kept; what people see is text. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** NFC, with U+FFFD for what is no UTF-8 and for control characters. */
export function displayName(bytes: Uint8Array): string {
  return shownName(decoder.decode(bytes));
}

export function shownName(name: string): string {
  return name
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069\ue000\ue001]/g, '\ufffd');
}

/** `invoices/2026/bill.pdf` → `invoices/2026`; a file of the root has none. */
export function categoryOf(displayPath: string): string | null {
  const end = displayPath.lastIndexOf('/');
  return end <= 0 ? null : displayPath.slice(0, end);
}

export function filenameOf(displayPath: string): string {
  return displayPath.slice(displayPath.lastIndexOf('/') + 1);
}

/** The name without its ending, underscores read as blanks. */
export function titleOf(filename: string): string {
  const stem = filename
    .replace(/\.pdf$/i, '')
    .replaceAll('_', ' ')
    .trim();
  return stem === '' ? filename : stem;
}

/** What the watched folder proposes for what lies at a path. */
export function namesOf(shown: string): { title: string; filename: string; category: string | null } {
  const filename = filenameOf(shown);
  return { filename, title: titleOf(filename), category: categoryOf(shown) };
}
