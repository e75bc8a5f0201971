/** I16: PDFs that come by mail, from a real IMAP server. */
import { pdf } from '@berth/testing/pdf.ts';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands } from '../cli/commands.ts';
import { message, nested, startMailbox, type TestMailbox } from '../testing/mailbox.ts';
import { bob, startService, until, type TestService } from '../testing/service.ts';
import { attachmentsOf, ruleFor } from './mail.rules.ts';

const editor = { groups: ['doc-service-admin'] };
let service: TestService;
let mailbox: TestMailbox;

beforeAll(async () => {
  [service, mailbox] = await Promise.all([startService(), startMailbox()]);
});
afterAll(async () => {
  await service?.close();
  await mailbox?.close();
});

const account = (more: object = {}) => ({
  name: 'Archive',
  host: '127.0.0.1',
  port: mailbox.port,
  security: 'none',
  user: mailbox.user,
  password: mailbox.password,
  mailbox: 'INBOX',
  days_back: 0,
  ...more,
});
const rule = (more: object = {}) => ({ from_contains: '', subject_contains: '', folder: 'post', ...more });
const configure = async (...accounts: object[]) => {
  const answer = await service.ask('/plugin/settings', {
    superuser: true,
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ mail_accounts: accounts }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.not.stringContaining(mailbox.password)]);
};
type Mail = {
  accounts: { state: string; detail: string | null; documents: number; messages: number }[];
  not_taken: { detail: string }[];
};
const mail = async (): Promise<Mail> => (await service.ask('/documents/mail', editor)).json();
const documents = async (folder: string) =>
  (await service.json(`/documents?page_size=200&category=${folder}`, { as: bob })).items;

test('I16: a PDF becomes a document of all who see its folder, with subject, sender and date', async () => {
  const from = 'Harbour Works <bills@harbour.example>';
  const files = [{ name: 'r-17.pdf', bytes: await pdf('Water of November') }];
  mailbox.append(message({ from, subject: 'Your bill for November', files }));
  mailbox.append(message({ from: 'Spam <spam@example.org>', subject: 'Win', files }));
  await configure(account({ rules: [rule({ from_contains: '@harbour.example', tags: ['water'] })] }));
  await service.app.mail.lookNow();
  expect((await mail()).accounts).toMatchObject([{ state: 'ok', detail: null, documents: 1, messages: 2 }]);
  const [one, ...others] = await documents('post');
  expect(others).toEqual([]);
  expect(one).toMatchObject({
    title: 'Your bill for November',
    correspondent: 'Harbour Works',
    date: '2026-11-20',
    tags: ['water'],
    filename: 'r-17.pdf',
  });
  // Nothing was marked, moved or deleted.
  expect(mailbox.flags()).toEqual([[], []]);
});

test('I16: the password is sealed in the database', async () => {
  const database = new pg.Client({ connectionString: service.databaseUrl });
  await database.connect();
  try {
    const { rows } = await database.query('SELECT value::text AS text FROM service_settings');
    expect(rows).toEqual([{ text: expect.stringContaining('"sealed:') }]);
    expect(JSON.stringify(rows)).not.toContain(mailbox.password);
  } finally {
    await database.end();
  }
});

test('I16: with a new key every password is sealed anew, and opens for a service that runs and for one that starts', async () => {
  await configure(account({ rules: [rule({ from_contains: '@harbour.example', tags: ['water'] })] }));
  const database = new pg.Client({ connectionString: service.databaseUrl });
  await database.connect();
  const stored = async (): Promise<string> => {
    const { rows } = await database.query<{ sealed: string }>(
      "SELECT value -> 'mail_accounts' -> 0 ->> 'password' AS sealed FROM service_settings",
    );
    return rows[0]?.sealed ?? '';
  };
  try {
    const before = await stored();
    const told: string[] = [];
    await commands
      .find(({ name }) => name === 'documents rotate-key')
      ?.run([], {
        env: { BERTH_VAULT_DIR: service.folders.vault, BERTH_WATCH_DIR: service.folders.watch },
        data: '',
        tell: (line) => told.push(line),
        databaseUrl: () => Promise.resolve(service.databaseUrl),
      });
    expect(told).toEqual([expect.stringMatching(/^Made sealing-.*; 1 passwords are sealed with it\.$/)]);
    const after = await stored();
    expect(after).toMatch(/^sealed:/);
    expect(after).not.toBe(before);
    await service.app.mail.lookNow();
    expect((await mail()).accounts).toMatchObject([{ state: 'ok' }]);
    await service.restart();
    await service.app.mail.lookNow();
    expect((await mail()).accounts).toMatchObject([{ state: 'ok' }]);
  } finally {
    await database.end();
  }
});

test('I16: rotate-key leaves mailboxes alone that another version stored', async () => {
  const database = new pg.Client({ connectionString: service.databaseUrl });
  await database.connect();
  const settings = async () =>
    (await database.query<{ value: unknown }>('SELECT value FROM service_settings')).rows[0]?.value;
  const before = await settings();
  try {
    await database.query(
      `UPDATE service_settings SET value = jsonb_set(value, '{mail_accounts,0,security}', '"later"')`,
    );
    const stored = await settings();
    const rotated = commands
      .find(({ name }) => name === 'documents rotate-key')
      ?.run([], {
        env: { BERTH_VAULT_DIR: service.folders.vault, BERTH_WATCH_DIR: service.folders.watch },
        data: '',
        tell: () => {},
        databaseUrl: () => Promise.resolve(service.databaseUrl),
      });
    await expect(rotated).rejects.toThrow('nothing was changed');
    expect(await settings()).toEqual(stored);
  } finally {
    await database.query('UPDATE service_settings SET value = $1', [JSON.stringify(before)]);
    await database.end();
  }
});

