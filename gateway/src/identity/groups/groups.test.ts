import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  field,
  identityGateway,
  list,
  setUp,
  signUp,
  type Browser,
  type IdentityGateway,
} from '#identity/accounts/testing/identity-gateway.ts';

describe('B2 groups', () => {
  let gateway: IdentityGateway;
  let root: Browser;
  beforeAll(async () => {
    gateway = await identityGateway();
    root = await setUp(gateway);
  });
  afterAll(() => gateway.close());

  const create = async (name: string, description?: string) =>
    root.request('POST', '/api/admin/groups', {
      name,
      ...(description === undefined ? {} : { description }),
    });

  test('are created, listed, renamed, described and deleted', async () => {
    const answer = await create('  Engineers ', 'They build.');
    expect(answer).toMatchObject({
      status: 201,
      body: {
        name: 'Engineers',
        description: 'They build.',
        member_count: 0,
        created_at: expect.stringMatching(/Z$/) as unknown,
      },
    });
    const id = field(answer.body, 'id');
    expect(await root.request('PATCH', `/api/admin/groups/${id}`, { name: 'ENGINEERS' })).toMatchObject({
      status: 200,
      body: { name: 'ENGINEERS', description: 'They build.' },
    });
    expect(await root.request('PATCH', `/api/admin/groups/${id}`, { description: '' })).toMatchObject({
      status: 200,
      body: { name: 'ENGINEERS', description: '' },
    });
    expect((await root.request('PATCH', `/api/admin/groups/${id}`, {})).status).toBe(422);
    expect((await root.request('DELETE', `/api/admin/groups/${id}`)).status).toBe(204);
    expect((await root.request('DELETE', `/api/admin/groups/${id}`)).status).toBe(404);
    expect((await root.request('GET', `/api/admin/groups/${id}/members`)).status).toBe(404);
    expect((await root.request('PATCH', '/api/admin/groups/nonsense', { name: 'x' })).status).toBe(404);
  });

  test('a name is unique in any case and any composition of its letters', async () => {
    await create('Büro');
    expect((await create('bu\u0308RO')).status).toBe(409);
    const other = field((await create('Other')).body, 'id');
    expect(await root.request('PATCH', `/api/admin/groups/${other}`, { name: 'BÜRO' })).toMatchObject({
      status: 409,
      body: { errors: [{ pointer: '/name' }] },
    });
    for (const bad of ['', '   ', '-dash', 'a\nb', '<b>', 'x'.repeat(64)])
      expect((await create(bad)).status).toBe(422);
  });

  test('adding twice makes one membership; adding many is all or nothing; names and counts follow', async () => {
    const [one, two] = [await signUp(gateway, 'one@example.org'), await signUp(gateway, 'two@example.org')];
    const id = field((await create('Readers')).body, 'id');
    const add = (...userIds: string[]) =>
      root.request('POST', `/api/admin/groups/${id}/members`, { user_ids: userIds });
    expect((await add(one.id)).body).toEqual({ added: 1 });
    expect((await add(one.id, two.id, two.id)).body).toEqual({ added: 1 });
    expect(await add(one.id, '8e7d4f0e-35a7-4b5e-8a9c-0d7dd3a4b5c6')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/user_ids/1' }] },
    });
    expect((await add()).status).toBe(422);
    expect((await root.request('GET', `/api/admin/groups/${id}/members`)).body).toEqual({
      items: [
        { id: one.id, email: 'one@example.org', name: 'one@example.org' },
        { id: two.id, email: 'two@example.org', name: 'two@example.org' },
      ],
      total: 2,
      page: 1,
      page_size: 1000,
    });
    const read = async (query: string) =>
      (await root.request('GET', `/api/admin/groups/${id}/members?${query}`)).body;
    expect(await read('page=2&page_size=1')).toMatchObject({ items: [{ id: two.id }], total: 2 });
    expect(await read('q=ONE')).toMatchObject({ items: [{ id: one.id }], total: 1 });
    expect(await read('q=%25')).toMatchObject({ items: [], total: 0 });
    expect((await root.request('GET', `/api/admin/groups/${id}/members?page_size=1001`)).status).toBe(422);
    const groups = await root.request('GET', '/api/admin/groups');
    expect(list(groups.body, 'items')).toContainEqual(expect.objectContaining({ id, member_count: 2 }));
    expect((await root.request('GET', '/api/admin/users?q=one@')).body).toMatchObject({
      items: [{ groups: [{ id, name: 'Readers' }] }],
    });
  });

  test('B2 one group with its members; one person is put in once however often it is asked, and taken out', async () => {
    const [one, two] = [await signUp(gateway, 'solo@example.org'), await signUp(gateway, 'duo@example.org')];
    const id = field((await create('Singers')).body, 'id');
    const [path, person] = [`/api/admin/groups/${id}`, `/api/admin/groups/${id}/members/${one.id}`];
    expect((await root.request('GET', path)).body).toMatchObject({
      id,
      name: 'Singers',
      member_count: 0,
      members: [],
    });
    expect(await root.request('POST', person)).toMatchObject({ status: 200, body: { added: 1 } });
    expect(await root.request('POST', person)).toMatchObject({ status: 200, body: { added: 0 } });
    await root.request('POST', `${path}/members/${two.id}`);
    expect((await root.request('GET', path)).body).toMatchObject({
      member_count: 2,
      members: [
        { id: two.id, email: 'duo@example.org', name: 'duo@example.org' },
        { id: one.id, email: 'solo@example.org' },
      ],
    });
    expect((await root.request('DELETE', person)).status).toBe(204);
    expect((await root.request('DELETE', person)).status).toBe(404);
    const nobody = randomUUID();
    for (const unknown of [
      `${path}/members/${nobody}`,
      `/api/admin/groups/${nobody}/members/${one.id}`,
      `${path}/members/x`,
    ])
      expect((await root.request('POST', unknown)).status).toBe(404);
    expect((await root.request('GET', `/api/admin/groups/${nobody}`)).status).toBe(404);
    expect((await two.request('POST', person)).status).toBe(403);
  });

  test('hazard H9: joining, leaving and deletion count from the next request', async () => {
    const person = await signUp(gateway, 'moving@example.org');
    const id = field((await create('Movers')).body, 'id');
    const groupsSeen = async () => {
      const identified = await gateway.access.identify([
        'cookie',
        `berth_session=${person.cookies.get('berth_session')}`,
      ]);
      return identified.ok ? [...identified.principal.groupNames.values()] : null;
    };
    const changed: (string | undefined)[] = [];
    const stop = gateway.access.onRightsChanged((userId) => changed.push(userId));
    expect(await groupsSeen()).toEqual([]);
    await root.request('POST', `/api/admin/groups/${id}/members`, { user_ids: [person.id] });
    expect(await groupsSeen()).toEqual(['Movers']);
    await root.request('PATCH', `/api/admin/groups/${id}`, { name: 'Shakers' });
    expect(await groupsSeen()).toEqual(['Shakers']);
    await root.request('DELETE', `/api/admin/groups/${id}/members/${person.id}`);
    expect(await groupsSeen()).toEqual([]);
    expect((await root.request('DELETE', `/api/admin/groups/${id}/members/${person.id}`)).status).toBe(404);
    await root.request('POST', `/api/admin/groups/${id}/members`, { user_ids: [person.id] });
    expect(await groupsSeen()).toEqual(['Shakers']);
    await root.request('DELETE', `/api/admin/groups/${id}`);
    expect(await groupsSeen()).toEqual([]);
    expect(changed).toEqual([person.id, undefined, person.id, person.id, undefined]);
    stop();
    expect(await gateway.database.prisma.membership.count({ where: { groupId: id } })).toBe(0);
  });

  test('A15 two spellings in a provider’s mapping are one group: who is wanted in either stays in it at every sign-in', async () => {
    const person = await signUp(gateway, 'mapped@example.org');
    const assign = (wanted: string[]) =>
      gateway.groups.assignAmong(person.id, ['Editors', 'editors', 'viewers'], wanted);
    expect(await assign(['editors'])).toEqual({ joined: ['Editors'], left: [] });
    expect(await assign(['editors'])).toEqual({ joined: [], left: [] });
    expect(await assign(['Editors', 'viewers'])).toEqual({ joined: ['viewers'], left: [] });
    expect(await assign([])).toEqual({ joined: [], left: ['Editors', 'viewers'] });
  });

  test('B3 a group is made once however many ask, and found by the names as they were asked', async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, () => gateway.groups.ensureGroup('hello-admin', 'Admins of hello')),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    const ids = await gateway.groups.idsByName(['Hello-Admin', 'hello-admin', 'no-such-group']);
    expect([...ids]).toEqual([
      ['Hello-Admin', made[0]?.id],
      ['hello-admin', made[0]?.id],
    ]);
  });

  test('B3 a description that was made without a name gets one; what an admin wrote stays', async () => {
    const unnamed = 'Looks after the extension "loki"';
    const { id } = await gateway.groups.ensureGroup('loki-admin', unnamed, unnamed);
    const said = async () => {
      const items = list((await root.request('GET', '/api/admin/groups')).body, 'items');
      return field(
        items.find((item) => field(item, 'id') === id),
        'description',
      );
    };
    await gateway.groups.ensureGroup('loki-admin', 'Looks after Log files', unnamed);
    expect(await said()).toBe('Looks after Log files');
    await root.request('PATCH', `/api/admin/groups/${id}`, { description: 'Ours' });
    await gateway.groups.ensureGroup('loki-admin', 'Looks after Logs', unnamed);
    expect(await said()).toBe('Ours');
  });
});
