/** One row: what an admin set of the gateway itself, its secrets sealed. */
import type { Sealer } from '@berth/plugin-kit/base/sealed.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { apart, ownSettings, type OwnSettings } from './own-settings.rules.ts';

export type StoredSettings = { values: OwnSettings; revision: number };

export type OwnSettingsStore = {
  /** What cannot be read any more counts as not set. */
  read: () => Promise<StoredSettings>;
  /** @returns false where the row is another by now than the one with this revision */
  write: (values: OwnSettings, revision: number) => Promise<boolean>;
};

const context = 'settings of the gateway';

export function ownSettingsStore(
  prisma: Pick<PrismaClient, 'gatewaySettings'>,
  { seal, open }: Sealer,
): OwnSettingsStore {
  return {
    async read() {
      const row = await prisma.gatewaySettings.findUnique({ where: { id: 1 } });
      if (!row) return { values: {}, revision: 0 };
      const secrets = row.sealed && open(row.sealed, context);
      const both = { ...asRecord(row.value), ...asRecord(secrets && parsed(secrets.toString())) };
      const known = Object.entries(both).filter(
        ([name, value]) => ownSettings.safeParse({ [name]: value }).success,
      );
      return { values: ownSettings.parse(Object.fromEntries(known)), revision: row.revision };
    },
    async write(values, revision) {
      const { plain, secret } = apart(values);
      const sealed = secret && new Uint8Array(seal(Buffer.from(JSON.stringify(secret)), context));
      const updatedAt = new Date();
      if (revision === 0) {
        const { count } = await prisma.gatewaySettings.createMany({
          data: [{ id: 1, value: plain, sealed }],
          skipDuplicates: true,
        });
        return count === 1;
      }
      const { count } = await prisma.gatewaySettings.updateMany({
        where: { id: 1, revision },
        data: { value: plain, sealed, revision: revision + 1, updatedAt },
      });
      return count === 1;
    },
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
