/** A mailbox over IMAP. Nothing is ever deleted here, and nothing is marked by looking. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { ImapFlow, type FetchMessageObject } from 'imapflow';
import type { MailAccount, MailMessage } from './mail.types.ts';

export type OpenMailbox = {
  uidValidity: string;
  /** The newest, so many at most, the oldest of them first. */
  uids: (since: Date | null, most: number) => Promise<number[]>;
  describe: (uids: readonly number[]) => Promise<MailMessage[]>;
  /** The decoded bytes. */
  part: (uid: number, part: string) => Promise<AsyncIterable<Uint8Array>>;
  markRead: (uid: number) => Promise<void>;
  /** @throws Error in words when the server cannot do it in one step */
  move: (uid: number, to: string) => Promise<void>;
};
export type ImapTimeouts = { connectMs: number; silenceMs: number };

/** One answer of a server that is not the bytes of a file. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** @throws Error whose words `wordsOf` gives */
export async function withMailbox<Result>(
  { host, port, security, ca, user, password, mailbox }: MailAccount,
  { connectMs, silenceMs }: ImapTimeouts,
  work: (open: OpenMailbox) => Promise<Result>,
): Promise<Result> {
  const client = new ImapFlow({
    host,
    port,
    secure: security === 'tls',
    ...(security === 'tls' ? {} : { doSTARTTLS: security === 'starttls' }),
    tls: { rejectUnauthorized: true, ...(ca === '' ? {} : { ca }) },
    auth: { user, pass: password },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: silenceMs,
    maxLiteralSize: maxAnswerBytes,
    maxResponseSize: 2 * maxAnswerBytes,
    maxResponseTokens: 200_000,
  });
  // What breaks the connection also fails the call that is under way.
  client.on('error', () => {});
  try {
    await client.connect();
    const lock = await client.getMailboxLock(mailbox);
    try {
      return await work(opened(client));
    } finally {
      lock.release();
    }
  } finally {
    await client.logout().catch(() => {});
    client.close();
  }
}

function opened(client: ImapFlow): OpenMailbox {
  const byUid = { uid: true } as const;
  const { mailbox } = client;
  if (!mailbox) throw new Error('The mailbox did not open.');
  return {
    uidValidity: String(mailbox.uidValidity),
    async uids(since, most) {
      const found = await client.search(since ? { since } : { all: true }, byUid);
      return (Array.isArray(found) ? found : []).toSorted((one, other) => one - other).slice(-most);
    },
    async describe(uids) {
      if (uids.length === 0) return [];
      const wanted = { uid: true, envelope: true, bodyStructure: true, size: true };
      return (await client.fetchAll(uids.join(','), wanted, byUid)).map(described);
    },
    async part(uid, part) {
      const { content } = await client.download(String(uid), part, byUid);
      if (!content) throw new Error('The server did not give the attachment.');
      return content;
    },
    async markRead(uid) {
      await client.messageFlagsAdd(String(uid), ['\\Seen'], byUid);
    },
    async move(uid, to) {
      if (!client.capabilities.has('MOVE')) throw new Error('This server cannot move messages.');
      if (!(await client.messageMove(String(uid), to, byUid)))
        throw new Error(say`The message could not be moved to ${to}.`);
    },
  };
}

function described({ uid, envelope, size, bodyStructure }: FetchMessageObject): MailMessage {
  const [from] = envelope?.from ?? [];
  const date = envelope?.date === undefined ? null : new Date(envelope.date);
  return {
    uid,
    subject: envelope?.subject ?? '',
    from: { name: from?.name ?? '', address: from?.address ?? '' },
    date,
    sizeBytes: size ?? 0,
    structure: bodyStructure ?? null,
  };
}

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: 'There is no server of this name.',
  EAI_AGAIN: 'The name of the server could not be looked up.',
  ECONNREFUSED: 'Nothing answers at this address and port.',
  ECONNRESET: 'The server broke the connection.',
  CONNECT_TIMEOUT: 'The server could not be reached in time.',
  GREETING_TIMEOUT: 'The server said nothing.',
  ETIMEOUT: 'The server fell silent.',
  ETIMEDOUT: 'The server fell silent.',
  ETHROTTLE: 'The server asks to come back later.',
  NoConnection: 'The server broke the connection.',
};

/** What went wrong, for the person who set it up; never a password. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'It failed.';
  if ('authenticationFailed' in error && error.authenticationFailed === true)
    return 'The server refused the user or the password.';
  const code = errorCode(error) ?? '';
  if (/CERT|SELF_SIGNED|TLS|SSL|ALTNAME|VERIFY/i.test(code))
    return say`The server does not prove itself over TLS (${code}).`;
  const said = 'responseText' in error && typeof error.responseText === 'string' ? error.responseText : '';
  return words[code] ?? (said === '' ? error.message : say`The server said: ${said.slice(0, 200)}`);
}
