/** What is kept of plugins over a restart. */
import { z } from 'zod';
import type { Decision } from './approving.types.ts';
import { Prisma, type PrismaClient } from '#platform/generated/client.ts';
import type { PluginRecord } from './service.types.ts';
import type { PluginIcon } from './snapshot.ts';

export type RegistryStore = {
  /** @param ids of those that are wanted; all where none are given */
  all: (ids?: readonly string[]) => Promise<Map<string, PluginRecord>>;
  /** By id, a text that is another after each change of its record, whoever made it. */
  versions: () => Promise<Map<string, string>>;
  /** All of it but whether it is enabled, which an admin may have changed by another gateway. */
  save: (record: PluginRecord) => Promise<void>;
  /** `isEnabled` alone, where there is a record of it. */
  saveEnabled: (record: PluginRecord) => Promise<void>;
  note: (decision: Decision) => Promise<void>;
};

const pins = z.record(z.string(), z.string());

/** How a picture that was kept is read again: kept bytes are cleaned as sent ones are. */
export type ReadIcon = (
  path: string,
  sent: Buffer,
) => { ok: true; icon: PluginIcon } | { ok: false; reason: string };

type Tables = Pick<PrismaClient, 'pluginRecord' | 'pluginDecision' | '$queryRaw'>;

export function registryStore(prisma: Tables, readIcon: ReadIcon): RegistryStore {
  return {
    all: async (ids) => {
      const rows = await prisma.pluginRecord.findMany(ids && { where: { id: { in: [...ids] } } });
      const refused = await refusedWishes(prisma);
      return new Map(
        rows.map(({ id, isEnabled, groupPins, manifest, etag, origin, admittedAt, icon, iconPath }) => [
          id,
          {
            id,
            isEnabled,
            groupPins: new Map(Object.entries(pins.parse(groupPins))),
            refusedWishes: refused.get(id) ?? new Set(),
            admitted:
              manifest !== null && origin !== null && admittedAt !== null
                ? {
                    manifest,
                    etag,
                    origin,
                    admittedAt: admittedAt.getTime(),
                    ...iconOf(readIcon, iconPath, icon),
                  }
                : null,
          },
        ]),
      );
    },
    versions: async () => {
      const rows = await prisma.$queryRaw<
        { id: string; version: string }[]
      >`SELECT id, xmin::text AS version FROM plugins`;
      return new Map(rows.map(({ id, version }) => [id, version]));
    },
    save: async (record) => {
      const data = dataOf(record);
      await prisma.pluginRecord.upsert({
        where: { id: record.id },
        create: { id: record.id, isEnabled: record.isEnabled, ...data },
        update: data,
      });
    },
    saveEnabled: async (record) => {
      const { id, isEnabled } = record;
      await prisma.pluginRecord.upsert({
        where: { id },
        create: { id, isEnabled, ...dataOf(record) },
        update: { isEnabled },
      });
    },
    note: async ({ differences, manifest, at, ...row }) => {
      const data = {
        ...row,
        differences: z.array(z.json()).parse(differences),
        manifest: asJson(manifest),
        at: new Date(at),
      };
      await prisma.pluginDecision.create({ data, select: { id: true } });
    },
  };
}

function dataOf({ groupPins, admitted }: PluginRecord) {
  return {
    groupPins: Object.fromEntries(groupPins),
    manifest: admitted ? asJson(admitted.manifest) : Prisma.DbNull,
    etag: admitted?.etag ?? null,
    origin: admitted?.origin ?? null,
    admittedAt: admitted ? new Date(admitted.admittedAt) : null,
    icon: admitted?.icon ? new Uint8Array(admitted.icon.bytes) : null,
    iconPath: admitted?.icon?.path ?? null,
  };
}

/** Cleaned once more: what cleaning means may have become stricter since it was kept. */
function iconOf(readIcon: ReadIcon, path: string | null, bytes: Uint8Array | null): { icon?: PluginIcon } {
  const reading = path !== null && bytes !== null ? readIcon(path, Buffer.from(bytes)) : null;
  return reading?.ok ? { icon: reading.icon } : {};
}

/** By plugin: wishes of which the last word was no. */
async function refusedWishes({
  pluginDecision,
}: Pick<PrismaClient, 'pluginDecision'>): Promise<Map<string, ReadonlySet<string>>> {
  const rows = await pluginDecision.findMany({
    select: { pluginId: true, wish: true, outcome: true },
    orderBy: { at: 'asc' },
  });
  const refused = new Map<string, Set<string>>();
  for (const { pluginId, wish, outcome } of rows) {
    const wishes = refused.get(pluginId) ?? new Set();
    if (outcome === 'refused') wishes.add(wish);
    else wishes.delete(wish);
    refused.set(pluginId, wishes);
  }
  return refused;
}

/** It was read from JSON, so that it goes back as JSON. */
function asJson(manifest: unknown): Prisma.InputJsonValue {
  return z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(manifest)));
}
