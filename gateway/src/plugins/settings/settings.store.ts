/** The history of settings: a row stands before the container hears of the change, and is finished after it. */
import { z } from 'zod';
import type { Prisma, PrismaClient } from '#platform/generated/client.ts';
import type { SettingsChange, SettingsHistory } from './settings.types.ts';

export function settingsHistory(prisma: Pick<PrismaClient, 'pluginSettingsChange'>): SettingsHistory {
  return {
    begin: async ({ changes, at, ...row }) => {
      const { id } = await prisma.pluginSettingsChange.create({ data: { ...row, changes: asJson(changes), at: new Date(at) }, select: { id: true } });
      return id;
    },
    finish: async (id, outcome, changes) => {
      await prisma.pluginSettingsChange.update({ where: { id }, data: { outcome, ...(changes ? { changes: asJson(changes) } : {}) }, select: { id: true } });
    },
  };
}

/** JSONB cannot hold U+0000; everything else goes in as it is. */
function asJson(changes: SettingsChange[]): Prisma.InputJsonValue {
  return z.array(z.json()).parse(JSON.parse(JSON.stringify(changes).replaceAll(String.raw`\u0000`, String.raw`\ufffd`)));
}
