/** Signing in through a provider, and the identities of a person. */
import type * as wire from '@berth/plugin-kit/contract/wire/people.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { Principal } from '#identity/access/principal.ts';
import { readJson } from '#platform/request-body.ts';
import { plainIssuer } from './issuer.rules.ts';
import { createJourney, type JourneyDeps } from './journey.ts';
import { refusedAt } from './journey-notes.ts';
import type { IdentitiesStore, Provider, Refusal } from './oidc.types.ts';
import { safeReturnTo } from './return-to.rules.ts';

export type OidcRoutesDeps = JourneyDeps & {
  providers: ReadonlyMap<string, Provider>;
  store: IdentitiesStore;
  principalOf: (c: Context) => Principal;
  /** Before anything changes how they sign in. @throws Problem 422 at `/password`, 403, 429 */
  confirmPerson: (c: Context, password: string | undefined) => Promise<void>;
  /** By mail, after the answer. */
  tellOwner: (userId: string, change: 'identity.add' | 'identity.remove') => void;
  /** Whether they could still sign in without a provider. */
  signsInOtherwise: (userId: string) => Promise<boolean>;
};

const linkForm = z.strictObject({
  password: z
    .string()
    .max(16 * 1024)
    .optional(),
});

export function oidcRoutes(deps: OidcRoutesDeps): Hono {
  const { providers, flows, returns, store, principalOf } = deps;

  const providerIn = (c: Context): Provider => {
    const provider = providers.get(c.req.param('provider') ?? '');
    if (!provider) throw new Problem('not-found');
    return provider;
  };

  const { leave, arrive, arriveLate } = createJourney(deps);

  const routes = new Hono();
  routes.use('/api/auth/*', async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  return routes
    .get('/api/auth/oidc/:provider/start', async (c) => {
      const provider = providerIn(c);
      const returnTo = safeReturnTo(c.req.query('return_to'));
      try {
        return c.redirect(await leave(c, provider, returnTo, null), 302);
      } catch (cause) {
        // A person who pressed a button comes back to the buttons; a program gets the problem.
        const isPage = (c.req.header('accept') ?? '').includes('text/html');
        const reason = cause instanceof Problem ? refusalOf(cause) : null;
        if (!isPage || reason === null) throw cause;
        return c.redirect(refusedAt('/sign-in', reason, provider, returnTo), 303);
      }
    })
    .get('/api/auth/oidc/:provider/callback', async (c) => {
      const provider = providerIn(c);
      const state = c.req.query('state') ?? '';
      const flow = flows.take(c, provider.id, state);
      const address = returns.addressIn(provider.id, state) ?? { returnTo: '/', isLink: false };
      return c.redirect(flow ? await arrive(c, provider, flow) : await arriveLate(c, provider, address), 303);
    })
    .post('/api/auth/oidc/:provider/link', async (c) => {
      const provider = providerIn(c);
      await deps.confirmPerson(c, (await readJson(c, linkForm)).password);
      return c.json({ url: await leave(c, provider, '/profile', principalOf(c).userId) });
    })
    .get('/api/auth/identities', async (c) => {
      const byIssuer = new Map(
        [...providers.values()].map((provider) => [plainIssuer(provider.issuer), provider]),
      );
      const items = (await store.ofUser(principalOf(c).userId)).map(
        ({ id, issuer, email, linkedAt, lastUsedAt }): wire.Identity => {
          const provider = byIssuer.get(plainIssuer(issuer));
          return {
            id,
            provider: provider ? { id: provider.id, name: provider.name } : null,
            issuer,
            email,
            linked_at: linkedAt.toISOString(),
            last_used_at: lastUsedAt.toISOString(),
          };
        },
      );
      return c.json({ items });
    })
    .delete('/api/auth/identities/:id', async (c) => {
      await deps.confirmPerson(c, (await readJson(c, linkForm)).password);
      const { userId } = principalOf(c);
      if ((await store.ofUser(userId)).length < 2 && !(await deps.signsInOtherwise(userId)))
        throw new Problem('conflict', {
          detail: 'This is your only way to sign in. Set a password or add a passkey first.',
        });
      await store.unlink(c.req.param('id'));
      deps.tellOwner(userId, 'identity.remove');
      return c.body(null, 204);
    });
}

/** `null`: nothing that is told on the sign-in page. */
function refusalOf({ type }: Problem): Refusal | null {
  if (type === 'issuer-differs') return type;
  return type === 'unavailable' ? 'provider-unavailable' : null;
}
