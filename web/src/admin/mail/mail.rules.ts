/** What happened to a letter, in words: mail servers and networks speak in codes. */
import type { OutboxLetter } from '#api/mail.ts';

const codes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The mail server takes no connections.',
  ECONNECTION: 'The mail server could not be reached.',
  ENOTFOUND: 'The name of the mail server leads nowhere.',
  EDNS: 'The name of the mail server leads nowhere.',
  ETIMEDOUT: 'The mail server did not answer in time.',
  ESOCKET: 'The connection to the mail server broke, or its certificate is not good.',
  ETLS: 'The mail server did not offer a safe connection.',
  EAUTH: 'The mail server did not accept our name and password.',
  EENVELOPE: 'The mail server did not take the sender or the recipient.',
  EMESSAGE: 'The mail server did not take the letter.',
  EPROTOCOL: 'The mail server answered with something unexpected.',
};

/** RFC 5321: 4yz try again, 5yz do not. */
const replies: Readonly<Record<string, string>> = {
  '421': 'It is closing, or too busy.',
  '450': 'The mailbox is busy.',
  '451': 'It could not do it just now.',
  '452': 'It has no room.',
  '550': 'There is no such mailbox, or it refuses our mail.',
  '551': 'The mailbox is somewhere else.',
  '552': 'The mailbox is full.',
  '553': 'The address is not allowed.',
  '554': 'It refused for good.',
};

/** @param code such as `EENVELOPE 451`, as the gateway kept it */
export function errorWords(code: string): string {
  const known = code.split(' ').flatMap((part) => codes[part] ?? replies[part] ?? []);
  return known.length > 0 ? known.join(' ') : 'The letter could not be sent.';
}

export const letterLook: Readonly<Record<OutboxLetter['state'], { label: string; color: string }>> = {
  waiting: { label: 'On its way', color: 'teal' },
  retrying: { label: 'Delayed', color: 'yellow' },
  given_up: { label: 'Given up', color: 'red' },
};
