import { isForeignKeyViolation } from '@berth/plugin-kit/base/prisma-errors.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { retryOnUniqueViolation } from '@berth/plugin-kit/base/retry-on-unique-violation.ts';
import type { Effect, Grant, GrantsStore, Subject } from './grants.types.ts';

const withSubject = {
  user: { select: { id: true, email: true, name: true } },
  group: { select: { id: true, name: true } },
} as const;

export function grantsStore(prisma: PrismaClient): GrantsStore {
  return {
    ofPlugin: async (pluginId) =>
      (
        await prisma.pluginGrant.findMany({
          where: { pluginId },
          include: withSubject,
          orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        })
      ).map(toGrant),
    put: async (pluginId, subject, effect, { by, at }) => {
      const where =
        subject.kind === 'user'
          ? { pluginId_userId: { pluginId, userId: subject.id } }
          : { pluginId_groupId: { pluginId, groupId: subject.id } };
      const said = { effect, grantedBy: by, createdAt: at };
      try {
        const create = { pluginId, ...columnsOf(subject), ...said };
        const row = await retryOnUniqueViolation(() =>
          prisma.pluginGrant.upsert({ where, create, update: said, include: withSubject }),
        );
        return toGrant(row);
      } catch (cause) {
        if (isForeignKeyViolation(cause)) return null;
        throw cause;
      }
    },
    allowWithin: async (tx, { pluginId, userId }, { by, at }, isOverDenials) =>
      (await tx.$executeRaw`
        INSERT INTO plugin_grants (plugin_id, user_id, effect, granted_by, created_at) VALUES (${pluginId}, ${userId}::uuid, 'allow', ${by}, ${at})
        ON CONFLICT (plugin_id, user_id) DO UPDATE SET effect = excluded.effect, granted_by = excluded.granted_by, created_at = excluded.created_at
        WHERE plugin_grants.effect <> 'deny' OR ${isOverDenials}`) === 1,
    remove: async (pluginId, grantId) => {
      const [removed] = await prisma.$transaction(async (tx) => {
        const found = await tx.pluginGrant.findMany({ where: { id: grantId, pluginId } });
        await tx.pluginGrant.deleteMany({ where: { id: grantId, pluginId } });
        return found;
      });
      return removed ? subjectOf(removed) : null;
    },
    ofPerson: async (userId, groupIds) => {
      const rows = await prisma.pluginGrant.findMany({
        where: groupIds.length === 0 ? { userId } : { OR: [{ userId }, { groupId: { in: [...groupIds] } }] },
        select: { pluginId: true, groupId: true, effect: true },
      });
      return rows.map(({ pluginId, groupId, effect }) => ({
        pluginId,
        grant:
          groupId === null
            ? { effect: effectOf(effect), via: 'user' }
            : { effect: effectOf(effect), via: 'group', groupId },
      }));
    },
    ofGroups: async () => {
      const rows = await prisma.pluginGrant.findMany({
        where: { groupId: { not: null } },
        select: { pluginId: true, groupId: true, effect: true },
      });
      return rows.flatMap(({ pluginId, groupId, effect }) =>
        groupId === null ? [] : [{ pluginId, groupId, effect: effectOf(effect) }],
      );
    },
    people: async (pluginId, after, limit) => {
      const people = await prisma.user.findMany({
        where: { isActive: true, ...(after === null ? {} : { id: { gt: after } }) },
        select: {
          id: true,
          email: true,
          name: true,
          isSuperuser: true,
          memberships: {
            select: {
              groupId: true,
              group: { select: { pluginGrants: { where: { pluginId }, select: { effect: true } } } },
            },
          },
          pluginGrants: { where: { pluginId }, select: { effect: true } },
        },
        orderBy: { id: 'asc' },
        take: limit,
      });
      return people.map(({ id, email, name, isSuperuser, memberships, pluginGrants }) => ({
        id,
        email,
        name,
        isSuperuser,
        groupIds: memberships.map(({ groupId }) => groupId),
        grants: [
          ...pluginGrants.map(({ effect }) => ({ effect: effectOf(effect), via: 'user' as const })),
          ...memberships.flatMap(({ groupId, group }) =>
            group.pluginGrants.map(({ effect }) => ({
              effect: effectOf(effect),
              via: 'group' as const,
              groupId,
            })),
          ),
        ],
      }));
    },
    person: (userId) =>
      prisma.user.findUnique({
        where: { id: userId },
        select: { id: true, email: true, name: true, isSuperuser: true, isActive: true },
      }),
  };
}

type Row = {
  id: string;
  pluginId: string;
  userId: string | null;
  groupId: string | null;
  user: { email: string; name: string | null } | null;
  group: { name: string } | null;
  effect: string;
  grantedBy: string;
  createdAt: Date;
};

function toGrant(row: Row): Grant {
  const { id, pluginId, user, group, effect, grantedBy, createdAt } = row;
  const subject = {
    ...subjectOf(row),
    name: group?.name ?? user?.name ?? user?.email ?? '',
    email: user?.email ?? null,
  };
  return { id, pluginId, subject, effect: effectOf(effect), grantedBy, createdAt };
}

function subjectOf({ userId, groupId }: Pick<Row, 'userId' | 'groupId'>): Subject {
  return groupId === null ? { kind: 'user', id: userId ?? '' } : { kind: 'group', id: groupId };
}

function columnsOf({ kind, id }: Subject): { userId: string } | { groupId: string } {
  return kind === 'user' ? { userId: id } : { groupId: id };
}

/** The column is checked by the database; what is not plainly an allowance lets nobody in. */
function effectOf(text: string): Effect {
  return text === 'allow' ? 'allow' : 'deny';
}