test('I16: looked through once more, restarted, or numbered anew, each message is taken once', async () => {
  await service.app.mail.lookNow();
  expect((await mail()).accounts).toMatchObject([{ documents: 0, messages: 0 }]);
  await service.restart();
  await service.app.mail.lookNow();
  expect((await mail()).accounts).toMatchObject([{ documents: 0 }]);
  mailbox.renumber();
  await service.app.mail.lookNow();
  expect((await mail()).accounts).toMatchObject([{ state: 'ok', messages: 2 }]);
  expect(await documents('post')).toHaveLength(1);
});

test('I16: other rules look at what the old ones left, and mark or move only where they say so', async () => {
  const files = [
    { name: 'a.pdf', bytes: await pdf('First of two') },
    { name: 'b.PDF', bytes: await pdf('Second of two'), type: 'application/octet-stream' },
    { name: 'picture.png', bytes: Buffer.from('not a PDF'), type: 'image/png' },
  ];
  mailbox.append(message({ from: 'Ada <ada@example.org>', subject: 'Minutes', files }));
  await configure(
    account({
      rules: [
        rule({ subject_contains: 'minutes', folder: 'club', afterwards: 'move', move_to: 'Done' }),
        rule({ subject_contains: 'win', folder: 'spam', afterwards: 'mark-read' }),
      ],
    }),
  );
  await service.app.mail.lookNow();
  expect((await documents('club')).map(({ title }) => title).toSorted()).toEqual(['a', 'b']);
  expect(mailbox.subjects()).toEqual(['Your bill for November', 'Win']);
  expect(mailbox.subjects('Done')).toEqual(['Minutes']);
  expect(mailbox.flags()[1]).toContain('\\Seen');
});

test('I16: a thousand attachments, nested messages and what is no PDF are bounded and told', async () => {
  const { found, isCut } = attachmentsOf({
    type: 'multipart/mixed',
    childNodes: Array.from({ length: 1000 }, (_, at) => ({
      type: 'application/pdf',
      part: String(at + 1),
    })),
  });
  expect([found.length, isCut]).toEqual([100, true]);
  mailbox.append(nested({ name: 'deep.pdf', bytes: await pdf('Very deep') }, 40));
  const files = [{ name: 'fake.pdf', bytes: Buffer.from('GIF89a') }];
  mailbox.append(message({ from: 'x@example.org', subject: 'Not a PDF', files }));
  await configure(
    account({
      rules: [
        rule({ subject_contains: 'bomb', folder: 'odd' }),
        rule({ subject_contains: 'not a', folder: 'odd' }),
      ],
    }),
  );
  await service.app.mail.lookNow();
  const { accounts, not_taken: refused } = await mail();
  expect(accounts).toMatchObject([{ state: 'ok' }]);
  const words = refused.map(({ detail }) => detail).join('\n');
  expect(words).toContain('parts in parts without end');
  expect(words).toContain('“fake.pdf”: The file is not a PDF.');
  expect(await documents('odd')).toEqual([]);
});

test('I16: a wrong password, a server that is away and a missing mailbox are told in words', async () => {
  const states = async (...accounts: object[]) => {
    await configure(...accounts);
    await service.app.mail.lookNow();
    return (await mail()).accounts.map(({ state, detail }) => `${state}: ${detail}`);
  };
  const gone = await startMailbox();
  await gone.close();
  expect(await states(account({ password: 'wrong' }), account({ port: gone.port }))).toEqual([
    'failed: The server refused the user or the password.',
    'failed: Nothing answers at this address and port.',
  ]);
  expect(
    (await states(account({ security: 'starttls' }), account({ mailbox: 'Nowhere' }))).map((one) =>
      one.slice(0, 7),
    ),
  ).toEqual(['failed:', 'failed:']);
});

test('I16: only those who manage the archive see how the mailboxes do', async () => {
  expect((await service.ask('/documents/mail', { as: bob })).status).toBe(403);
  expect((await service.ask('/documents/mail/look', { method: 'POST', as: bob })).status).toBe(403);
  const look = await service.ask('/documents/mail/look', { method: 'POST', ...editor });
  expect(look.status).toBe(202);
  await until(mail, ({ accounts }) => accounts.every(({ state }) => state !== 'reading'));
});

test('the first rule that fits decides', () => {
  const rules = [
    {
      from_contains: 'A@',
      subject_contains: 'bill',
      folder: 'one',
      tags: [],
      afterwards: 'nothing',
      move_to: '',
    },
    { from_contains: '', subject_contains: '', folder: 'rest', tags: [], afterwards: 'nothing', move_to: '' },
  ] as const;
  const of = (address: string, subject: string) =>
    ruleFor(
      rules.map((one) => ({ ...one, tags: [] })),
      { uid: 1, subject, from: { name: '', address }, date: null, sizeBytes: 0, structure: null },
    )?.folder;
  expect([of('a@b', 'The BILL'), of('a@b', 'x'), of('c@d', 'bill')]).toEqual(['one', 'rest', 'rest']);
});
