import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { describe, expect, test, vi } from 'vitest';
import { field, list, type Browser } from '#identity/accounts/testing/identity-gateway.ts';
import { goodPassword } from '#testing/real-gateway.ts';
import {
  useRig,
  ada,
  bob,
  clearGrants,
  cooks,
  cooksId,
  decisions,
  gateway,
  grant,
  nothing,
  root,
  status,
  usable,
} from './testing/kitchen.ts';

useRig();

describe('B7 refusals at the edge', () => {
  test('somebody who is signed in and tries what is not theirs, or forges, is in the audit; a path that nobody declared is not', async () => {
    await ada.request('GET', '/api/plugins/kitchen/app/dishes?key=private');
    await ada.request('GET', '/api/plugins/kitchen/app/undeclared');
    await grant({ user_id: ada.id }, 'allow');
    expect((await ada.request('GET', '/api/plugins/kitchen/app/dishes')).status).toBe(200);
    await clearGrants();
    await vi.waitFor(async () => {
      const found = list(
        (await root.request('GET', `/api/admin/audit?action=plugin.refused&actor=${ada.id}`)).body,
        'items',
      );
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found.map((event) => field(event, 'target')))).toEqual(
        new Set(['GET kitchen /dishes', 'GET kitchen /knives']),
      );
      expect(JSON.stringify(found)).not.toContain('private');
    });
  });
});

describe('B6 why somebody may or may not', () => {
  const why = async (id: string) =>
    (await root.request('GET', `/api/admin/plugins/kitchen/why?user_id=${id}`)).body;

  test('rule, matched clause, groups, grants and state, in words', async () => {
    expect(await why(root.id)).toMatchObject({
      may_use: true,
      clause: 'allow_superuser',
      state: 'online',
      rule: { allow_superuser: true, required_groups: [cooks] },
      groups: [{ name: cooks, id: cooksId, is_member: false }],
      explanation: ['Its rule lets in superusers, and root@example.org is one.'],
    });
    expect(await why(bob.id)).toMatchObject({
      may_use: false,
      clause: null,
      grants: [],
      explanation: [
        `bob@example.org passes no clause of its rule. What would help: being in ${cooks}, being a superuser or an admin’s allowance.`,
      ],
    });
    await root.request('POST', `/api/admin/groups/${cooksId}/members`, { user_ids: [bob.id] });
    expect(await why(bob.id)).toMatchObject({
      may_use: true,
      clause: 'required_groups',
      may: { write_settings: true },
      groups: [{ is_member: true }],
    });
    await grant({ group_id: cooksId }, 'deny');
    expect(await why(bob.id)).toMatchObject({
      may_use: false,
      clause: null,
      grants: [{ effect: 'deny', via: 'group', group: { id: cooksId, name: cooks } }],
      explanation: [
        `An admin closed it to the group ${cooks}. A denial beats every rule and every allowance.`,
      ],
    });
    await clearGrants();
    await root.request('DELETE', `/api/admin/groups/${cooksId}/members/${bob.id}`);
    await grant({ user_id: bob.id }, 'allow');
    expect(await why(bob.id)).toMatchObject({
      may_use: true,
      clause: 'grant',
      explanation: ['An admin opened it to bob@example.org.'],
    });
    await clearGrants();
  });

  test('a disabled account, a plugin that is switched off, somebody and something unknown', async () => {
    await grant({ user_id: bob.id }, 'allow');
    await root.request('PATCH', `/api/admin/users/${bob.id}`, { is_active: false });
    expect(await why(bob.id)).toMatchObject({
      may_use: false,
      clause: 'grant',
      explanation: [expect.stringContaining('disabled'), expect.any(String)],
    });
    await root.request('PATCH', `/api/admin/users/${bob.id}`, { is_active: true });
    await root.request('PATCH', '/api/admin/plugins/kitchen', { enabled: false });
    expect(await why(bob.id)).toMatchObject({
      may_use: false,
      state: 'disabled',
      explanation: [expect.any(String), expect.stringContaining('switched off')],
    });
    await root.request('PATCH', '/api/admin/plugins/kitchen', { enabled: true });
    await clearGrants();
    expect(await status(root, `/api/admin/plugins/kitchen/why?user_id=${randomUUID()}`)).toBe(404);
    expect(await status(root, `/api/admin/plugins/absent/why?user_id=${bob.id}`)).toBe(404);
    expect(await status(root, '/api/admin/plugins/kitchen/why')).toBe(422);
    await bob.request('POST', '/api/auth/session', { email: bob.email, password: goodPassword });
  });

  test('it agrees with what happens, for everybody', async () => {
    for (const who of [root, ada, bob]) {
      const answer = await why(who.id);
      const happens = (await decisions(who)).dishes === 200;
      expect([who.email, answer]).toMatchObject([who.email, { may_use: happens }]);
    }
  });
});

