/** In which language people hear what the gateway says. */
import { createSentences, english, type Spoken } from '@berth/plugin-kit/base/sentences.ts';
import type { Say } from '@berth/plugin-kit/contract/say.ts';
import { isObject } from '@berth/plugin-kit/contract/settings.ts';
import type { Context } from 'hono';
import german from './de.json' with { type: 'json' };

export const sentences = createSentences({ de: german });

/** As the request asks for it by `accept-language`. */
export function spokenTo(c: Context): Spoken {
  return sentences.wantedBy(c.req.header('accept-language'));
}

/** Where answers hold what the gateway itself says. */
const spokenMembers: ReadonlySet<string> = new Set([
  'detail',
  'explanation',
  'fault',
  'hint',
  'message',
  'notes',
  'problem',
  'reason',
  'what',
  'why_not',
]);

/** What people, publishers and containers keep: it is theirs, whatever its members are called. */
const dataMembers: ReadonlySet<string> = new Set([
  'after',
  'asks_for',
  'before',
  'default_options',
  'environments',
  'merged_options',
  'options',
  'options_schema',
  'rule',
  'translations',
]);

/**
 * As `c.json`, with the gateway's sentences in the reader's language.
 * @param more members that hold sentences on this address alone
 */
export function jsonInWords(
  c: Context,
  value: object,
  { status = 200, headers = {}, more = [] }: Told = {},
): Response {
  const { language, say } = spokenTo(c);
  const told = { ...headers, 'content-type': 'application/json', 'content-language': language };
  const isEnglish = language === english.language;
  const text = isEnglish ? JSON.stringify(value) : inWords(value, say, new Set([...spokenMembers, ...more]));
  return c.body(text, status, told);
}

type Told = { status?: 200 | 201 | 202; headers?: Record<string, string>; more?: readonly string[] };

/** @returns JSON */
export function inWords(value: object, say: Say, members: ReadonlySet<string> = spokenMembers): string {
  return JSON.stringify(toldOf(value, say, members, false));
}

/** @param isSaid whether its texts are sentences */
function toldOf(part: unknown, say: Say, members: ReadonlySet<string>, isSaid: boolean): unknown {
  if (typeof part === 'string') return isSaid ? say(part) : part;
  if (Array.isArray(part)) return part.map((one: unknown) => toldOf(one, say, members, isSaid));
  if (!isObject(part) || 'toJSON' in part) return part;
  return Object.fromEntries(
    Object.entries(part).map(([member, one]) => [
      member,
      dataMembers.has(member) ? one : toldOf(one, say, members, members.has(member)),
    ]),
  );
}

/** @returns says a letter line by line: each is a sentence, a link, or sentences one behind the other */
export function lettersIn(locale: string) {
  const { say } = sentences.in(locale.split('-', 1)[0]?.toLowerCase() ?? '');
  // A link holds a secret: it is not looked up, and so kept nowhere.
  const sayLine = (line: string): string => (/^https?:/.test(line) ? line : say(line));
  return <Letter extends { subject: string; text: string }>(letter: Letter): Letter => ({
    ...letter,
    subject: say(letter.subject),
    text: letter.text.split('\n').map(sayLine).join('\n'),
  });
}
