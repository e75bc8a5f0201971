/** In which language people hear what the gateway says. */
import { createSentences, type Spoken } from '@berth/plugin-kit/base/sentences.ts';
import type { Say } from '@berth/plugin-kit/contract/say.ts';
import type { Context } from 'hono';
import german from './de.json' with { type: 'json' };

export const sentences = createSentences({ de: german });

/** As the request asks for it by `accept-language`. */
export function spokenTo(c: Context): Spoken {
  return sentences.wantedBy(c.req.header('accept-language'));
}

/**
 * Where answers hold what the gateway itself says. Data of others stands in none of them, on these
 * addresses.
 */
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
  return c.body(inWords(value, say, new Set([...spokenMembers, ...more])), status, told);
}

type Told = { status?: 200 | 201 | 202; headers?: Record<string, string>; more?: readonly string[] };

/** @returns JSON */
export function inWords(value: object, say: Say, members: ReadonlySet<string> = spokenMembers): string {
  return JSON.stringify(value, (member, part: unknown) => {
    if (!members.has(member)) return part;
    if (Array.isArray(part)) return part.map((one: unknown) => (typeof one === 'string' ? say(one) : one));
    return typeof part === 'string' ? say(part) : part;
  });
}

/** @returns says a letter line by line: each is a sentence, a link, or sentences one behind the other */
export function lettersIn(locale: string) {
  const { say } = sentences.in(locale.split('-', 1)[0]?.toLowerCase() ?? '');
  return <Letter extends { subject: string; text: string }>(letter: Letter): Letter => ({
    ...letter,
    subject: say(letter.subject),
    text: letter.text.split('\n').map(say).join('\n'),
  });
}
