import {
  isForeignKeyViolation,
  isMissingRow,
  isUniqueViolation,
} from '@berth/plugin-kit/base/prisma-errors.ts';
import { totalBeside } from '@berth/plugin-kit/base/total-beside.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import type { Pool } from 'pg';
import { nameKeyOf } from './groups.rules.ts';
import type { Group, GroupName, GroupsStore, Member } from './groups.types.ts';

/** Asked by every sign-in, so past the ORM. */
const ofUsers = {
  name: 'groups: of users',
  text: 'SELECT m.user_id, g.id, g.name FROM memberships m JOIN groups g ON g.id = m.group_id WHERE m.user_id = ANY($1::uuid[]) ORDER BY g.name_key',
};

const withCount = { include: { _count: { select: { memberships: true } } } } as const;

export function groupsStore(prisma: PrismaClient, pool: Pick<Pool, 'query'>): GroupsStore {
  return { ...groupRows(prisma), ...memberships(prisma, pool) };
}

function groupRows(
  prisma: PrismaClient,
): Pick<GroupsStore, 'list' | 'byId' | 'exists' | 'nameOf' | 'goneOf' | 'create' | 'change' | 'remove'> {
  return {
    // By hand: a thousand groups of ten thousand people in one pass over the memberships.
    list: () => prisma.$queryRaw<Group[]>`
      SELECT g.id, g.name, g.description, g.created_at AS "createdAt", coalesce(m.count, 0)::int AS "memberCount"
      FROM groups g LEFT JOIN (SELECT group_id, count(*) FROM memberships GROUP BY group_id) m ON m.group_id = g.id
      ORDER BY g.name_key`,
    byId: async (id) => {
      const row = await prisma.group.findUnique({ where: { id }, ...withCount });
      return row && toGroup(row);
    },
    exists: async (id) => (await prisma.group.count({ where: { id } })) > 0,
    nameOf: async (id) =>
      (await prisma.group.findUnique({ where: { id }, select: { name: true } }))?.name ?? null,
    goneOf: async (ids) => {
      const found = new Set(
        (await prisma.group.findMany({ where: { id: { in: [...ids] } }, select: { id: true } })).map(
          ({ id }) => id,
        ),
      );
      return ids.filter((id) => !found.has(id));
    },
    create: async (name, description) => {
      try {
        return toGroup(
          await prisma.group.create({ data: { name, nameKey: nameKeyOf(name), description }, ...withCount }),
        );
      } catch (cause) {
        if (isUniqueViolation(cause)) return null;
        throw cause;
      }
    },
    change: async (id, { name, description }) => {
      const data = {
        ...(name === undefined ? {} : { name, nameKey: nameKeyOf(name) }),
        ...(description === undefined ? {} : { description }),
      };
      try {
        return toGroup(await prisma.group.update({ where: { id }, data, ...withCount }));
      } catch (cause) {
        if (isUniqueViolation(cause)) return 'name-taken';
        if (isMissingRow(cause)) return 'unknown';
        throw cause;
      }
    },
    remove: async (id) => (await prisma.group.deleteMany({ where: { id } })).count > 0,
  };
}

function memberships(
  prisma: PrismaClient,
  pool: Pick<Pool, 'query'>,
): Pick<
  GroupsStore,
  | 'members'
  | 'unknownUsers'
  | 'addMembers'
  | 'addMemberWithin'
  | 'removeMember'
  | 'ensure'
  | 'byNames'
  | 'ofUsers'
> {
  return {
    members: async (id, { q, page, pageSize }) => {
      const wanted = `%${q.replaceAll(/[\\%_]/g, (found) => `\\${found}`)}%`;
      const offset = (page - 1) * pageSize;
      const [items, [row]] = await Promise.all([
        prisma.$queryRaw<Member[]>`
          SELECT u.id, u.email, u.name FROM memberships m JOIN users u ON u.id = m.user_id
          WHERE m.group_id = ${id}::uuid AND (${q} = '' OR u.email ILIKE ${wanted} OR u.name ILIKE ${wanted})
          ORDER BY u.email LIMIT ${pageSize} OFFSET ${offset}`,
        prisma.$queryRaw<{ total: number }[]>`
          SELECT count(*)::int AS total FROM memberships m JOIN users u ON u.id = m.user_id
          WHERE m.group_id = ${id}::uuid AND (${q} = '' OR u.email ILIKE ${wanted} OR u.name ILIKE ${wanted})`,
      ]);
      const counted = row?.total ?? 0;
      return { items, total: totalBeside({ counted, offset, shown: items.length, pageSize }) };
    },
    unknownUsers: async (userIds) => {
      const known = await prisma.user.findMany({ where: { id: { in: [...userIds] } }, select: { id: true } });
      const ids = new Set(known.map(({ id }) => id));
      return userIds.filter((id) => !ids.has(id));
    },
    addMembers: async (groupId, userIds) => {
      try {
        return (
          await prisma.membership.createMany({
            data: [...new Set(userIds)].map((userId) => ({ groupId, userId })),
            skipDuplicates: true,
          })
        ).count;
      } catch (cause) {
        if (isForeignKeyViolation(cause)) return null;
        throw cause;
      }
    },
    addMemberWithin: async (tx, groupId, userId) => {
      try {
        await tx.membership.createMany({ data: [{ groupId, userId }], skipDuplicates: true });
        return true;
      } catch (cause) {
        if (isForeignKeyViolation(cause)) return false;
        throw cause;
      }
    },
    removeMember: async (groupId, userId) =>
      (await prisma.membership.deleteMany({ where: { groupId, userId } })).count > 0,
    ensure: async (name, description, formerly) => {
      // Two gateways that start at once both ask: the second insert does nothing.
      const { count } = await prisma.group.createMany({
        data: [{ name, nameKey: nameKeyOf(name), description }],
        skipDuplicates: true,
      });
      const group = await prisma.group.findUniqueOrThrow({
        where: { nameKey: nameKeyOf(name) },
        select: { id: true, name: true },
      });
      // What an admin wrote stays.
      if (count === 0 && formerly !== undefined && formerly !== description)
        await prisma.group.updateMany({
          where: { id: group.id, description: formerly },
          data: { description },
        });
      return { ...group, isNew: count > 0 };
    },
    byNames: async (names) => {
      const found = await prisma.group.findMany({
        where: { nameKey: { in: names.map(nameKeyOf) } },
        select: { id: true, nameKey: true },
      });
      const ids = new Map(found.map(({ id, nameKey }) => [nameKey, id]));
      return new Map(
        names.flatMap((name) => {
          const id = ids.get(nameKeyOf(name));
          return id === undefined ? [] : [[name, id] as const];
        }),
      );
    },
    ofUsers: async (userIds) => {
      const { rows } = await pool.query<{ user_id: string; id: string; name: string }>({
        ...ofUsers,
        values: [userIds],
      });
      const groups = new Map<string, GroupName[]>(userIds.map((id) => [id, []]));
      for (const { user_id: userId, ...group } of rows) groups.get(userId)?.push(group);
      return groups;
    },
  };
}

type Row = {
  id: string;
  name: string;
  description: string;
  createdAt: Date;
  _count: { memberships: number };
};

function toGroup({ id, name, description, createdAt, _count }: Row): Group {
  return { id, name, description, createdAt, memberCount: _count.memberships };
}
