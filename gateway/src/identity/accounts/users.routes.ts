import type { Principal } from '#identity/access/principal.ts';
import { readJson, readQuery } from '#platform/request-body.ts';
import { jsonInWords } from '#platform/words/spoken.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { newUserForm, preferencesForm, profileForm, userChangeForm, userQuery } from './accounts.rules.ts';
import type { GroupName, ProfileChange, ProfilesStore } from './accounts.types.ts';
import type { AccountUseCases } from './accounts.usecases.ts';
import type { RecoveryUseCases } from './recovery.usecases.ts';
import { meOf, preferencesOf, profileOf, userOf } from './accounts.wire.ts';

export type UsersRoutesDeps = {
  accounts: AccountUseCases;
  recovery: Pick<RecoveryUseCases, 'firstPasswordLink'>;
  /** Where people reach the gateway. */
  baseOf: (c: Context) => string;
  profiles: ProfilesStore;
  principalOf: (c: Context) => Principal;
  /** What is cached of a person is old now, such as the name that containers are told. */
  rightsChanged: (userId: string) => void;
  /** Why what is known of somebody's groups may be old, in words for an admin. */
  groupNotesOfUsers: (userIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  groupsOfUsers: (userIds: readonly string[]) => Promise<ReadonlyMap<string, readonly GroupName[]>>;
};

const noStore = { 'cache-control': 'no-store' };
const noteInWords = { more: ['groups_note'] };

export function usersRoutes(deps: UsersRoutesDeps): Hono {
  const {
    accounts,
    recovery,
    baseOf,
    profiles,
    principalOf,
    rightsChanged,
    groupsOfUsers,
    groupNotesOfUsers,
  } = deps;
  const groupsOf = async (userId: string) => (await groupsOfUsers([userId])).get(userId) ?? [];
  return new Hono()
    .get('/api/users/me', async (c) => {
      const { userId } = principalOf(c);
      const account = await accounts.byId(userId);
      if (!account) throw new Problem('not-signed-in');
      return c.json(meOf(account, await groupsOf(userId)), 200, noStore);
    })
    .get('/api/profile', async (c) =>
      c.json(profileOf(await profiles.of(principalOf(c).userId)), 200, noStore),
    )
    .put('/api/profile', async (c) => {
      const { full_name, display_name, phone, ...preferences } = await readJson(c, profileForm);
      const { userId } = principalOf(c);
      const fullName = full_name ?? display_name;
      const saved = await profiles.save(userId, { fullName, phone, ...changeIn(preferences) });
      if (fullName !== undefined) rightsChanged(userId);
      return c.json(profileOf(saved));
    })
    .get('/api/users/me/preferences', async (c) =>
      c.json(preferencesOf(await profiles.of(principalOf(c).userId)), 200, noStore),
    )
    .patch('/api/users/me/preferences', async (c) => {
      const form = await readJson(c, preferencesForm);
      return c.json(preferencesOf(await profiles.save(principalOf(c).userId, changeIn(form))));
    })
    .get('/api/admin/users', async (c) => {
      const {
        q,
        page,
        page_size: pageSize,
        sort,
        is_superuser: isSuperuser,
        is_active: isActive,
      } = readQuery(c, userQuery);
      const { items, total } = await accounts.page({ q, page, pageSize, sort, isSuperuser, isActive });
      const ids = items.map(({ id }) => id);
      const [groups, notes] = await Promise.all([groupsOfUsers(ids), groupNotesOfUsers(ids)]);
      const users = items.map((account) =>
        userOf(account, groups.get(account.id) ?? [], notes.get(account.id)),
      );
      return jsonInWords(c, { items: users, total, page, page_size: pageSize }, noteInWords);
    })
    .post('/api/admin/users', async (c) => {
      const { is_superuser: isSuperuser, ...form } = await readJson(c, newUserForm);
      const account = await accounts.create({ ...form, isSuperuser });
      c.set('auditNote', {
        target: account.id,
        details: { email: account.email, is_superuser: isSuperuser },
      });
      if (form.password !== undefined) return c.json(userOf(account, []), 201);
      const link = await recovery.firstPasswordLink(account, principalOf(c).name, baseOf(c));
      const firstPassword = {
        url: link.url,
        expires_at: link.expiresAt.toISOString(),
        mailed: link.isMailed,
      };
      return c.json({ ...userOf(account, []), first_password: firstPassword }, 201, noStore);
    })
    .patch('/api/admin/users/:id', async (c) => {
      const id = z.uuid().safeParse(c.req.param('id'));
      if (!id.success) throw new Problem('not-found');
      const { role, is_active: isActive, name, ...form } = await readJson(c, userChangeForm);
      const isSuperuser = form.is_superuser ?? (role === undefined ? undefined : role === 'admin');
      c.set('auditNote', {
        details: { is_superuser: isSuperuser, is_active: isActive, name: name ?? undefined },
      });
      const account = await accounts.change(id.data, { isSuperuser, isActive, name });
      const notes = await groupNotesOfUsers([account.id]);
      return jsonInWords(c, userOf(account, await groupsOf(account.id), notes.get(account.id)), noteInWords);
    });
}

function changeIn({
  locale,
  time_zone: timeZone,
  theme,
  pinned_apps: pinnedApps,
}: z.output<typeof preferencesForm>): ProfileChange {
  return { locale, timeZone, theme, pinnedApps };
}
