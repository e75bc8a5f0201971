import { isForeignKeyViolation } from '@berth/plugin-kit/base/prisma-errors.ts';
import { retryOnUniqueViolation } from '@berth/plugin-kit/base/retry-on-unique-violation.ts';
import { jsonObject } from '@berth/plugin-kit/contract/capabilities/options.ts';
import { z } from 'zod';
import type { PrismaClient } from '#platform/generated/client.ts';
import type { Binding, BindingOwner, CapabilitiesStore, CapabilityRecord } from './capabilities.types.ts';

const environments = z.record(z.string(), jsonObject);

export function capabilitiesStore(prisma: PrismaClient): CapabilitiesStore {
  return {
    records: async () => (await prisma.capabilityRecord.findMany({})).map(toRecord),
    found: async (records, at) => {
      const rows = await prisma.capabilityRecord.createManyAndReturn({
        data: records.map((record) => ({ ...record, foundAt: at })),
        skipDuplicates: true,
      });
      return rows.map(toRecord);
    },
    save: async (record, at) => {
      const { pluginId, capabilityId, ...said } = record;
      await retryOnUniqueViolation(() =>
        prisma.capabilityRecord.upsert({
          where: { pluginId_capabilityId: { pluginId, capabilityId } },
          create: { ...record, foundAt: at },
          update: said,
        }),
      );
    },
    remove: async ({ pluginId, capabilityId }) => {
      const where = { pluginId, capabilityId };
      await prisma.$transaction([
        prisma.capabilityBinding.deleteMany({ where }),
        prisma.capabilityRecord.deleteMany({ where }),
      ]);
    },
    bindingsOf: async (owner) =>
      (
        await prisma.capabilityBinding.findMany({
          where: whose(owner),
          orderBy: [{ kind: 'asc' }, { pluginId: 'asc' }, { capabilityId: 'asc' }],
        })
      ).map(toBinding),
    bindingsBelow: async (typeId) => {
      const rows = await prisma.capabilityBinding.findMany({
        where: { workspace: { typeId } },
        include: { workspace: { select: { name: true } } },
        orderBy: [{ workspace: { name: 'asc' } }, { pluginId: 'asc' }, { capabilityId: 'asc' }],
      });
      return rows.map(({ workspace, ...row }) => ({
        ...toBinding(row),
        workspaceName: workspace?.name ?? '',
      }));
    },
    bound: async () => {
      const rows = await prisma.capabilityBinding.groupBy({
        by: ['pluginId', 'capabilityId', 'kind'],
        _count: { typeId: true, workspaceId: true },
      });
      return rows.map(({ _count: { typeId: types, workspaceId: workspaces }, ...key }) => ({
        ...key,
        types,
        workspaces,
      }));
    },
    replace: async (owner, bindings) => {
      try {
        await prisma.$transaction(async (tx) => {
          // Two that replace at once go one after the other: neither is mixed with the other.
          await (owner.kind === 'workspace'
            ? tx.$queryRaw`SELECT 1 FROM workspaces WHERE id = ${owner.id}::uuid FOR UPDATE`
            : tx.$queryRaw`SELECT 1 FROM workspace_types WHERE id = ${owner.id}::uuid FOR UPDATE`);
          await tx.capabilityBinding.deleteMany({ where: whose(owner) });
          await tx.capabilityBinding.createMany({
            data: bindings.map((binding) => ({ ...whose(owner), ...binding })),
          });
        });
        return true;
      } catch (cause) {
        if (isForeignKeyViolation(cause)) return false;
        throw cause;
      }
    },
  };
}

function whose({ kind, id }: BindingOwner): { workspaceId: string } | { typeId: string } {
  return kind === 'workspace' ? { workspaceId: id } : { typeId: id };
}

type RecordRow = Omit<CapabilityRecord, 'options'> & { options: unknown };

function toRecord({ pluginId, capabilityId, kind, label, isEnabled, options }: RecordRow): CapabilityRecord {
  return { pluginId, capabilityId, kind, label, isEnabled, options: jsonObject.parse(options) };
}

type BindingRow = Omit<Binding, 'options' | 'environments'> & { options: unknown; environments: unknown };

function toBinding(row: BindingRow): Binding {
  const { pluginId, capabilityId, kind, isDefault } = row;
  return {
    pluginId,
    capabilityId,
    kind,
    isDefault,
    options: jsonObject.parse(row.options),
    environments: environments.parse(row.environments),
  };
}
