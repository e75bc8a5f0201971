/** A title from what stands in the first lines, and a file name from the title. */
import type { FoundDate } from './dates.rules.ts';
import { headingOf, kindOf, linesOf, numberOf, senderOf, subjectOf, type Kind } from './letter.rules.ts';
import { safeFileName } from './safe-name.rules.ts';

export type FoundTitle = { title: string; reason: string; confidence: number; page: number };
export type Letter = {
  kind: Kind | null;
  sender: string | null;
  number: string | null;
  title: FoundTitle | null;
};

const maxTitle = 100;
/** Names that cameras, scanners and programs give: nothing is lost when another takes their place. */
const nameless =
  /^(?:scan|img|image|dsc|doc|document|dokument|download|untitled|unbenannt|brother|epson|canon|hp|pxl|screenshot|fax|print|file|datei|page|seite|kopie|copy|anlage|attachment|mail)?[\s_.()#-]*[\d\s_.()T:-]*$/i;
const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

export function isNameless(title: string): boolean {
  return nameless.test(title.trim()) || uuid.test(title.trim());
}

export function readLetter(pages: readonly string[], language: string | null, about: string): Letter {
  const [first = ''] = pages;
  const lines = linesOf(first);
  const sender = senderOf(lines);
  const kind = kindOf(lines, language);
  const number = numberOf(first);
  return { kind, sender, number, title: titleOf(first, lines, { kind, sender, number, about }) };
}

type Clues = { kind: Kind | null; sender: string | null; number: string | null; about: string };

function titleOf(
  page: string,
  lines: readonly string[],
  { kind, sender, number, about }: Clues,
): FoundTitle | null {
  const subject = subjectOf(page);
  if (subject !== null)
    return {
      title: withSender(cleaned(subject), sender),
      reason: 'The subject line says so.',
      confidence: 0.92,
      page: 1,
    };
  if (kind?.isHeading) {
    const line = cleaned(kind.line);
    const isBare = !/\d/.test(line) && line.split(' ').length <= 2;
    const title = isBare && number !== null ? `${line} ${number}` : line;
    return { title: withSender(title, sender), reason: 'The heading says so.', confidence: 0.9, page: 1 };
  }
  const heading = headingOf(lines, sender);
  const [given = ''] = about.split('\n');
  const isGiven =
    /\p{L}{3}.*\s.*\p{L}{2}/u.test(given) &&
    given.length <= maxTitle &&
    !/\.(?:docx?|xlsx?|pdf|indd|tex)\b|^microsoft/i.test(given);
  if (isGiven && heading !== null && sameWords(given, heading))
    return {
      title: cleaned(given),
      reason: 'The file says so, and so does its first page.',
      confidence: 0.9,
      page: 1,
    };
  if (heading !== null)
    return {
      title: cleaned(heading),
      reason: 'It is the first line that reads like a title.',
      confidence: 0.7,
      page: 1,
    };
  if (isGiven) return { title: cleaned(given), reason: 'The file says so.', confidence: 0.66, page: 1 };
  return null;
}

/** @returns '' when nothing of it can be kept */
export function fileNameOf(title: string, date: FoundDate | { date: string } | null): string {
  return safeFileName(date === null ? title : `${date.date} ${title}`);
}

function withSender(title: string, sender: string | null): string {
  if (sender === null || title.toLowerCase().includes(sender.toLowerCase())) return title;
  const both = `${title}, ${sender}`;
  return both.length <= maxTitle ? both : title;
}

function cleaned(text: string): string {
  const line = text
    .normalize('NFC')
    .replaceAll(
      /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ue000-\uf8ff\ufffe\uffff]/gu,
      '',
    )
    .replaceAll(/\s+/gu, ' ')
    .replace(/[\s:;,.-]+$/u, '')
    .trim();
  if (line.length <= maxTitle) return line;
  return line.slice(0, maxTitle).replace(/\s+\S*$/u, '');
}

function sameWords(one: string, other: string): boolean {
  const words = (text: string) => new Set(text.toLowerCase().match(/\p{L}{3,}/gu) ?? []);
  const [a, b] = [words(one), words(other)];
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared > 0 && shared >= Math.min(a.size, b.size) * 0.6;
}
