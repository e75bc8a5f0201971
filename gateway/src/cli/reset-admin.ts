/**
 * A way back in for the owner of the machine: gives a superuser a new password, takes away second factors, passkeys and
 * API keys, ends every session. The password goes to a file of mode 0600 below the data folder, and nowhere else.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CommandRefusal, type Command } from '@berth/plugin-kit/base/command.ts';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { canonicalEmail } from '#identity/accounts/accounts.rules.ts';
import { passwordFaults } from '#identity/accounts/password-policy.rules.ts';
import { createPasswords } from '#identity/accounts/passwords.ts';
import { auditStore } from '#operations/audit/audit.store.ts';
import { boundedQueue } from '#platform/bounded-queue.ts';
import { openDatabase } from '#platform/database.ts';

export const resetAdmin: Command = {
  name: 'reset-admin',
  usage: '[--email ADDRESS]',
  summary: 'new credentials for a superuser, written to a file that only you can read',
  run: async (args, { data, databaseUrl, tell }) => {
    const wanted = emailIn(args);
    const database = openDatabase({
      url: await databaseUrl(),
      log: createLogger('reset-admin', 'warn'),
      maxConnections: 2,
    });
    try {
      await database.migrate();
      const { email, file } = await reset(database, data, wanted);
      tell(
        `New credentials of ${email} are in ${file}. Read them, sign in, change the password, delete the file.`,
      );
      tell('Their sessions, tokens, API keys and second factors have ended.');
    } finally {
      await database.close();
    }
  },
};

type Opened = Pick<ReturnType<typeof openDatabase>, 'prisma' | 'pool'>;

async function reset(
  database: Opened,
  data: string,
  wanted: string | null,
): Promise<{ email: string; file: string }> {
  const { prisma } = database;
  const account = await prisma.user.findFirst({
    where: wanted === null ? { isSuperuser: true } : { email: wanted },
    orderBy: [{ isActive: 'desc' }, { createdAt: 'asc' }],
    select: { id: true, email: true, name: true },
  });
  if (!account)
    throw new CommandRefusal(
      wanted === null
        ? 'There is no superuser yet: start Berth and open the set-up page.'
        : `There is no account with the e-mail ${wanted}.`,
    );
  const { id: userId, email } = account;
  const password = newPassword(account);
  const passwordHash = await createPasswords(boundedQueue({ running: 1, waiting: 1 })).hash(password);
  const at = new Date();
  const file = join(data, `new-credentials-${at.toISOString().replaceAll(/[:.]/g, '-')}.txt`);
  await mkdir(data, { recursive: true });
  await writeFile(file, `e-mail:   ${email}\npassword: ${password}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await auditStore(database).append([{ event: noteOf(email, at), intentId: null }]);
    await prisma.$transaction([
      prisma.accountToken.deleteMany({ where: { userId } }),
      prisma.apiKey.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: at } }),
      prisma.totpFactor.deleteMany({ where: { userId } }),
      prisma.recoveryCode.deleteMany({ where: { userId } }),
      prisma.passkey.deleteMany({ where: { userId } }),
      prisma.user.update({
        where: { id: userId },
        data: {
          passwordHash,
          isActive: true,
          isSuperuser: true,
          awaitsVerification: false,
          credentialsVersion: { increment: 1 },
        },
      }),
      // After the account: a sign-in that is under way opens nothing any more.
      prisma.session.deleteMany({ where: { userId } }),
    ]);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return { email, file };
}

function noteOf(email: string, at: Date) {
  return {
    at: at.getTime(),
    actor: null,
    action: 'password.reset',
    target: email,
    address: null,
    requestId: null,
    outcome: 'ok',
    details: { state: 'from the command line' },
  } as const;
}

/** Random, and as the policy wants it. */
function newPassword(person: { email: string; name: string | null }): string {
  for (;;) {
    const password = `A!${randomBytes(18).toString('base64url')}`;
    if (passwordFaults(password, person).length === 0) return password;
  }
}

function emailIn(args: string[]): string | null {
  try {
    const { email } = parseArgs({
      args,
      options: { email: { type: 'string' } },
      allowPositionals: false,
    }).values;
    return email === undefined ? null : canonicalEmail(email);
  } catch {
    throw new CommandRefusal(`"${args.join(' ')}" is not understood: reset-admin knows --email ADDRESS.`);
  }
}
