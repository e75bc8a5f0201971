/** For tests: the gateway as it is composed, listening on a real socket over a database of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, type Logger } from '@berth/plugin-kit/base/logger.ts';
import type { PermissionProvider } from '#identity/access/permissions.ts';
import { freshDatabase } from '@berth/testing/database.ts';
import { copyKeys } from '@berth/testing/keys.ts';
import { startGateway } from '../app.ts';
import { readConfig } from '../config.ts';

export const setupToken = 'set-up-token-of-the-tests';
export const goodPassword = 'Correct-Horse-7';

export type RealGateway = Awaited<ReturnType<typeof realGateway>>;

type Parts = {
  permissions?: PermissionProvider;
  log?: Logger;
  /** Another one that keeps the database and the keys, which go with that one. */
  beside?: { databaseUrl: string; folder: string };
};

/**
 * @param env beside what every test needs
 * @param parts in place of the standard ones
 */
export async function realGateway(
  env: Record<string, string> = {},
  { permissions, log = createLogger('test', 'silent'), beside }: Parts = {},
) {
  const clock = { offsetMs: 0 };
  const { folder, databaseUrl, remove } = beside ? { ...beside, remove: async () => {} } : await ownGround();
  const config = readConfig({
    BERTH_PORT: '0',
    BERTH_DATA: folder,
    BERTH_SETUP_TOKEN: setupToken,
    DATABASE_URL: databaseUrl,
    BERTH_LOG_LEVEL: 'silent',
    ...env,
  });
  const gateway = await startGateway(config, log, () => Date.now() + clock.offsetMs, permissions);
  return {
    /** By a name, as browsers want it for passkeys. */
    origin: `http://localhost:${new URL(gateway.url).port}`,
    internalUrl: gateway.internalUrl,
    databaseUrl,
    folder,
    policies: gateway.policies,
    clock,
    now: () => Date.now() + clock.offsetMs,
    /** Its database and keys stay, for the one beside it. */
    stop: gateway.stop,
    close: async () => {
      await gateway.stop();
      await remove();
    },
  };
}

async function ownGround() {
  const folder = await mkdtemp(join(tmpdir(), 'berth-gateway-'));
  await copyKeys(join(folder, 'keys'));
  const { url: databaseUrl, drop } = await freshDatabase('gateway');
  const remove = async () => {
    await drop();
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, databaseUrl, remove };
}
