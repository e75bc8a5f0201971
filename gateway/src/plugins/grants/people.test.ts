/** People that an extension is open to, and what a change of access takes or gives, before it is saved. */
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { browserAt, field, type Browser } from '#identity/accounts/testing/identity-gateway.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';

let container: FakeContainer;
let gateway: RealGateway;
let root: Browser;
const ids = new Map<string, string>();
let cooksId = '';

const items = (body: unknown) =>
  z.object({ items: z.array(z.looseObject({ id: z.string(), name: z.string().optional() })) }).parse(body)
    .items;
const path = '/api/admin/plugins/kitchen';
const people = async (query = ''): Promise<unknown> =>
  (await root.request('GET', `${path}/people${query}`)).body;
const grant = (body: object) => root.request('PUT', `${path}/grants`, body);
const preview = async (body: object): Promise<unknown> =>
  (await root.request('POST', `${path}/access-preview`, body)).body;
const idOf = (name: string): string => ids.get(name) ?? '';

beforeAll(async () => {
  container = await startContainer(
    manifestOf('kitchen', { access: { required_groups: ['kitchen-admin'], allow_superuser: true } }),
  );
  gateway = await realGateway({ BERTH_SERVICES: `kitchen=${container.url}`, BERTH_POLL_SECONDS: '0.2' });
  root = browserAt(gateway.origin);
  const account = { token: setupToken, email: 'root@example.org', password: goodPassword };
  await root.request('POST', '/api/auth/setup', account);
  for (const name of ['ada', 'bob']) {
    const made = await root.request('POST', '/api/admin/users', {
      email: `${name}@example.org`,
      name,
      password: goodPassword,
    });
    ids.set(name, field(made.body, 'id'));
  }
  await vi.waitFor(async () => {
    const known = items((await root.request('GET', '/api/admin/groups')).body).map(({ name }) => name);
    if (!known.includes('kitchen-admin')) throw new Error('not yet');
  });
  const groups = items((await root.request('GET', '/api/admin/groups')).body);
  cooksId = groups.find(({ name }) => name === 'kitchen-admin')?.id ?? '';
  await vi.waitFor(async () => {
    if (!JSON.stringify(await people()).startsWith('{"count":1')) throw new Error('not yet');
  });
});

afterEach(async () => {
  for (const { id } of items((await root.request('GET', `${path}/grants`)).body))
    await root.request('DELETE', `${path}/grants/${id}`);
  await root.request('DELETE', `/api/admin/groups/${cooksId}/members/${idOf('bob')}`);
});

afterAll(async () => {
  await gateway?.close();
  await container?.stop();
});

test('B6: whom it is open to is counted by the clause that lets them in, listed by name, also while it is off', async () => {
  await root.request('POST', `/api/admin/groups/${cooksId}/members`, { user_ids: [idOf('bob')] });
  await grant({ user_id: idOf('ada'), effect: 'allow' });
  const by = { allow_superuser: 1, required_groups: 1, grant: 1 };
  expect(await people()).toMatchObject({ count: 3, denied: 0, by });
  await root.request('PATCH', path, { enabled: false });
  expect(await people()).toMatchObject({ count: 3 });
  await root.request('PATCH', path, { enabled: true });
  expect(await people('?page_size=1&page=2')).toMatchObject({
    total: 3,
    items: [{ name: 'bob', clause: 'required_groups' }],
  });
  expect(await people('?q=ADA')).toMatchObject({ count: 3, total: 1, items: [{ name: 'ada' }] });
  await grant({ group_id: cooksId, effect: 'deny' });
  expect(await people()).toMatchObject({ count: 2, denied: 1 });
  expect((await root.request('GET', '/api/admin/plugins/absent/people')).status).toBe(404);
});

test('B6: what a word would give or take is told before it is said, and what taking it back would', async () => {
  await root.request('POST', `/api/admin/groups/${cooksId}/members`, { user_ids: [idOf('bob')] });
  const none = { count: 0, names: [] };
  expect(await preview({ user_id: idOf('ada'), effect: 'allow' })).toEqual({
    gains: { count: 1, names: ['ada'] },
    losses: none,
  });
  expect(await preview({ group_id: cooksId, effect: 'deny' })).toEqual({
    gains: none,
    losses: { count: 1, names: ['bob'] },
  });
  await grant({ user_id: idOf('ada'), effect: 'allow' });
  expect(await preview({ user_id: idOf('ada'), effect: null })).toEqual({
    gains: none,
    losses: { count: 1, names: ['ada'] },
  });
  expect(await people()).toMatchObject({ count: 3 });
});

test('B6: of one person: their groups, their sessions, and what is open to them and why; another person gets none of it', async () => {
  const of = async (name: string): Promise<unknown> =>
    (await root.request('GET', `/api/admin/users/${idOf(name)}/access`)).body;
  const kitchenOf = (may: boolean, why: string) => [
    { id: 'kitchen', is_open: may, explanation: [expect.stringContaining(why)] },
  ];
  expect(await of('bob')).toMatchObject({
    user: { email: 'bob@example.org', is_superuser: false, is_active: true },
    groups: [],
    extensions: kitchenOf(false, 'bob passes no clause of its rule.'),
    session_count: 0,
  });
  await root.request('POST', `/api/admin/groups/${cooksId}/members`, { user_ids: [idOf('bob')] });
  const bob = browserAt(gateway.origin);
  await bob.request('POST', '/api/auth/session', { email: 'bob@example.org', password: goodPassword });
  expect(await of('bob')).toMatchObject({
    groups: [{ id: cooksId, name: 'kitchen-admin' }],
    extensions: kitchenOf(true, 'bob is in kitchen-admin, which its rule lets in.'),
    session_count: 1,
  });
  await grant({ user_id: idOf('bob'), effect: 'deny' });
  expect(await of('bob')).toMatchObject({ extensions: kitchenOf(false, 'An admin closed it to bob.') });
  expect((await bob.request('GET', `/api/admin/users/${idOf('ada')}/access`)).status).toBe(403);
  for (const id of ['00000000-0000-4000-8000-000000000000', 'bob'])
    expect((await root.request('GET', `/api/admin/users/${id}/access`)).status).toBe(404);
});

test('B2 B6: a group says which extensions it opens, by their manifests and by grants, and which it closes', async () => {
  const made = await root.request('POST', '/api/admin/groups', { name: 'guests', description: '' });
  const guests = field(made.body, 'id');
  const access = async (): Promise<unknown> => (await root.request('GET', '/api/admin/group-access')).body;
  const kitchen = [{ id: 'kitchen', name: expect.any(String) }];
  const cooks = { group_id: cooksId, opens: kitchen, closes: [] };
  expect(await access()).toEqual({ items: [cooks] });
  await grant({ group_id: guests, effect: 'allow' });
  expect(await access()).toEqual({ items: [cooks, { group_id: guests, opens: kitchen, closes: [] }] });
  await grant({ group_id: cooksId, effect: 'deny' });
  expect(await access()).toMatchObject({
    items: expect.arrayContaining([{ group_id: cooksId, opens: [], closes: kitchen }]),
  });
});
