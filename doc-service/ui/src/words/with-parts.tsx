/** A text with elements inside: the sentence stays whole, and its translation may put them elsewhere. */
import { cloneElement, Fragment, type ReactElement } from 'react';
import type { Message, Values } from '@berth/plugin-kit/frame/words.ts';
import { piecesOf } from './words.ts';

type WordsProps = {
  /**
   * `<link>…</link>` and `<when/>` are the places of `parts`: the first has the words in it as children.
   */
  text: string | Message;
  values?: Values;
  parts: Readonly<Record<string, ReactElement>>;
};

export function Words({ text, values = {}, parts }: WordsProps) {
  // The pieces of a text have no names and do not move.
  return piecesOf(text, values).map(({ text: inner, place }, index) => (
    // oxlint-disable-next-line react/no-array-index-key
    <Fragment key={index}>{place === undefined ? inner : filled(parts[place], inner)}</Fragment>
  ));
}

function filled(part: ReactElement | undefined, inner: string): ReactElement | undefined {
  return part === undefined || inner === '' ? part : cloneElement(part, {}, inner);
}
