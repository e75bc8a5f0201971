import type { Principal } from '#access/principal.ts';
import { readJson, readQuery } from '#platform/request-body.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { newUserForm, profileForm, userChangeForm, userQuery } from './accounts.rules.ts';
import type { GroupName, ProfilesStore } from './accounts.types.ts';
import type { AccountSteps } from './accounts.usecases.ts';
import { meOf, profileOf, userOf } from './accounts.wire.ts';

export type UsersRoutesDeps = {
  accounts: AccountSteps;
  profiles: ProfilesStore;
  principalOf: (c: Context) => Principal;
  groupsOfUsers: (userIds: readonly string[]) => Promise<ReadonlyMap<string, readonly GroupName[]>>;
};

export function usersRoutes({ accounts, profiles, principalOf, groupsOfUsers }: UsersRoutesDeps): Hono {
  const groupsOf = async (userId: string) => (await groupsOfUsers([userId])).get(userId) ?? [];
  return new Hono()
    .get('/api/users/me', async (c) => {
      const { userId } = principalOf(c);
      const account = await accounts.byId(userId);
      if (!account) throw new Problem('not-signed-in');
      return c.json(meOf(account, await groupsOf(userId)), 200, { 'cache-control': 'no-store' });
    })
    .get('/api/profile', async (c) => c.json(profileOf(await profiles.of(principalOf(c).userId)), 200, { 'cache-control': 'no-store' }))
    .put('/api/profile', async (c) => {
      const form = await readJson(c, profileForm);
      const { display_name: displayName, locale, time_zone: timeZone, theme, pinned_apps: pinnedApps } = form;
      return c.json(profileOf(await profiles.save(principalOf(c).userId, { displayName, locale, timeZone, theme, pinnedApps })));
    })
    .get('/api/admin/users', async (c) => {
      const { q, page, page_size: pageSize, sort, is_superuser: isSuperuser, is_active: isActive } = readQuery(c, userQuery);
      const { items, total } = await accounts.page({ q, page, pageSize, sort, isSuperuser, isActive });
      const groups = await groupsOfUsers(items.map(({ id }) => id));
      return c.json({ items: items.map((account) => userOf(account, groups.get(account.id) ?? [])), total, page, page_size: pageSize });
    })
    .post('/api/admin/users', async (c) => {
      const { is_superuser: isSuperuser, ...form } = await readJson(c, newUserForm);
      const account = await accounts.create({ ...form, isSuperuser });
      c.set('auditNote', { target: account.id, details: { email: account.email, is_superuser: isSuperuser } });
      return c.json(userOf(account, []), 201);
    })
    .patch('/api/admin/users/:id', async (c) => {
      const id = z.uuid().safeParse(c.req.param('id'));
      if (!id.success) throw new Problem('not-found');
      const { is_superuser: isSuperuser, is_active: isActive, name } = await readJson(c, userChangeForm);
      c.set('auditNote', { details: { is_superuser: isSuperuser, is_active: isActive, name: name ?? undefined } });
      const account = await accounts.change(id.data, { isSuperuser, isActive, name });
      return c.json(userOf(account, await groupsOf(account.id)));
    });
}
