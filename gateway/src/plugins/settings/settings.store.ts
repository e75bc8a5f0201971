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
    list: async (pluginId, before, limit) => {
      const where = { pluginId, ...(before === null ? {} : { at: { lt: new Date(before) } }) };
      const rows = await prisma.pluginSettingsChange.findMany({ where, orderBy: { at: 'desc' }, take: limit });
      return rows.map(({ id, userId, userEmail, outcome, changes, at }) => ({
        id,
        userId,
        userEmail,
        outcome,
        changes: lines.parse(changes),
        at: at.getTime(),
      }));
    },
  };
}

const lines = z.array(
  z.union([
    z.strictObject({ pointer: z.string(), secret: z.literal(true) }),
    z.strictObject({ pointer: z.string(), before: z.json().exactOptional(), after: z.json().exactOptional() }),
  ]),
);

/** JSONB cannot hold U+0000; everything else goes in as it is. */
function asJson(changes: SettingsChange[]): Prisma.InputJsonValue {
  return z.array(z.json()).parse(JSON.parse(JSON.stringify(changes).replaceAll(String.raw`\u0000`, String.raw`\ufffd`)));
}
