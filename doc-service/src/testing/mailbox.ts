/** A mailbox on a real IMAP server, and messages for it. */
import hoodiecrow, { type ImapServer } from 'hoodiecrow-imap';

export type TestMailbox = {
  port: number;
  user: string;
  password: string;
  append: (raw: string, mailbox?: string) => void;
  /** Subjects by mailbox. */
  subjects: (mailbox?: string) => string[];
  flags: (mailbox?: string) => string[][];
  /** How often a password came. */
  signIns: () => number;
  renumber: () => void;
  close: () => Promise<void>;
};

export type MailboxOptions = {
  /** Without it the server knows no TLS. */
  security?: 'tls' | 'starttls';
  credentials?: { key: string; cert: string };
};

export async function startMailbox({ security, credentials }: MailboxOptions = {}): Promise<TestMailbox> {
  let signIns = 0;
  const countSignIns = (imap: ImapServer): void => {
    const login = imap.getCommandHandler('LOGIN');
    imap.setCommandHandler('LOGIN', (...given) => {
      signIns++;
      login(...given);
    });
  };
  const server: ImapServer = hoodiecrow({
    plugins: ['MOVE', 'LITERALPLUS', ...(security === 'starttls' ? ['STARTTLS'] : []), countSignIns],
    secureConnection: security === 'tls',
    ...(credentials ? { credentials } : {}),
    storage: { INBOX: {}, '': { folders: { Done: {} } } },
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const of = (mailbox: string) => server.getMailbox(mailbox);
  return {
    port: address.port,
    user: 'testuser',
    password: 'testpass',
    append: (raw, mailbox = 'INBOX') => server.appendMessage(mailbox, [], null, raw),
    subjects: (mailbox = 'INBOX') =>
      of(mailbox).messages.map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1]?.trim() ?? ''),
    flags: (mailbox = 'INBOX') => of(mailbox).messages.map(({ flags }) => flags ?? []),
    signIns: () => signIns,
    renumber: () => void of('INBOX').uidvalidity++,
    close: () => new Promise((closed) => server.close(closed)),
  };
}

export type MailFile = { name: string; bytes: Uint8Array; type?: string };
export type MailParts = { from: string; subject: string; date?: string; files: readonly MailFile[] };

export function message({ from, subject, date = '2026-11-20T08:00:00Z', files }: MailParts): string {
  const head = [
    `From: ${from}`,
    'To: archive@example.org',
    `Subject: ${subject}`,
    `Date: ${new Date(date).toUTCString()}`,
    'MIME-Version: 1.0',
  ];
  const parts = files.map(({ name, bytes, type = 'application/pdf' }) =>
    [
      `Content-Type: ${type}; name="${name}"`,
      'Content-Transfer-Encoding: base64',
      `Content-Disposition: attachment; filename="${name}"`,
      '',
      ...(Buffer.from(bytes)
        .toString('base64')
        .match(/.{1,76}/g) ?? []),
    ].join('\r\n'),
  );
  return multipart(head, ['Content-Type: text/plain\r\n\r\nSee attached.', ...parts], 'b0');
}

/** A message in a message in a message …, so many deep, with the file in the innermost. */
export function nested(file: MailFile, levels: number): string {
  let inner = message({ from: 'deep@example.org', subject: 'inner', files: [file] });
  for (let level = 1; level <= levels; level++)
    inner = multipart(
      ['From: bomb@example.org', `Subject: bomb ${level}`, 'MIME-Version: 1.0'],
      [`Content-Type: message/rfc822\r\n\r\n${inner}`],
      `n${level}`,
    );
  return inner;
}

function multipart(head: readonly string[], parts: readonly string[], boundary: string): string {
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return [
    ...head,
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `${body}--${boundary}--`,
    '',
  ].join('\r\n');
}
