/** Issue 11, item 23: a person has one name. What they write on their profile page is what others see and containers are told. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { browserAt, field, list, type Browser } from './testing/identity-gateway.ts';
import { json, manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';

let gateway: RealGateway;
let container: FakeContainer;
let root: Browser;
let person: Browser;
let personId: string;

beforeAll(async () => {
  container = await startContainer(
    manifestOf('kitchen', {
      identity: { claims: ['name'] },
      routes: [{ path: '/dishes', methods: ['GET'] }],
    }),
  );
  container.answers.set('/dishes', json({}));
  gateway = await realGateway({ BERTH_SERVICES: `kitchen=${container.url}`, BERTH_POLL_SECONDS: '0.2' });
  root = browserAt(gateway.origin);
  await root.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
  person = browserAt(gateway.origin);
  const account = { email: 'maria@example.org', password: goodPassword };
  personId = field(
    (await person.request('POST', '/api/auth/register', { ...account, name: 'M' })).body,
    'id',
  );
  await person.request('POST', '/api/auth/session', account);
  await vi.waitFor(async () => {
    if ((await dishes()).status !== 200) throw new Error('not served yet');
  });
});
afterAll(async () => {
  await gateway?.close();
  await container?.stop();
});

const dishes = () => person.request('GET', '/api/plugins/kitchen/app/dishes');

/** What the container hears of them: the plain header, and the signed proof. */
async function toldNames(): Promise<unknown[]> {
  await dishes();
  const headers = container.requests.findLast(({ path }) => path === '/dishes')?.headers ?? {};
  return [
    decodeURIComponent(String(headers['x-user-name'])),
    decodeJwt(String(headers['x-berth-assertion']))['name'],
  ];
}

test('23: the name of the profile is in the shell, in lists and in identity headers, from the next request on', async () => {
  expect(await toldNames()).toEqual(['M', 'M']);
  const group = field((await root.request('POST', '/api/admin/groups', { name: 'cooks' })).body, 'id');
  await root.request('POST', `/api/admin/groups/${group}/members/${personId}`);
  const shown = async () => ({
    sidebar: field((await person.request('GET', '/api/auth/session')).body, 'user', 'name'),
    me: field((await person.request('GET', '/api/users/me')).body, 'name'),
    users: field((await root.request('GET', '/api/admin/users?q=maria')).body, 'items', 0, 'name'),
    members: field((await root.request('GET', `/api/admin/groups/${group}`)).body, 'members', 0, 'name'),
    told: await toldNames(),
  });
  for (const name of ['María Müller', 'Maria 井上', '']) {
    expect(await person.request('PUT', '/api/profile', { full_name: name })).toMatchObject({
      status: 200,
      body: { full_name: name },
    });
    const seen = name || 'maria@example.org';
    expect(await shown()).toEqual({
      sidebar: seen,
      me: seen,
      users: seen,
      members: seen,
      told: [seen, seen],
    });
  }
});

test('23: it is one thing: what an admin or a registration writes is what the profile shows, and the other way round', async () => {
  await root.request('PATCH', `/api/admin/users/${personId}`, { name: 'By an admin' });
  expect((await person.request('GET', '/api/profile')).body).toMatchObject({
    full_name: 'By an admin',
    display_name: 'By an admin',
  });
  expect(await toldNames()).toEqual(['By an admin', 'By an admin']);
  await person.request('PUT', '/api/profile', { theme: 'dark' });
  expect((await person.request('GET', '/api/profile')).body).toMatchObject({
    full_name: 'By an admin',
    theme: 'dark',
  });
});

test('23: a name cannot turn the direction of writing, or break the line, to look like another one', async () => {
  for (const bad of ['a\u202Egro.elpmaxe@toor', 'a\u2066b', 'a\nb', 'x'.repeat(101)])
    expect(await person.request('PUT', '/api/profile', { full_name: bad })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/full_name' }] },
    });
});

test('A13: a phone number is plain, and empty again', async () => {
  for (const phone of ['+41 44 668 18 00', '(030) 1234-567', '112', ''])
    expect((await person.request('PUT', '/api/profile', { phone: ` ${phone} ` })).body).toMatchObject({
      phone,
    });
  for (const bad of ['call me', '+', '12', '+41 44 <script>', '1'.repeat(21), '٠١٢٣'])
    expect(await person.request('PUT', '/api/profile', { phone: bad })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/phone' }] },
    });
  // Nobody else is told.
  await person.request('PUT', '/api/profile', { phone: '+41 44 668 18 00' });
  const users = JSON.stringify((await root.request('GET', '/api/admin/users?q=maria')).body);
  expect(users).not.toContain('668 18');
});

test('A13: preferences are the profile’s, by an address of their own; pins are safe ids, fifty at most', async () => {
  const path = '/api/users/me/preferences';
  await person.request('PUT', '/api/profile', { pinned_apps: [] });
  expect((await person.request('GET', path)).body).toEqual({
    locale: '',
    time_zone: '',
    theme: 'dark',
    pinned_apps: [],
  });
  const fifty = Array.from({ length: 50 }, (_, index) => `app-${index}`);
  expect(await person.request('PATCH', path, { pinned_apps: fifty })).toMatchObject({
    status: 200,
    body: { theme: 'dark', pinned_apps: fifty },
  });
  expect(list((await person.request('GET', '/api/profile')).body, 'pinned_apps')).toEqual(fifty);
  for (const bad of [
    [...fifty, 'one-more'],
    ['../etc'],
    ['Upper'],
    ['a b'],
    [''],
    ['a'.repeat(64)],
    [1],
    'kitchen',
    null,
  ])
    expect(await person.request('PATCH', path, { pinned_apps: bad })).toMatchObject({ status: 422 });
  expect((await person.request('PATCH', path, { full_name: 'x' })).status).toBe(422);
  expect(list((await person.request('GET', path)).body, 'pinned_apps')).toEqual(fifty);
  expect((await root.request('GET', path)).body).toMatchObject({ pinned_apps: [] });
});

test('B1: a role is another word for is_superuser, and the last admin stays one', async () => {
  const change = (id: string, body: object) => root.request('PATCH', `/api/admin/users/${id}`, body);
  expect((await person.request('GET', '/api/users/me')).body).toMatchObject({
    role: 'user',
    is_superuser: false,
  });
  expect((await change(personId, { role: 'admin' })).body).toMatchObject({
    role: 'admin',
    is_superuser: true,
  });
  expect((await change(personId, { role: 'user' })).body).toMatchObject({
    role: 'user',
    is_superuser: false,
  });
  expect(await change(personId, { role: 'user', is_superuser: true })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '/role' }] },
  });
  expect((await change(personId, { role: 'superuser' })).status).toBe(422);
  const rootId = field((await root.request('GET', '/api/users/me')).body, 'id');
  expect((await change(rootId, { role: 'user' })).status).toBe(409);
});
