/** A piece of text, found by the search or around what was found. */
export type Piece = { text: string; found: boolean };

const foundStart = '\uE000';
const foundEnd = '\uE001';
const leadCharacters = 40;

/** Splits a snippet at the search's markers (U+E000 and U+E001, from the private use area). The result is text, never markup; the markers themselves never remain. */
export function foundPieces(snippet: string): Piece[] {
  const pieces: Piece[] = [];
  let found = false;
  let text = '';
  const push = () => {
    if (text !== '') pieces.push({ text, found });
    text = '';
  };
  for (const character of snippet) {
    if (character === foundStart || character === foundEnd) {
      push();
      found = character === foundStart;
    } else {
      text += character;
    }
  }
  push();
  return pieces;
}

/** The same snippet, begun shortly before what was found, so that a line or two show it. */
export function nearFound(snippet: string): string {
  const at = snippet.indexOf(foundStart);
  if (at <= leadCharacters) return snippet;
  const from = snippet.indexOf(' ', at - leadCharacters);
  return `…${snippet.slice(from < 0 || from > at ? at : from + 1)}`;
}

/** The words that were found, each once, in the order of the snippet, whatever their case. */
export function foundWords(snippet: string): string[] {
  const words = new Map<string, string>();
  for (const piece of foundPieces(snippet)) {
    const key = piece.text.trim().toLocaleLowerCase();
    if (piece.found && key !== '' && !words.has(key)) words.set(key, piece.text.trim());
  }
  return [...words.values()];
}
