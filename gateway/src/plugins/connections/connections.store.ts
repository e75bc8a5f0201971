import { retryOnUniqueViolation } from '@berth/plugin-kit/base/retry-on-unique-violation.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { readOptions } from './connections.rules.ts';
import type { Binding, Connection, ConnectionsStore, Use, UseSum } from './connections.types.ts';

type Row = { id: string; name: string; options: unknown; secret: Uint8Array | null; updatedAt: Date };

export function connectionsStore(prisma: PrismaClient): ConnectionsStore {
  return {
    all: async (): Promise<Connection[]> =>
      (await prisma.connection.findMany({ orderBy: { name: 'asc' } })).flatMap((row) => read(row) ?? []),
    find: async (id: string): Promise<Connection | null> => {
      const row = await prisma.connection.findUnique({ where: { id } });
      return row && read(row);
    },
    findByName: async (name: string): Promise<Connection | null> => {
      const row = await prisma.connection.findUnique({ where: { name } });
      return row && read(row);
    },
    /** @throws a unique violation where the name is taken */
    create: async (connection: Connection): Promise<Connection> => {
      const { id, updatedAt } = connection;
      await prisma.connection.create({
        data: { id, ...columns(connection), createdAt: updatedAt, updatedAt },
      });
      return connection;
    },
    /** @throws a unique violation where the name is taken */
    update: async (connection: Connection): Promise<boolean> => {
      const { id, updatedAt } = connection;
      const { count } = await prisma.connection.updateMany({
        where: { id },
        data: { ...columns(connection), updatedAt },
      });
      return count === 1;
    },
    /** Only where it is still the secret that was read: a newer one stays. */
    reseal: async (id: string, before: Buffer, after: Buffer): Promise<void> => {
      await prisma.connection.updateMany({
        where: { id, secret: new Uint8Array(before) },
        data: { secret: new Uint8Array(after) },
      });
    },
    remove: async (id: string): Promise<boolean> =>
      (await prisma.connection.deleteMany({ where: { id } })).count === 1,
    bindings: (): Promise<Binding[]> =>
      prisma.connectionBinding.findMany({ orderBy: [{ pluginId: 'asc' }, { name: 'asc' }] }),
    binding: (pluginId: string, name: string): Promise<Binding | null> =>
      prisma.connectionBinding.findUnique({ where: { pluginId_name: { pluginId, name } } }),
    bind: async (binding: Binding): Promise<void> => {
      const { pluginId, name } = binding;
      await retryOnUniqueViolation(() =>
        prisma.connectionBinding.upsert({
          where: { pluginId_name: { pluginId, name } },
          create: binding,
          update: binding,
        }),
      );
    },
    unbind: async (pluginId: string, name: string): Promise<void> => {
      await prisma.connectionBinding.deleteMany({ where: { pluginId, name } });
    },
    noteUse: async (use: Use): Promise<void> => {
      await prisma.connectionUse.create({ data: use });
    },
    /** Tokens and money of one connection since a moment. */
    spentSince: async (connectionId: string, since: Date): Promise<{ tokens: number; cost: number }> => {
      const { _sum: sum } = await prisma.connectionUse.aggregate({
        where: { connectionId, at: { gte: since } },
        _sum: { inputTokens: true, outputTokens: true, cost: true },
      });
      return { tokens: (sum.inputTokens ?? 0) + (sum.outputTokens ?? 0), cost: sum.cost ?? 0 };
    },
    usedBetween: (since: Date, until: Date, pluginId: string | null): Promise<UseSum[]> => prisma.$queryRaw<
      UseSum[]
    >`
      SELECT "connection_id"::text AS "connectionId", max("connection_name") AS "connectionName",
        "plugin_id" AS "pluginId", "model", "currency", count(*)::int AS "calls",
        (count(*) FILTER (WHERE "outcome" <> 'ok'))::int AS "failed",
        sum("input_tokens" + "output_tokens")::float8 AS "tokens", sum("cost")::float8 AS "cost",
        percentile_cont(0.5) WITHIN GROUP (ORDER BY "took_ms")::float8 AS "medianMs"
      FROM "connection_uses" WHERE "at" >= ${since} AND "at" < ${until}
        AND (${pluginId}::text IS NULL OR "plugin_id" = ${pluginId})
      GROUP BY "connection_id", "plugin_id", "model", "currency"
      ORDER BY sum("cost") DESC, count(*) DESC LIMIT 1000`,
    removeUsesBefore: async (before: Date): Promise<number> =>
      (await prisma.connectionUse.deleteMany({ where: { at: { lt: before } } })).count,
  };
}

function columns({ name, options, secret }: Pick<Connection, 'name' | 'options' | 'secret'>) {
  return { name, options, secret: secret && new Uint8Array(secret) };
}

function read({ id, name, options: stored, secret, updatedAt }: Row): Connection | null {
  const options = readOptions(stored);
  return options && { id, name, options, secret: secret && Buffer.from(secret), updatedAt };
}
