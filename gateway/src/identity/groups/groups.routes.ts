import type * as wire from '@berth/plugin-kit/contract/wire/people.ts';
import { readJson, readQuery } from '#platform/request-body.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import { groupChangeForm, membersForm, membersQuery, newGroupForm } from './groups.rules.ts';
import type { Group, GroupsStore, Member } from './groups.types.ts';
import type { GroupUseCases } from './groups.usecases.ts';

export function groupsRoutes(store: GroupsStore, steps: GroupUseCases): Hono {
  return new Hono()
    .get('/api/admin/groups', async (c) => c.json({ items: (await store.list()).map(wireOf) }))
    .post('/api/admin/groups', async (c) => {
      const form = await readJson(c, newGroupForm);
      const group = await steps.create(form.name, form.description);
      c.set('auditNote', { target: group.id, details: { name: group.name } });
      return c.json(wireOf(group), 201);
    })
    .get('/api/admin/groups/:id', async (c) => {
      const { group, members } = await steps.withMembers(idOf(c.req.param('id')));
      return c.json({ ...wireOf(group), members: members.map(memberOf) });
    })
    .patch('/api/admin/groups/:id', async (c) => {
      const form = await readJson(c, groupChangeForm);
      c.set('auditNote', { details: form });
      return c.json(wireOf(await steps.change(idOf(c.req.param('id')), form)));
    })
    .delete('/api/admin/groups/:id', async (c) => {
      const name = await steps.remove(idOf(c.req.param('id')));
      c.set('auditNote', { details: { name } });
      return c.body(null, 204);
    })
    .get('/api/admin/groups/:id/members', async (c) => {
      const { q, page, page_size: pageSize } = readQuery(c, membersQuery);
      const { items, total } = await steps.members(idOf(c.req.param('id')), { q, page, pageSize });
      return c.json({ items: items.map(memberOf), total, page, page_size: pageSize });
    })
    .post('/api/admin/groups/:id/members', async (c) => {
      const id = idOf(c.req.param('id'));
      const form = await readJson(c, membersForm);
      c.set('auditNote', { details: { user_ids: form.user_ids } });
      return c.json({ added: await steps.addMembers(id, form.user_ids) });
    })
    .post('/api/admin/groups/:id/members/:user_id', async (c) => {
      const [id, userId] = [idOf(c.req.param('id')), idOf(c.req.param('user_id'))];
      return c.json({ added: await steps.addMember(id, userId) });
    })
    .delete('/api/admin/groups/:id/members/:user_id', async (c) => {
      await steps.removeMember(idOf(c.req.param('id')), idOf(c.req.param('user_id')));
      return c.body(null, 204);
    });
}

function wireOf({ id, name, description, memberCount, createdAt }: Group): wire.Group {
  return { id, name, description, member_count: memberCount, created_at: createdAt.toISOString() };
}

function memberOf({ id, email, name }: Member): wire.Member {
  return { id, email, name: name ?? email };
}

/** What is no UUID names nothing. */
function idOf(text: string): string {
  const read = z.uuid().safeParse(text);
  if (!read.success) throw new Problem('not-found');
  return read.data;
}
