/** A new key for what this service seals in its database. */
import { CommandRefusal, type Command } from '@berth/plugin-kit/base/command.ts';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { openDatabase } from '#platform/database.ts';
import { passwordPurpose, withOpenPasswords, withSealedPasswords } from '#settings/sealed-passwords.ts';
import { addSealingKey, sealingKeys } from '#settings/sealing-keys.ts';
import { settingsReading } from '#settings/settings.schema.ts';
import { vaultOf } from './archive.ts';

export const documentsRotateKey: Command = {
  name: 'documents rotate-key',
  summary: 'Makes a new key for passwords of mailboxes, and seals them anew; the old key stays, for backups.',
  run: async (args, context) => {
    if (args.length > 0) throw new CommandRefusal('Usage: berth documents rotate-key', 2);
    const { folder } = await vaultOf(context);
    const database = openDatabase({
      url: await context.databaseUrl(),
      log: createLogger('doc-service', 'error'),
    });
    try {
      await database.migrate();
      const { name, count } = await database.prisma.$transaction(async (tx) => {
        // Settings that are saved meanwhile come before or after.
        await tx.$executeRaw`SELECT FROM service_settings WHERE id = 1 FOR UPDATE`;
        const row = await tx.serviceSettings.findUnique({ where: { id: 1 } });
        const given = row?.value ?? null;
        const stored = typeof given === 'object' && !Array.isArray(given) ? given : null;
        const { mail_accounts: accounts } = settingsReading.parse(stored ?? {});
        const known = stored?.['mail_accounts'] ?? [];
        if (!Array.isArray(known) || known.length !== accounts.length)
          throw new CommandRefusal('The mailboxes were stored by another version: nothing was changed.');
        const made = addSealingKey(folder, new Date());
        const keys = sealingKeys(folder, passwordPurpose);
        const opened = withOpenPasswords(accounts, keys);
        // What opens with no key stays as it is: an older key may come back.
        const sealed = withSealedPasswords(opened, keys).map((account, at) =>
          opened[at]?.password === '' ? (accounts[at] ?? account) : account,
        );
        const value = { ...stored, mail_accounts: sealed };
        if (stored) await tx.serviceSettings.update({ where: { id: 1 }, data: { value } });
        return { name: made, count: opened.filter(({ password }) => password !== '').length };
      });
      context.tell(`Made ${name}; ${count} passwords are sealed with it.`);
    } finally {
      await database.close();
    }
  },
};
