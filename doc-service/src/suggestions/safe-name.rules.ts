/** Names that every file system takes: what Windows, macOS, Linux, SMB shares and clouds agree on. */
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
/** Control characters, those without a width or that turn the direction of a line, and private ones. */
const unshowable =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ue000-\uf8ff\ufeff\ufff0-\uffff]/gu;
const maxBytes = 120;
const encoder = new TextEncoder();

/**
 * @returns one name without an ending, of at most 120 bytes in UTF-8; '' when nothing of it can be kept
 */
export function safeName(text: string): string {
  const plain = text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\t\r\n]/g, ' ')
    .replaceAll(unshowable, '')
    .replaceAll(/\s*[/\\|:]\s*/g, '-')
    .replaceAll(/["*?<>]/g, '')
    .replaceAll(/\s+/gu, ' ');
  const trimmed = trim(shortened(trim(plain)));
  return reserved.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** @returns a name that ends in `.pdf`; '' when nothing of it can be kept */
export function safeFileName(text: string): string {
  const stem = safeName(text.replace(/\.pdf$/i, ''));
  return stem === '' ? '' : `${stem}.pdf`;
}

/** @returns each name of the path made safe; null when one of them is empty, or it is too deep */
export function safeFolder(path: string, maxDepth: number): string | null {
  const names = path.split('/').map(safeName);
  if (names.length > maxDepth || names.includes('')) return null;
  return names.join('/');
}

/** No blank, dot or dash at either end: some systems drop them, others read them as an option or as hidden. */
function trim(text: string): string {
  return text.replace(/^[\s.~-]+/u, '').replace(/[\s.-]+$/u, '');
}

function shortened(text: string): string {
  if (encoder.encode(text).length <= maxBytes) return text;
  let kept = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter('en').segment(text)) {
    bytes += encoder.encode(segment).length;
    if (bytes > maxBytes) break;
    kept += segment;
  }
  return kept.replace(/\s+\S{0,12}$/u, '');
}
