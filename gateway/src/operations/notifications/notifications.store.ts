import { retryOnUniqueViolation } from '@berth/plugin-kit/base/retry-on-unique-violation.ts';
import { Prisma, type PrismaClient } from '#platform/generated/client.ts';
import type { Audience, Choices, NotificationsStore } from './notifications.types.ts';

/** So many of each person; older ones go. */
const mostKept = 100;

export function notificationsStore(prisma: PrismaClient): NotificationsStore {
  return {
    async add({ audience, key, kind, title, detail, link, isRead }, at) {
      return prisma.$transaction(async (tx) => {
        const people = await tx.$queryRaw<{ id: string; email: string; by_mail: boolean }[]>`
          SELECT u.id::text, u.email, coalesce(c.by_mail, false) AS by_mail
          FROM users u LEFT JOIN notification_choices c ON c.user_id = u.id
          WHERE u.is_active AND ${isMeant(audience)}`;
        if (people.length === 0) return [];
        const ids = people.map(({ id }) => id);
        await tx.notification.deleteMany({ where: { userId: { in: ids }, key, readAt: null } });
        await tx.notification.createMany({
          data: ids.map((userId) => ({
            userId,
            key,
            kind,
            title,
            detail,
            link,
            createdAt: at,
            readAt: isRead ? at : null,
          })),
        });
        await tx.$executeRaw`
          DELETE FROM notifications WHERE id IN (
            SELECT id FROM (
              SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY created_at DESC, id DESC) AS place
              FROM notifications WHERE user_id = ANY(${ids}::uuid[])) AS placed
            WHERE place > ${mostKept})`;
        return people.filter((person) => person.by_mail).map(({ email }) => email);
      });
    },

    async page(userId, before, limit) {
      const rows = await prisma.notification.findMany({
        where: {
          userId,
          ...(before
            ? {
                OR: [
                  { createdAt: { lt: before.createdAt } },
                  { createdAt: before.createdAt, id: { lt: before.id } },
                ],
              }
            : {}),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
      });
      return rows.map(({ id, kind, title, detail, link, createdAt, readAt }) => ({
        id,
        kind,
        title,
        detail,
        link,
        createdAt,
        isRead: readAt !== null,
      }));
    },

    unread: (userId) => prisma.notification.count({ where: { userId, readAt: null } }),

    async markRead(userId, ids, at) {
      await prisma.notification.updateMany({
        where: { userId, readAt: null, ...(ids ? { id: { in: [...ids] } } : {}) },
        data: { readAt: at },
      });
    },

    async clear(userId) {
      await prisma.notification.deleteMany({ where: { userId } });
    },

    choices: async (userId) => toChoices(await prisma.notificationChoice.findUnique({ where: { userId } })),

    async choose(userId, change) {
      return toChoices(
        await retryOnUniqueViolation(() =>
          prisma.notificationChoice.upsert({
            where: { userId },
            create: { userId, ...change },
            update: change,
          }),
        ),
      );
    },
  };
}

/** Over `users u`. */
function isMeant(audience: Audience): Prisma.Sql {
  if (audience.kind === 'person') return Prisma.sql`u.id = ${audience.userId}::uuid`;
  if (audience.pluginId === null) return Prisma.sql`u.is_superuser`;
  return Prisma.sql`(u.is_superuser OR EXISTS (
    SELECT FROM memberships m JOIN groups g ON g.id = m.group_id
    WHERE m.user_id = u.id AND g.name_key = ${`${audience.pluginId}-admin`}))`;
}

function toChoices(row: { byMail: boolean; dismissed: string[] } | null): Choices {
  return { byMail: row?.byMail ?? false, dismissed: row?.dismissed ?? [] };
}