describe('B6 requests for access', () => {
  const ask = (who: Browser, id: string, body: unknown = { reason: 'I cook on Fridays' }) =>
    who.request('POST', `/api/plugins/${id}/access-requests`, body);
  const requests = async (query = 'state=pending') =>
    list((await root.request('GET', `/api/admin/access-requests?${query}`)).body, 'items');

  test('nothing is learned by asking: the same answer for what is there, is not, is theirs already or was asked for', async () => {
    const answers = [
      await ask(ada, 'kitchen'),
      await ask(ada, 'kitchen'),
      await ask(ada, 'absent'),
      await ask(ada, 'No%20id'),
      await ask(root, 'kitchen'),
    ];
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      answers.map(() => [202, { state: 'sent' }]),
    );
    expect(await requests()).toMatchObject([
      {
        plugin: { id: 'kitchen', name: 'The kitchen' },
        user: { id: ada.id, email: ada.email },
        reason: 'I cook on Fridays',
        state: 'pending',
        groups: [{ id: cooksId, name: cooks }],
      },
    ]);
  });

  test('approved by a grant: they may at once; deciding twice is 409', async () => {
    const id = field((await requests())[0], 'id');
    const approved = await root.request('POST', `/api/admin/access-requests/${id}/approve`, {});
    expect(approved.body).toMatchObject({ state: 'approved', decided_by: root.email });
    expect(await decisions(ada)).toMatchObject(usable);
    for (const way of ['approve', 'refuse']) {
      const again = await root.request(
        'POST',
        `/api/admin/access-requests/${id}/${way}`,
        way === 'approve' ? {} : undefined,
      );
      expect([again.status, field(again.body, 'detail')]).toEqual([
        409,
        `This request was approved by ${root.email} already.`,
      ]);
    }
    await clearGrants();
  });

  test('approved by a group of the rule, and by no other', async () => {
    await ask(ada, 'kitchen', {});
    const id = field((await requests())[0], 'id');
    const other = field((await root.request('POST', '/api/admin/groups', { name: 'others' })).body, 'id');
    expect(await status(root, `/api/admin/access-requests/${id}/approve`, 'POST', { group_id: other })).toBe(
      422,
    );
    expect((await requests()).length).toBe(1);
    expect(
      await status(root, `/api/admin/access-requests/${id}/approve`, 'POST', { group_id: cooksId }),
    ).toBe(200);
    expect(await decisions(ada)).toMatchObject({ ...usable, knives: 200 });
    await root.request('DELETE', `/api/admin/groups/${cooksId}/members/${ada.id}`);
  });

  test('B6 an approval and what it comes to are one: who is cut off in between finds it pending still (hazard O1)', async () => {
    const [holder, watcher] = [
      new Client({ connectionString: gateway.databaseUrl }),
      new Client({ connectionString: gateway.databaseUrl }),
    ];
    await Promise.all([holder.connect(), watcher.connect()]);
    const waiting = async () =>
      (
        await watcher.query<{ pid: number }>(
          'SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT l.granted AND d.datname = current_database()',
        )
      ).rows.map(({ pid }) => pid);
    await ask(ada, 'kitchen', {});
    for (const [table, body] of [
      ['memberships', { group_id: cooksId }],
      ['plugin_grants', {}],
    ] as const) {
      const id = field((await requests())[0], 'id');
      const state = async () =>
        (await watcher.query<{ state: string }>('SELECT state FROM access_requests WHERE id = $1', [id]))
          .rows[0]?.state;
      await holder.query(`BEGIN; LOCK TABLE ${table} IN SHARE MODE`);
      const cutOff = status(root, `/api/admin/access-requests/${id}/approve`, 'POST', body);
      await expect.poll(waiting).toHaveLength(1);
      expect(await state()).toBe('pending');
      await watcher.query('SELECT pg_terminate_backend($1)', [(await waiting())[0]]);
      expect(await cutOff).toBe(503);
      await holder.query('COMMIT');
      expect([table, await state()]).toEqual([table, 'pending']);
      expect(await decisions(ada)).toEqual(nothing);
    }
    await Promise.all([holder.end(), watcher.end()]);
    expect(
      await status(root, `/api/admin/access-requests/${field((await requests())[0], 'id')}/refuse`, 'POST'),
    ).toBe(200);
  }, 60_000);

  test('refused: nothing changes, and they may ask again', async () => {
    await ask(ada, 'kitchen');
    const id = field((await requests())[0], 'id');
    expect((await root.request('POST', `/api/admin/access-requests/${id}/refuse`)).body).toMatchObject({
      state: 'refused',
    });
    expect(await decisions(ada)).toEqual(nothing);
    await ask(ada, 'kitchen');
    expect(await requests()).toHaveLength(1);
    expect((await requests('plugin_id=kitchen&limit=200')).length).toBeGreaterThan(3);
    expect(await status(root, `/api/admin/access-requests/${randomUUID()}/approve`, 'POST', {})).toBe(404);
  });

  test('two who decide at once: one is told that it is done', async () => {
    const id = field((await requests())[0], 'id');
    const both = await Promise.all([
      status(root, `/api/admin/access-requests/${id}/approve`, 'POST', {}),
      status(root, `/api/admin/access-requests/${id}/refuse`, 'POST'),
    ]);
    expect(both.toSorted((one, other) => one - other)).toEqual([200, 409]);
    await clearGrants();
  });

  test('the list pages by key, and how often somebody may ask is bounded', async () => {
    const first = await root.request('GET', '/api/admin/access-requests?limit=2');
    const second = await root.request(
      'GET',
      `/api/admin/access-requests?limit=2&cursor=${field(first.body, 'next_cursor')}`,
    );
    const ids = [first, second].flatMap(({ body }) => list(body, 'items').map((item) => field(item, 'id')));
    expect(new Set(ids).size).toBe(4);
    let last = 0;
    for (let index = 0; index < 21; index++) last = (await ask(bob, 'kitchen')).status;
    expect(last).toBe(429);
    expect((await ask(ada, 'kitchen', { reason: 'x'.repeat(501) })).status).toBe(422);
  });

  test('all of it is in the audit', async () => {
    for (const action of [
      'plugin.grant.set',
      'plugin.grant.remove',
      'access-request.open',
      'access-request.approve',
      'access-request.refuse',
      'plugin.switch',
    ])
      expect([
        action,
        list(
          (await root.request('GET', `/api/admin/audit?action=${action}&outcome=ok&actor=@example.org`)).body,
          'items',
        ).length,
      ]).toEqual([action, expect.toSatisfy((count: number) => count > 0)]);
  });
});
