/**
 * A way back in for whoever owns the machine: gives a superuser a new password, takes away second factors, passkeys and
 * API keys, ends every session. The password goes to a file of mode 0600 below the data folder, and nowhere else. The
 * database is DATABASE_URL, or the embedded one of the data folder (BERTH_DATA).
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { canonicalEmail } from '../gateway/src/identity/accounts/accounts.rules.ts';
import { passwordFaults } from '../gateway/src/identity/accounts/password-policy.rules.ts';
import { createPasswords } from '../gateway/src/identity/accounts/passwords.ts';
import { auditStore } from '../gateway/src/operations/audit/audit.store.ts';
import { boundedQueue } from '../gateway/src/platform/bounded-queue.ts';
import { openDatabase } from '../gateway/src/platform/database.ts';
import { startPostgres } from './postgres.ts';
import { root } from './start/paths.ts';
import { StartRefusal } from './start/refusal.ts';

/** @throws StartRefusal that says what is wrong, in one sentence */
export async function resetAdmin(
  args: string[],
  env: Record<string, string | undefined>,
  tell: (line: string) => void,
): Promise<void> {
  const wanted = emailIn(args);
  const data = resolve(root, env['BERTH_DATA'] ?? 'data');
  const embedded = env['DATABASE_URL'] ? null : await startPostgres(join(data, 'postgres'));
  const database = openDatabase({
    url: env['DATABASE_URL'] ?? (await embedded?.database('berth')) ?? '',
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
    if (embedded && !embedded.wasRunning) await embedded.stop();
  }
}

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
    throw new StartRefusal(
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
    throw new StartRefusal(`"${args.join(' ')}" is not understood: reset-admin knows --email ADDRESS.`);
  }
}
