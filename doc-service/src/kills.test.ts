/** kill -9 of the real process during an import and during a look through a mailbox, at many places each. */
import { fork } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportedDocument, officeExport, writeExport } from '@berth/testing/paperless-export.ts';
import { pdf } from '@berth/testing/pdf.ts';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { message, startMailbox, type TestMailbox } from './testing/mailbox.ts';
import { startService, until, type TestService } from './testing/service.ts';

const root = { superuser: true };
/** So many statements that write come before the kill; the last ones lie in later documents. */
const places = [0, 1, 2, 3, 4, 6, 9, 13, 18, 24];
/** Enough that those before leave more to write than the last place needs. */
const messages = 8;
let service: TestService;
let mailbox: TestMailbox;
let folder: string;
let database: Client;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-kills-'));
  [service, mailbox] = await Promise.all([startService(), startMailbox()]);
  database = new Client({ connectionString: service.databaseUrl });
  await database.connect();
}, 240_000);
afterAll(async () => {
  await database?.end();
  await service?.close();
  await mailbox?.close();
  await rm(folder, { recursive: true, force: true });
});

/** @returns whether it was killed */
function run(...args: string[]): Promise<boolean> {
  const program = fileURLToPath(new URL('./testing/kill-at-write.process.ts', import.meta.url));
  const env = {
    PORT: '0',
    DOC_DATABASE_URL: service.databaseUrl,
    BERTH_WATCH_DIR: service.folders.watch,
    BERTH_VAULT_DIR: service.folders.vault,
    BERTH_GATEWAY_URL: 'http://127.0.0.1:1',
  };
  const child = fork(program, args, { env, execArgv: [], silent: true });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve(true);
      else if (code === 0) resolve(false);
      else reject(new Error(`it ended with ${code}: ${said.slice(0, 2000)}`));
    });
  });
}

async function countOf(table: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table}`);
  return rows[0]?.count ?? Number.NaN;
}

async function expectOnce(count: number): Promise<void> {
  const { items } = await until(
    () => service.json('/documents?page_size=200', root),
    (found) => found.items.length === count && found.items.every(({ status }) => status === 'searchable'),
  );
  expect(items.map(({ status }) => status)).toEqual(Array.from({ length: count }, () => 'searchable'));
  expect(new Set(items.map(({ sha256 }) => sha256)).size).toBe(count);
  expect(await readdir(join(service.folders.vault, 'incoming'))).toEqual([]);
}

test('I17: kill -9 of an import at ten places: it goes on there, and each document, note and field is there once', async () => {
  await service.app.stop();
  const office = await officeExport();
  const more = await Promise.all([1, 2, 3].map((pk) => exportedDocument(pk, `More ${pk}`)));
  await writeExport(folder, {
    entries: [office, ...more].flatMap(({ entries }) => entries),
    files: [office, ...more].flatMap(({ files }) => files),
  });
  const killed: boolean[] = [];
  for (const place of places) killed.push(await run('import', String(place), folder));
  expect(killed.filter(Boolean).length).toBe(places.length);
  expect(await run('import', 'never', folder)).toBe(false);
  await service.restart();
  await expectOnce(6);
  expect(await countOf('imported_documents')).toBe(6);
  expect(await countOf('document_notes')).toBe(1);
  expect(await countOf("document_events WHERE kind = 'imported'")).toBe(6);
  const { rows } = await database.query(
    'SELECT key, count(*)::integer AS count FROM custom_fields GROUP BY key HAVING count(*) > 1',
  );
  expect(rows).toEqual([]);
}, 600_000);

test('I16: kill -9 of a look through a mailbox at ten places: each attachment is one document, no message is marked or lost', async () => {
  const before = (await service.json('/documents?page_size=200', root)).items.length;
  for (let at = 0; at < messages; at++) {
    const files = [
      { name: `a${at}.pdf`, bytes: await pdf(`Attached ${at}`) },
      { name: `b${at}.pdf`, bytes: await pdf(`Beside it ${at}`) },
    ];
    mailbox.append(message({ from: 'bills@harbour.example', subject: `Bill ${at}`, files }));
  }
  const account = {
    name: 'Archive',
    host: '127.0.0.1',
    port: mailbox.port,
    security: 'none',
    user: mailbox.user,
    password: mailbox.password,
    mailbox: 'INBOX',
    days_back: 0,
    rules: [{ from_contains: '', subject_contains: '', folder: 'post' }],
  };
  const changed = await service.ask('/plugin/settings', {
    ...root,
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ mail_accounts: [account] }),
  });
  expect(changed.status).toBe(200);
  await service.app.stop();
  const killed: boolean[] = [];
  for (const place of places) killed.push(await run('mail', String(place)));
  expect(killed.filter(Boolean).length).toBe(places.length);
  await service.restart();
  await service.app.mail.lookNow();
  await expectOnce(before + 2 * messages);
  expect(mailbox.flags()).toEqual(Array.from({ length: messages }, () => []));
  expect(mailbox.subjects()).toHaveLength(messages);
  const { rows } = await database.query(
    'SELECT state, count(*)::integer AS count FROM mail_messages GROUP BY state',
  );
  expect(rows).toEqual([{ state: 'taken', count: messages }]);
}, 600_000);
