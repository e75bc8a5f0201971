import type { Principal } from '#identity/access/principal.ts';
import { readJson } from '#platform/request-body.ts';
import { Hono, type Context } from 'hono';
import { newKeyForm } from './api-keys.rules.ts';
import type { ApiKey } from './api-keys.types.ts';
import type { ApiKeyUseCases } from './api-keys.usecases.ts';

export type ApiKeysRoutesDeps = {
  keys: ApiKeyUseCases;
  principalOf: (c: Context) => Principal;
  /** By mail, after the answer: a key outlives the session that made it. */
  tellOwner: (userId: string) => void;
  now: () => number;
};

export function apiKeysRoutes({ keys, principalOf, tellOwner, now }: ApiKeysRoutesDeps): Hono {
  return new Hono()
    .get('/api/auth/keys', async (c) =>
      c.json({ items: (await keys.ofUser(principalOf(c).userId)).map((key) => wireOf(key, now())) }, 200, {
        'cache-control': 'no-store',
      }),
    )
    .post('/api/auth/keys', async (c) => {
      const { name, scopes, expires_at: expiresAt } = await readJson(c, newKeyForm(now()));
      const { key, ...record } = await keys.create(principalOf(c), { name, scopes, expiresAt });
      tellOwner(record.userId);
      c.set('auditNote', { target: record.id, details: { name, prefix: record.prefix, scopes } });
      return c.json({ ...wireOf(record, now()), key }, 201, { 'cache-control': 'no-store' });
    })
    .delete('/api/auth/keys/:id', async (c) => {
      await keys.revoke(c.req.param('id'), principalOf(c).userId);
      return c.body(null, 204);
    });
}

function wireOf(
  { id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt, useCount }: ApiKey,
  nowMs: number,
) {
  return {
    id,
    name,
    prefix: `berth_${prefix}`,
    scopes,
    is_expired: expiresAt !== null && expiresAt.getTime() <= nowMs,
    created_at: createdAt.toISOString(),
    expires_at: expiresAt?.toISOString() ?? null,
    last_used_at: lastUsedAt?.toISOString() ?? null,
    use_count: useCount,
  };
}
