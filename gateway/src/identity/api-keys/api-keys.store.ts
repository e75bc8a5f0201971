import type { PrismaClient } from '#platform/generated/client.ts';
import type { ApiKey, ApiKeysStore } from './api-keys.types.ts';

export function apiKeysStore(prisma: PrismaClient): ApiKeysStore {
  return {
    create: (key, mostPerUser) =>
      prisma.$transaction(async (tx) => {
        // One at a time for one owner: two that count at once would both find room.
        await tx.$queryRaw`SELECT 1 FROM users WHERE id = ${key.userId}::uuid FOR NO KEY UPDATE`;
        if ((await tx.apiKey.count({ where: { userId: key.userId, revokedAt: null } })) >= mostPerUser)
          return null;
        return toKey(await tx.apiKey.create({ data: key, omit: { secretHash: true } }));
      }),
    byPrefix: async (prefix) => {
      const row = await prisma.apiKey.findUnique({ where: { prefix } });
      return row && { ...toKey(row), secretHash: row.secretHash };
    },
    ofUser: async (userId) =>
      (
        await prisma.apiKey.findMany({
          where: { userId, revokedAt: null },
          omit: { secretHash: true },
          orderBy: { createdAt: 'desc' },
        })
      ).map(toKey),
    ownerOf: async (id) =>
      (await prisma.apiKey.findFirst({ where: { id, revokedAt: null }, select: { userId: true } }))?.userId ??
      null,
    revoke: async (id, at) =>
      void (await prisma.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: at } })),
    addUses: async (uses) =>
      void (await prisma.$executeRaw`
        UPDATE api_keys AS k SET use_count = k.use_count + u.count, last_used_at = greatest(k.last_used_at, u.at)
        FROM unnest(${uses.map(({ id }) => id)}::uuid[], ${uses.map(({ count }) => count)}::int[], ${uses.map(({ lastAt }) => lastAt)}::timestamptz[]) AS u(id, count, at)
        WHERE k.id = u.id`),
  };
}

function toKey({
  id,
  userId,
  name,
  prefix,
  scopes,
  createdAt,
  expiresAt,
  revokedAt,
  lastUsedAt,
  useCount,
}: Omit<ApiKey, 'useCount'> & { useCount: bigint }): ApiKey {
  return {
    id,
    userId,
    name,
    prefix,
    scopes,
    createdAt,
    expiresAt,
    revokedAt,
    lastUsedAt,
    useCount: Number(useCount),
  };
}
