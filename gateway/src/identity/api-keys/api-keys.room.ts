/** API keys: how programs sign in, with fewer rights than their owner. */
import { randomBytes } from 'node:crypto';
import type { Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { BoundedQueue } from '#platform/bounded-queue.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { apiKeysPolicies } from './api-keys.policy.ts';
import { apiKeysRoutes } from './api-keys.routes.ts';
import { composeKey, looksLikeApiKey } from './api-keys.rules.ts';
import { apiKeysStore } from './api-keys.store.ts';
import { apiKeyUseCases, type KeyFinding } from './api-keys.usecases.ts';
import { keyHashes } from './key-hash.ts';
import { keyUseCounter } from './key-uses.ts';
import { provenKeys } from './proven-keys.ts';

export type ApiKeysDeps = {
  prisma: PrismaClient;
  /** Shared with everything else that hashes slowly on purpose. */
  hashing: BoundedQueue;
  principalOf: (c: Context) => Principal;
  rightsChanged: (userId: string) => void;
  /** Of a key that was made. */
  tellOwner: (userId: string) => void;
  log: Logger;
  now: () => number;
};

export type ApiKeysRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
  /** The owner policies that rows name. */
  owners: { 'api-key': (principal: Principal, params: Readonly<Record<string, string>>) => Promise<boolean> };
  isApiKey: (token: string) => boolean;
  findApiKey: (token: string) => Promise<KeyFinding>;
  countKeyUse: (keyId: string) => void;
  /** Of this owner. */
  revoke: (id: string, userId: string) => Promise<void>;
  /** Writes down the last uses. */
  stop: () => Promise<void>;
};

export function apiKeysRoom({
  prisma,
  hashing,
  principalOf,
  rightsChanged,
  tellOwner,
  log,
  now,
}: ApiKeysDeps): ApiKeysRoom {
  const store = apiKeysStore(prisma);
  const uses = keyUseCounter({ addUses: store.addUses, log, now });
  const newKey = () => composeKey(randomBytes(6), randomBytes(32));
  const keys = apiKeyUseCases({
    store,
    hashes: keyHashes(hashing),
    proven: provenKeys(),
    uses,
    newKey,
    rightsChanged,
    now,
  });
  return {
    routes: apiKeysRoutes({ keys, principalOf, tellOwner, now }),
    policies: apiKeysPolicies,
    owners: {
      'api-key': async ({ userId }, { id }) =>
        z.uuid().safeParse(id).success && id !== undefined && (await keys.isOwn(id, userId)),
    },
    isApiKey: looksLikeApiKey,
    findApiKey: keys.find,
    countKeyUse: uses.count,
    revoke: keys.revoke,
    stop: uses.stop,
  };
}
