/** `--demo`: two accounts, a group and a dozen PDFs, made through the same doors as everybody's. */
import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Product } from './product.ts';
import { StartRefusal } from './refusal.ts';
import { copySampleDocuments } from './sample-documents.ts';

type Person = { email: string; name: string; password: string };
type People = { admin: Person; member: Person };
type Session = { cookie: string; csrfToken: string };

const group = { name: 'Accounting', description: 'Made for the demonstration.' };

/**
 * Run again it makes what is missing and changes nothing else.
 * @throws StartRefusal when the data folder has accounts of its own
 */
export async function startDemo(product: Product, data: string, tell: (line: string) => void): Promise<void> {
  const file = join(data, 'demo.json');
  const people = (await readPeople(file)) ?? {
    admin: person('Ada Demo', 'ada'),
    member: person('Ben Demo', 'ben'),
  };
  if (product.setupWanted) {
    await writeFile(file, `${JSON.stringify(people, null, 2)}\n`, { mode: 0o600 });
    await makeAccounts(product, people);
    product.setupWanted = false;
  } else if ((await readPeople(file)) === null) {
    throw new StartRefusal(
      `${data} has accounts of its own: the demonstration wants a new data folder (BERTH_DATA).`,
    );
  }
  const written = await copySampleDocuments(product.watchFolder);
  tell(`\n  Demonstration, with ${written.length} PDFs in the watched folder:`);
  tell(`    superuser   ${people.admin.email}   ${people.admin.password}`);
  tell(`    member      ${people.member.email}   ${people.member.password}`);
}

function person(name: string, local: string): Person {
  return { name, email: `${local}@example.com`, password: randomPassword() };
}

/** Of every kind that the password policy asks for; digits alone are random, for they spell nobody's name. */
function randomPassword(): string {
  return `Quay-${[1, 2, 3].map(() => randomInt(10_000, 100_000)).join('-')}`;
}

async function readPeople(file: string): Promise<People | null> {
  try {
    const read: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isPeople(read) ? read : null;
  } catch {
    return null;
  }
}

function isPeople(value: unknown): value is People {
  return (
    typeof value === 'object' &&
    value !== null &&
    'admin' in value &&
    isPerson(value.admin) &&
    'member' in value &&
    isPerson(value.member)
  );
}

function isPerson(value: unknown): value is Person {
  return (
    typeof value === 'object' && value !== null && 'email' in value && 'password' in value && 'name' in value
  );
}

async function makeAccounts({ url, setupToken }: Product, { admin, member }: People): Promise<void> {
  const session = await setUp(url, { token: setupToken, ...admin });
  const made = await post(url, session, '/api/admin/users', member);
  const { id: groupId } = await post(url, session, '/api/admin/groups', group);
  await post(url, session, `/api/admin/groups/${groupId}/members`, { user_ids: [made.id] });
}

async function setUp(url: string, body: object): Promise<Session> {
  const answer = await fetch(`${url}/api/auth/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(body),
  });
  const read: unknown = await answer.json();
  const csrfToken =
    typeof read === 'object' && read !== null && 'csrf_token' in read && typeof read.csrf_token === 'string'
      ? read.csrf_token
      : '';
  if (!answer.ok || csrfToken === '')
    throw new StartRefusal(
      `The demonstration's first account was refused (${answer.status}): ${JSON.stringify(read)}`,
    );
  const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
  return { cookie: cookie.join('; '), csrfToken };
}

async function post(
  url: string,
  { cookie, csrfToken }: Session,
  path: string,
  body: object,
): Promise<{ id: string }> {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, cookie, 'x-csrf-token': csrfToken },
    body: JSON.stringify(body),
  });
  const read: unknown = await answer.json();
  if (!answer.ok)
    throw new StartRefusal(
      `The demonstration could not be made: ${path} answered ${answer.status} ${JSON.stringify(read)}`,
    );
  return {
    id:
      typeof read === 'object' && read !== null && 'id' in read && typeof read.id === 'string' ? read.id : '',
  };
}
