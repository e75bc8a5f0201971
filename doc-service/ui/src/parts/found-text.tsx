import { foundPieces } from '../model/snippet.ts';

/** A snippet with what was found marked. Text all the way: nothing of a document is ever markup here. */
export function FoundText({ snippet }: { snippet: string }) {
  return foundPieces(snippet).map((piece, index) =>
    piece.found ? <mark key={index}>{piece.text}</mark> : piece.text,
  );
}
