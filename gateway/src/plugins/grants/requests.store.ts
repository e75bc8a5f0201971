import type { Prisma, PrismaClient } from '#platform/generated/client.ts';
import {
  requestStates,
  type AccessRequest,
  type RequestsFilter,
  type RequestsStore,
} from './grants.types.ts';

const withUser = {
  user: { select: { id: true, email: true, name: true, isSuperuser: true, isActive: true } },
} as const;

export function requestsStore(prisma: PrismaClient): RequestsStore {
  const decide = async (
    tx: Pick<PrismaClient, 'accessRequest'>,
    id: string,
    { state, by, at }: Parameters<RequestsStore['decide']>[1],
  ) =>
    (
      await tx.accessRequest.updateMany({
        where: { id, state: 'pending' },
        data: { state, decidedBy: by, decidedAt: at },
      })
    ).count === 1;

  return {
    // One pending a person and plugin, by a partial index that Prisma has no word for.
    open: async (pluginId, userId, reason, at) =>
      void (await prisma.$executeRaw`
        INSERT INTO access_requests (plugin_id, user_id, reason, created_at) VALUES (${pluginId}, ${userId}::uuid, ${reason}, ${at})
        ON CONFLICT (plugin_id, user_id) WHERE state = 'pending' DO NOTHING`),
    byId: async (id) => {
      const row = await prisma.accessRequest.findUnique({ where: { id }, include: withUser });
      return row && toRequest(row);
    },
    page: async ({ state, pluginId, within }, after, limit) => {
      const rows = await prisma.accessRequest.findMany({
        where: {
          AND: [
            inScope(within),
            { ...(state === undefined ? {} : { state }), ...(pluginId === undefined ? {} : { pluginId }) },
          ],
        },
        include: withUser,
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        ...(after === null ? {} : { cursor: { id: after }, skip: 1 }),
      });
      return rows.map(toRequest);
    },
    decide: (id, decided) => decide(prisma, id, decided),
    approve: (id, decided, carryOut) =>
      prisma.$transaction(async (tx) => {
        if (!(await decide(tx, id, decided))) return false;
        await carryOut(tx);
        return true;
      }),
    pendingCount: (within) =>
      prisma.accessRequest.count({ where: { AND: [inScope(within), { state: 'pending' }] } }),
  };
}

function inScope(within: RequestsFilter['within']): Prisma.AccessRequestWhereInput {
  return within ? { pluginId: { in: [...within.pluginIds] }, NOT: { userId: within.notOf } } : {};
}

function toRequest(row: Prisma.AccessRequestGetPayload<{ include: typeof withUser }>): AccessRequest {
  const { id, pluginId, user, reason, createdAt, decidedAt, decidedBy } = row;
  return {
    id,
    pluginId,
    user,
    reason,
    state: requestStates.find((state) => state === row.state) ?? 'refused',
    createdAt,
    decidedAt,
    decidedBy,
  };
}
