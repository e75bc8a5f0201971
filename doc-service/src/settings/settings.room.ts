/** The settings, kept in the database and applied as soon as they are saved. */
import { seedInFile } from '@berth/plugin-kit/base/seed-file.ts';
import type { SettingsStore } from '@berth/plugin-kit/container';
import type { JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import { join } from 'node:path';
import type { PrismaClient } from '#platform/database.ts';
import { passwordPurpose, withOpenPasswords, withSealedPasswords } from './sealed-passwords.ts';
import { sealingKeys } from './sealing-keys.ts';
import { settingsReading, type Settings } from './settings.schema.ts';

export type { Settings };
export type SettingsRoom = {
  store: SettingsStore;
  /** The present ones; a value that is no longer valid counts as its default. */
  present: () => Settings;
  onChange: (listener: (next: Settings, before: Settings) => void) => void;
};

export async function settingsRoom({
  prisma,
  watchFolder,
  keyFolder,
}: {
  prisma: PrismaClient;
  watchFolder: string;
  /** Where the secrets of this installation lie: outside of the database. */
  keyFolder: string;
}): Promise<SettingsRoom> {
  const row = await prisma.serviceSettings.findUnique({ where: { id: 1 } });
  // What another version of this service stored and this one does not know stays stored, unread.
  const stored = isRecord(row?.value) ? row.value : {};
  const passwords = sealingKeys(keyFolder, passwordPurpose);
  const read = settingsReading.parse(stored);
  let present: Settings = { ...read, mail_accounts: withOpenPasswords(read.mail_accounts, passwords) };
  const listeners: ((next: Settings, before: Settings) => void)[] = [];
  const shown = (): JsonObject => ({ ...present, watch_path: watchFolder });
  return {
    store: {
      read: shown,
      maskKeySeed: () => seedInFile(join(keyFolder, 'settings.key')),
      async write(next) {
        const { watch_path: _given, ...kept } = next;
        const settings = settingsReading.parse(kept);
        const sealed = withSealedPasswords(settings.mail_accounts, passwords);
        const value = { ...stored, ...settings, mail_accounts: sealed };
        await prisma.serviceSettings.upsert({
          where: { id: 1 },
          create: { id: 1, value },
          update: { value, updatedAt: new Date() },
        });
        const before = present;
        present = settings;
        for (const listener of listeners) listener(settings, before);
      },
    },
    present: () => present,
    onChange: (listener) => void listeners.push(listener),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
