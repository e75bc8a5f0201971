/** The groups that manifests name, over what admins do with them. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { browserAt, field, list, type Browser } from '#identity/accounts/testing/identity-gateway.ts';
import { json, manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';

let container: FakeContainer;
let gateway: RealGateway;
let root: Browser;
let cook: Browser & { id: string };

beforeAll(async () => {
  container = await startContainer(
    manifestOf('kitchen', {
      access: { required_groups: ['kitchen-admin', 'brigade'] },
      routes: [{ path: '/dishes' }],
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
  const browser = browserAt(gateway.origin);
  const email = 'cook@example.org';
  const id = field(
    (await browser.request('POST', '/api/auth/register', { email, password: goodPassword })).body,
    'id',
  );
  await browser.request('POST', '/api/auth/session', { email, password: goodPassword });
  cook = { ...browser, id };
});
afterAll(async () => {
  await gateway?.close();
  await container?.stop();
});

const groupNamed = async (name: string): Promise<string | undefined> => {
  const found = list((await root.request('GET', '/api/admin/groups')).body, 'items').find(
    (group) => field(group, 'name') === name,
  );
  return found === undefined ? undefined : field(found, 'id');
};
const dishes = async () => (await cook.request('GET', '/api/plugins/kitchen/app/dishes')).status;
const becomes = (status: number) =>
  vi.waitFor(async () => {
    const found = await dishes();
    if (found !== status) throw new Error(`still ${found}`);
  });
const why = async () => (await root.request('GET', `/api/admin/plugins/kitchen/why?user_id=${cook.id}`)).body;

test('B3 the group of an extension that is registered stays: neither renamed nor deleted, and described as one likes', async () => {
  const id = await vi.waitFor(async () => {
    const found = await groupNamed('kitchen-admin');
    if (found === undefined) throw new Error('not there yet');
    return found;
  });
  const path = `/api/admin/groups/${id}`;
  const refused = { status: 409, body: { detail: expect.stringContaining('kitchen-admin') as unknown } };
  expect(await root.request('PATCH', path, { name: 'cooks' })).toMatchObject(refused);
  expect(await root.request('DELETE', path)).toMatchObject(refused);
  expect((await root.request('PATCH', path, { description: 'Who cooks' })).status).toBe(200);
  // A name like it, of no extension, is any name.
  const other = field((await root.request('POST', '/api/admin/groups', { name: 'cellar-admin' })).body, 'id');
  expect((await root.request('PATCH', `/api/admin/groups/${other}`, { name: 'cellar' })).status).toBe(200);
  expect((await root.request('DELETE', `/api/admin/groups/${other}`)).status).toBe(204);
});

test('B2, B6 a group that is deleted lets nobody in; one that is made anew under its name does again, and "why" says what there is', async () => {
  const make = async () => {
    const id = field((await root.request('POST', '/api/admin/groups', { name: 'brigade' })).body, 'id');
    await root.request('POST', `/api/admin/groups/${id}/members`, { user_ids: [cook.id] });
    return id;
  };
  const first = await make();
  await becomes(200);
  await root.request('DELETE', `/api/admin/groups/${first}`);
  expect(await dishes()).toBe(404);
  await vi.waitFor(async () => expect(JSON.stringify(await why())).toContain('brigade (no such group yet)'));
  await make();
  await becomes(200);
  expect(await why()).toMatchObject({ may_use: true, clause: 'required_groups' });
});
