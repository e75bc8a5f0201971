/**
 * I16: a mail server proves itself over TLS before it hears a password; by an authority of the house, too.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '@berth/testing/nginx.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { message, startMailbox, type TestMailbox } from '../testing/mailbox.ts';
import { wordsOf, withMailbox } from './imap.client.ts';
import type { MailAccount } from './mail.types.ts';

let folder: string;
let ca: string;
const mailboxes: Partial<Record<'tls' | 'starttls', TestMailbox>> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-imap-'));
  makeCertificate(folder);
  ca = await readFile(join(folder, 'fullchain.pem'), 'utf8');
  const key = await readFile(join(folder, 'privkey.pem'), 'utf8');
  for (const security of ['tls', 'starttls'] as const) {
    const mailbox = await startMailbox({ security, credentials: { key, cert: ca } });
    mailbox.append(message({ from: 'a@example.org', subject: 'Bill', files: [] }));
    mailboxes[security] = mailbox;
  }
});
afterAll(async () => {
  await Promise.all(Object.values(mailboxes).map((mailbox) => mailbox.close()));
  await rm(folder, { recursive: true, force: true });
});

/** @returns how many messages there are, or why it cannot be told */
async function look(security: 'tls' | 'starttls', more: Partial<MailAccount>): Promise<number | string> {
  const mailbox = mailboxes[security];
  if (!mailbox) throw new Error('no server');
  const { port, user, password } = mailbox;
  const account: MailAccount = {
    name: 'TLS',
    host: 'localhost',
    port,
    security,
    ca,
    user,
    password,
    mailbox: 'INBOX',
    days_back: 0,
    rules: [],
    ...more,
  };
  try {
    const timeouts = { connectMs: 20_000, silenceMs: 20_000 };
    return await withMailbox(account, timeouts, async (open) => (await open.uids(null, 10)).length);
  } catch (error) {
    return wordsOf(error);
  }
}

const unproved = /^The server does not prove itself over TLS/;

test.each(['tls', 'starttls'] as const)(
  'I16: by %s a server is read whose authority is named, and none without it or of another name',
  async (security) => {
    expect(await look(security, {})).toBe(1);
    const before = mailboxes[security]?.signIns();
    expect(await look(security, { ca: '' })).toMatch(unproved);
    expect(await look(security, { host: '127.1' })).toMatch(unproved);
    // No password was sent.
    expect(mailboxes[security]?.signIns()).toBe(before);
  },
);

test('I16: a server that shows its own certificate without the one between is told to be unproved, too', () => {
  const code = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  expect(wordsOf(Object.assign(new Error('unable to verify'), { code }))).toMatch(unproved);
});

test('I16: a server that cannot do STARTTLS is not given the password in clear', async () => {
  const plain = await startMailbox();
  await mailboxes.starttls?.close();
  mailboxes.starttls = plain;
  expect(await look('starttls', {})).toMatch(/TLS/i);
  expect(plain.signIns()).toBe(0);
});
