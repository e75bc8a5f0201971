/** What happened to a letter, in words: mail servers and networks speak in codes. */
import type { OutboxLetter } from '#api/mail.ts';
import { msg, t, type Message } from '#words/words.ts';

const codes: Readonly<Record<string, Message>> = {
  ECONNREFUSED: msg('The mail server takes no connections.'),
  ECONNECTION: msg('The mail server could not be reached.'),
  ENOTFOUND: msg('The name of the mail server leads nowhere.'),
  EDNS: msg('The name of the mail server leads nowhere.'),
  ETIMEDOUT: msg('The mail server did not answer in time.'),
  ESOCKET: msg('The connection to the mail server broke, or its certificate is not good.'),
  ETLS: msg('The mail server did not offer a safe connection.'),
  EAUTH: msg('The mail server did not accept our name and password.'),
  EENVELOPE: msg('The mail server did not take the sender or the recipient.'),
  EMESSAGE: msg('The mail server did not take the letter.'),
  EPROTOCOL: msg('The mail server answered with something unexpected.'),
};

/** RFC 5321: 4yz try again, 5yz do not. */
const replies: Readonly<Record<string, Message>> = {
  '421': msg('It is closing, or too busy.'),
  '450': msg('The mailbox is busy.'),
  '451': msg('It could not do it just now.'),
  '452': msg('It has no room.'),
  '550': msg('There is no such mailbox, or it refuses our mail.'),
  '551': msg('The mailbox is somewhere else.'),
  '552': msg('The mailbox is full.'),
  '553': msg('The address is not allowed.'),
  '554': msg('It refused for good.'),
};

/** @param code such as `EENVELOPE 451`, as the gateway kept it */
export function errorWords(code: string): string {
  const known = code.split(' ').flatMap((part) => codes[part] ?? replies[part] ?? []);
  return known.length > 0 ? known.map((words) => t(words)).join(' ') : t('The letter could not be sent.');
}

export const letterLook: Readonly<Record<OutboxLetter['state'], { label: Message; color: string }>> = {
  waiting: { label: msg('On its way'), color: 'teal' },
  retrying: { label: msg('Delayed'), color: 'yellow' },
  given_up: { label: msg('Given up'), color: 'red' },
};
