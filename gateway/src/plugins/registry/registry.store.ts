/** What is kept of plugins over a restart. */
import { z } from 'zod';
import type { Decision } from '../approval/approval.types.ts';
import { Prisma, type PrismaClient } from '#platform/generated/client.ts';
import { readIcon } from '../icons/icon.rules.ts';
import type { PluginRecord } from './service.types.ts';
import type { PluginIcon } from './snapshot.ts';

export type RegistryStore = {
  all: () => Promise<Map<string, PluginRecord>>;
  save: (record: PluginRecord) => Promise<void>;
  note: (decision: Decision) => Promise<void>;
};

const pins = z.record(z.string(), z.string());

export function registryStore(prisma: Pick<PrismaClient, 'pluginRecord' | 'pluginDecision'>): RegistryStore {
  return {
    all: async () => {
      const rows = await prisma.pluginRecord.findMany();
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
                ? { manifest, etag, origin, admittedAt: admittedAt.getTime(), ...iconOf(iconPath, icon) }
                : null,
          },
        ]),
      );
    },
    save: async ({ id, isEnabled, groupPins, admitted }) => {
      const data = {
        isEnabled,
        groupPins: Object.fromEntries(groupPins),
        manifest: admitted ? asJson(admitted.manifest) : Prisma.DbNull,
        etag: admitted?.etag ?? null,
        origin: admitted?.origin ?? null,
        admittedAt: admitted ? new Date(admitted.admittedAt) : null,
        icon: admitted?.icon ? new Uint8Array(admitted.icon.bytes) : null,
        iconPath: admitted?.icon?.path ?? null,
      };
      await prisma.pluginRecord.upsert({ where: { id }, create: { id, ...data }, update: data });
    },
    note: async ({ differences, manifest, at, ...row }) => {
      const data = { ...row, differences: z.array(z.json()).parse(differences), manifest: asJson(manifest), at: new Date(at) };
      await prisma.pluginDecision.create({ data, select: { id: true } });
    },
  };
}

/** Cleaned once more: what cleaning means may have become stricter since it was kept. */
function iconOf(path: string | null, bytes: Uint8Array | null): { icon?: PluginIcon } {
  const reading = path !== null && bytes !== null ? readIcon(path, Buffer.from(bytes)) : null;
  return reading?.ok ? { icon: reading.icon } : {};
}

/** By plugin: wishes of which the last word was no. */
async function refusedWishes({ pluginDecision }: Pick<PrismaClient, 'pluginDecision'>): Promise<Map<string, ReadonlySet<string>>> {
  const rows = await pluginDecision.findMany({ select: { pluginId: true, wish: true, outcome: true }, orderBy: { at: 'asc' } });
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
