/** One look through one mailbox. What breaks off is begun again: the same bytes are the same document. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { problemWords } from '#platform/problem-words.ts';
import { withMailbox, wordsOf, type ImapTimeouts, type OpenMailbox } from './imap.client.ts';
import { attachmentsOf, maxAttachments, ruleFor, saidOf } from './mail.rules.ts';
import type { MailStore } from './mail.store.ts';
import type { MailAccount, MailMessage, MailRule, MailSaid, MailState } from './mail.types.ts';

export type Look = {
  account: MailAccount;
  key: string;
  /** Written while it goes on. */
  state: MailState;
  store: MailStore;
  take: (chunks: AsyncIterable<Uint8Array>, filename: string, said: MailSaid) => Promise<string>;
  maxPdfBytes: number;
  timeouts: ImapTimeouts;
  now: () => number;
  isStopped: () => boolean;
};
type Taken = { documents: number; detail: string | null };

/** Of one mailbox in one look; the newest. */
const maxMessages = 5_000;
const describedAtOnce = 25;
const day = 24 * 60 * 60 * 1000;
/** Base64 is a third longer than what it stands for. */
const inflation = 1.4;

export function lookThrough(look: Look): Promise<void> {
  const { account, key, state, store, timeouts, now, isStopped } = look;
  return withMailbox(account, timeouts, async (open) => {
    const mailbox = { key, uidValidity: open.uidValidity };
    const since = account.days_back === 0 ? null : new Date(now() - account.days_back * day);
    const uids = await store.due(mailbox, await open.uids(since, maxMessages));
    state.messages = uids.length;
    for (let from = 0; from < uids.length; from += describedAtOnce)
      for (const message of await open.describe(uids.slice(from, from + describedAtOnce))) {
        if (isStopped()) return;
        const rule = ruleFor(account.rules, message);
        if (!rule) await store.note(mailbox, message.uid, { state: 'ignored', documents: 0, detail: null });
        else await noteTaken(look, open, message, rule);
        state.done++;
      }
  });
}

async function noteTaken(look: Look, open: OpenMailbox, message: MailMessage, rule: MailRule): Promise<void> {
  const { key, state, store } = look;
  const mailbox = { key, uidValidity: open.uidValidity };
  try {
    const taken = await takeAll(look, open, message, rule);
    if (rule.afterwards === 'mark-read') await open.markRead(message.uid);
    if (rule.afterwards === 'move' && rule.move_to !== '') await open.move(message.uid, rule.move_to);
    await store.note(mailbox, message.uid, { state: 'taken', ...taken });
    state.documents += taken.documents;
  } catch (error) {
    // A connection that is gone is no fault of the message.
    if (!(error instanceof Problem) && isLost(error)) throw error;
    const detail = refusalOf(error);
    await store.note(mailbox, message.uid, { state: 'failed', documents: 0, detail });
    state.detail = detail;
  }
}

/** @throws Problem when a file that could be taken was not, for want of room for instance */
async function takeAll(look: Look, open: OpenMailbox, message: MailMessage, rule: MailRule): Promise<Taken> {
  const { found, isCut } = attachmentsOf(message.structure);
  const refused: string[] = [];
  if (isCut)
    refused.push(say`More than ${maxAttachments} PDFs, or parts in parts without end: the rest was left.`);
  const said = saidOf(message, rule, found.length === 1);
  let documents = 0;
  for (const { part, filename, sizeBytes } of found) {
    if (sizeBytes > look.maxPdfBytes * inflation) {
      refused.push(say`“${filename}”: larger than the limit.`);
      continue;
    }
    try {
      await look.take(await open.part(message.uid, part), filename, said);
      documents++;
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      refused.push(say`“${filename}”: ${refusalOf(error)}`);
    }
  }
  return { documents, detail: refused.length === 0 ? null : refused.join(' ').slice(0, 1000) };
}

function isLost(error: unknown): boolean {
  return ['NoConnection', 'ECONNRESET', 'ETIMEDOUT', 'ETIMEOUT', 'EPIPE', 'ConnectionClosed'].includes(
    errorCode(error) ?? '',
  );
}

function refusalOf(error: unknown): string {
  return error instanceof Problem ? problemWords(error) : wordsOf(error);
}
