/** What came by which way, and how the mailboxes do, as the documents API tells of it. */
import { amount, entries, record, text, words } from './json.ts';

export type Arrivals = {
  mayManage: boolean;
  mayImport: boolean;
  days: number;
  ways: { way: string; taken: number; refused: number; last: string | null }[];
  /** Files of this person that were refused, the newest first. */
  refused: { at: string; way: string; name: string; reason: string }[];
};
export type Mailbox = {
  account: string;
  mailbox: string;
  state: string;
  detail: string | null;
  checked: string | null;
  messages: number;
  done: number;
  documents: number;
};
/** `next`: when mail is looked for again; null while there is no mailbox. */
export type Mail = {
  mailboxes: Mailbox[];
  next: string | null;
  notTaken: { at: string; detail: string }[];
};

export function readArrivals(json: unknown): Arrivals {
  const body = record(json, 'arrivals');
  return {
    mayManage: body['may_manage'] === true,
    mayImport: body['may_import'] === true,
    days: amount(body['days']),
    ways: entries(body['ways']).map((one) => ({
      way: text(one['way'], 'way'),
      taken: amount(one['taken']),
      refused: amount(one['refused']),
      last: words(one['last_at']),
    })),
    refused: entries(body['refused']).map((one) => ({
      at: text(one['at'], 'at'),
      way: text(one['way'], 'way'),
      name: words(one['name']) ?? '',
      reason: words(one['reason']) ?? '',
    })),
  };
}

export function readMail(json: unknown): Mail {
  const body = record(json, 'mail');
  return {
    mailboxes: entries(body['accounts']).map((one) => ({
      account: text(one['account'], 'account'),
      mailbox: words(one['mailbox']) ?? '',
      state: text(one['state'], 'state'),
      detail: words(one['detail']),
      checked: words(one['checked_at']),
      messages: amount(one['messages']),
      done: amount(one['done']),
      documents: amount(one['documents']),
    })),
    next: words(body['next_at']),
    notTaken: entries(body['not_taken']).map((one) => ({
      at: text(one['at'], 'at'),
      detail: words(one['detail']) ?? '',
    })),
  };
}
