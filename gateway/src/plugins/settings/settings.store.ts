/**
 * The history of settings: a row stands before the container hears of the change, and is finished after it.
 */
import {
  ExactNumber,
  isObject,
  parseJson,
  stringifyJson,
  type Json,
} from '@berth/plugin-kit/contract/exact-json.ts';
import { z } from 'zod';
import type { Prisma, PrismaClient } from '#platform/generated/client.ts';
import type { SettingsChange, SettingsHistory } from './settings.types.ts';

export function settingsHistory(
  prisma: Pick<PrismaClient, 'pluginSettingsChange'>,
): SettingsHistory & { removeBefore: (at: number) => Promise<number> } {
  return {
    begin: async ({ changes, at, ...row }) => {
      const { id } = await prisma.pluginSettingsChange.create({
        data: { ...row, changes: asJson(changes), at: new Date(at) },
        select: { id: true },
      });
      return id;
    },
    removeBefore: async (at) => {
      const { count } = await prisma.pluginSettingsChange.deleteMany({ where: { at: { lt: new Date(at) } } });
      return count;
    },
    finish: async (id, outcome, changes) => {
      await prisma.pluginSettingsChange.update({
        where: { id },
        data: { outcome, ...(changes ? { changes: asJson(changes) } : {}) },
        select: { id: true },
      });
    },
    list: async (pluginId, before, limit) => {
      const where = { pluginId, ...(before === null ? {} : { at: { lt: new Date(before) } }) };
      const rows = await prisma.pluginSettingsChange.findMany({
        where,
        orderBy: { at: 'desc' },
        take: limit,
      });
      return rows.map(({ id, userId, userEmail, outcome, changes, at }) => ({
        id,
        userId,
        userEmail,
        outcome,
        changes: fromJson(changes),
        at: at.getTime(),
      }));
    },
  };
}

const value = z.custom<Json>((given) => given !== undefined).exactOptional();

const lines = z.array(
  z.union([
    z.strictObject({ pointer: z.string(), secret: z.literal(true) }),
    z.strictObject({ pointer: z.string(), before: value, after: value }),
  ]),
);

/**
 * JSONB cannot hold U+0000; everything else goes in as it is. Where there are numbers that the driver would
 * round, the text of the JSON goes in instead of the JSON.
 */
function asJson(changes: SettingsChange[]): Prisma.InputJsonValue {
  const text = stringifyJson(changes).replaceAll(String.raw`\u0000`, String.raw`\ufffd`);
  return hasExactNumber(changes) ? text : z.array(z.json()).parse(JSON.parse(text));
}

function fromJson(changes: unknown): SettingsChange[] {
  return lines.parse(typeof changes === 'string' ? parseJson(changes) : changes);
}

function hasExactNumber(value: Json): boolean {
  if (value instanceof ExactNumber) return true;
  return (Array.isArray(value) || isObject(value)) && Object.values(value).some(hasExactNumber);
}
