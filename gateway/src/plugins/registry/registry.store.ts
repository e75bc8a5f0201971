/** What is kept of plugins over a restart. */
import { z } from 'zod';
import { Prisma, type PrismaClient } from '#platform/generated/client.ts';
import type { PluginRecord } from './service.types.ts';

export type RegistryStore = {
  all: () => Promise<Map<string, PluginRecord>>;
  save: (record: PluginRecord) => Promise<void>;
};

const pins = z.record(z.string(), z.string());

export function registryStore(prisma: Pick<PrismaClient, 'pluginRecord'>): RegistryStore {
  return {
    all: async () => {
      const rows = await prisma.pluginRecord.findMany();
      return new Map(
        rows.map(({ id, isEnabled, groupPins, manifest, etag, origin, admittedAt }) => [
          id,
          {
            id,
            isEnabled,
            groupPins: new Map(Object.entries(pins.parse(groupPins))),
            admitted: manifest !== null && origin !== null && admittedAt !== null ? { manifest, etag, origin, admittedAt: admittedAt.getTime() } : null,
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
      };
      await prisma.pluginRecord.upsert({ where: { id }, create: { id, ...data }, update: data });
    },
  };
}

/** It was read from JSON, so that it goes back as JSON. */
function asJson(manifest: unknown): Prisma.InputJsonValue {
  return z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(manifest)));
}
