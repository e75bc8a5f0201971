/**
 * What an author of a container writes in a description: code between backticks, emphasis, and links to
 * https. It is text all through (M8): what is none of these is shown as it is written.
 */
import { Anchor, Code } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';

export function richWords(text: string): ReactNode {
  if (!/[`*_[\]]|https:/.test(text)) return text;
  return partsOf(text).map((part, index) => <Fragment key={index}>{drawn(part)}</Fragment>);
}

/** The same as plain text, for a search or a name. */
export function plainWords(text: string): string {
  return partsOf(text)
    .map(({ words }) => words)
    .join('');
}

export type WordPart =
  | { kind: 'text' | 'code' | 'em' | 'strong'; words: string }
  | { kind: 'link'; words: string; href: string };

const code = /`+([^`]+)`+/;
const strong = /\*\*([^*\s](?:[^*]*[^*\s])?)\*\*/;
const emphasis = /(?<![\w*])[*_]([^*_\s](?:[^*_\n]*[^*_\s])?)[*_](?![\w*])/;
const link = /\[([^\][]+)\]\(([^()\s]+)\)/;
const address = /(https:\/\/[^\s<>"'`)\]]+[^\s<>"'`)\].,;:!?])/;
const inline = new RegExp([code, strong, emphasis, link, address].map(({ source }) => source).join('|'), 'g');

export function partsOf(text: string): WordPart[] {
  const parts: WordPart[] = [];
  let end = 0;
  for (const found of text.slice(0, maxLength).matchAll(inline)) {
    const [whole, inCode, inStrong, inEm, words, target, plain] = found;
    if (found.index > end) parts.push({ kind: 'text', words: text.slice(end, found.index) });
    end = found.index + whole.length;
    if (inCode !== undefined) parts.push({ kind: 'code', words: inCode });
    else if (inStrong !== undefined) parts.push({ kind: 'strong', words: inStrong });
    else if (inEm !== undefined) parts.push({ kind: 'em', words: inEm });
    else if (plain !== undefined) parts.push({ kind: 'link', words: plain, href: plain });
    else if (isSafe(target)) parts.push({ kind: 'link', words: words ?? '', href: target });
    else parts.push({ kind: 'text', words: words ?? whole });
  }
  if (end < text.length) parts.push({ kind: 'text', words: text.slice(end) });
  return parts;
}

const maxLength = 8_000;

/** Only pages of the web: no script, no data, no address within the gateway. */
function isSafe(href: string | undefined): href is string {
  if (href === undefined || !href.startsWith('https://')) return false;
  return URL.canParse(href) && new URL(href).protocol === 'https:';
}

function drawn(part: WordPart): ReactNode {
  switch (part.kind) {
    case 'code':
      return <Code>{part.words}</Code>;
    case 'em':
      return <em>{part.words}</em>;
    case 'strong':
      return <strong>{part.words}</strong>;
    case 'link':
      return (
        <Anchor href={part.href} target="_blank" rel="noreferrer noopener" inherit underline="always">
          {part.words}
        </Anchor>
      );
    case 'text':
      return part.words;
  }
}
