import type * as wire from '@berth/plugin-kit/contract/wire/people.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { AuditNote } from '#identity/access/route-policy.ts';
import { readJson } from '#platform/request-body.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { mismatchWords, plainIssuer } from './issuer.rules.ts';
import type { FlowCookies } from './flow-cookie.ts';
import type { OidcClient } from './oidc.client.ts';
import type { Flow, IdentitiesStore, Provider, Refusal } from './oidc.types.ts';
import type { Arrival, OidcUseCases } from './oidc.usecases.ts';
import type { ReturnAddress, ReturnAddresses } from './return-address.ts';
import { originOf, safeReturnTo } from './return-to.rules.ts';

export type OidcRoutesDeps = {
  providers: ReadonlyMap<string, Provider>;
  client: OidcClient;
  flows: FlowCookies;
  returns: ReturnAddresses;
  steps: OidcUseCases;
  store: IdentitiesStore;
  publicOrigin: string | null;
  principalOf: (c: Context) => Principal;
  /** Whose browser session came along; `null`: none that is good. */
  sessionUserOf: (c: Context) => Promise<string | null>;
  /** Before anything changes how they sign in. @throws Problem 422 at `/password`, 403, 429 */
  confirmPerson: (c: Context, password: string | undefined) => Promise<void>;
  /** `null`: the provider's word is enough. */
  secondStepFor: (account: {
    id: string;
    credentialsVersion: number;
  }) => Promise<{ second_factor: { ticket: string; methods: string[] } } | null>;
  /** Sets the cookies. `null`: unknown or disabled. */
  openSession: (c: Context, userId: string) => Promise<Record<string, unknown> | null>;
  /** By mail, after the answer. */
  tellOwner: (userId: string, change: 'identity.add' | 'identity.remove') => void;
  /** Whether they could still sign in without a provider. */
  signsInOtherwise: (userId: string) => Promise<boolean>;
  log: Logger;
  now: () => number;
};

const flowLifetimeMs = 10 * 60_000;
const linkForm = z.strictObject({
  password: z
    .string()
    .max(16 * 1024)
    .optional(),
});

export function oidcRoutes(deps: OidcRoutesDeps): Hono {
  const { providers, client, flows, returns, steps, store, principalOf, log, now } = deps;

  const providerIn = (c: Context): Provider => {
    const provider = providers.get(c.req.param('provider') ?? '');
    if (!provider) throw new Problem('not-found');
    return provider;
  };

  /** @throws Problem 409 where it is not known how browsers come here, 502 or 503 when the provider is not to be used */
  const leave = async (
    c: Context,
    provider: Provider,
    returnTo: string,
    linkUserId: string | null,
  ): Promise<string> => {
    const origin = originOf(deps.publicOrigin, c.req.header('host'));
    if (origin === null)
      throw new Problem('conflict', {
        detail: 'The operator says by BERTH_PUBLIC_URL how browsers reach this gateway.',
      });
    const state = returns.stateFor(provider.id, { returnTo, isLink: linkUserId !== null });
    const leaving = await client.wayTo(provider, `${origin}/api/auth/oidc/${provider.id}/callback`, state);
    if (!leaving.ok) {
      const mismatch = client.issuerMismatch(provider.id);
      if (mismatch) {
        const detail = mismatchWords(provider.name, mismatch);
        log.error({ provider: provider.id, ...mismatch }, detail);
        throw new Problem('issuer-differs', { detail, extensions: mismatch });
      }
      log.warn({ err: leaving.cause, provider: provider.id }, 'a provider does not answer');
      throw new Problem('unavailable', {
        detail: say`${provider.name} does not answer right now. Sign in another way, or try again.`,
        headers: { 'retry-after': '10' },
      });
    }
    const { url, ...secrets } = leaving.way;
    flows.give(c, {
      ...secrets,
      state,
      providerId: provider.id,
      returnTo,
      linkUserId,
      expiresAt: now() + flowLifetimeMs,
    });
    return url;
  };

  const arrive = async (c: Context, provider: Provider, flow: Flow): Promise<string> => {
    const back = (reason: Refusal) => {
      c.set('auditNote', refusalNote(provider, reason));
      return refusedAt(flow.linkUserId === null ? '/sign-in' : '/profile', reason, provider, flow.returnTo);
    };
    // Whoever began to link must still be the one who is signed in here.
    if (flow.linkUserId !== null && (await deps.sessionUserOf(c)) !== flow.linkUserId)
      return back('sign-in-expired');
    const origin = originOf(deps.publicOrigin, c.req.header('host')) ?? '';
    const exchanged = await client.exchange(
      provider,
      new URL(c.req.path + new URL(c.req.url).search, origin),
      flow,
    );
    if (!exchanged.ok) {
      log.warn({ err: exchanged.cause, provider: provider.id }, 'a sign-in through a provider failed');
      return back(exchanged.reason);
    }
    const { claims } = exchanged;
    const arrival =
      flow.linkUserId === null
        ? await steps.signIn(provider, claims)
        : await steps.link(provider, claims, flow.linkUserId);
    if (!arrival.ok) return back(arrival.reason);
    c.set('auditNote', arrivalNote(provider, arrival, flow));
    if (arrival.groupsNote !== null) {
      const about = { provider: provider.id, account: arrival.account.id, reason: arrival.groupsNote };
      log.warn(about, 'a provider did not say the groups of a person: memberships stay as they were');
    }
    if (flow.linkUserId !== null) {
      deps.tellOwner(flow.linkUserId, 'identity.add');
      return `/profile?linked=${provider.id}`;
    }
    const step = provider.replacesSecondFactor ? null : await deps.secondStepFor(arrival.account);
    // In the fragment: it reaches no server and no log.
    if (step)
      return `/sign-in?return=${encodeURIComponent(flow.returnTo)}#${new URLSearchParams({ ticket: step.second_factor.ticket, methods: step.second_factor.methods.join(',') })}`;
    if (!(await deps.openSession(c, arrival.account.id))) return back('account-disabled');
    return flow.returnTo;
  };

  /** Whose flow is dead: too old, used, or pushed out by newer ones. Who is signed in by now goes on to the page wanted. */
  const arriveLate = async (
    c: Context,
    provider: Provider,
    { returnTo, isLink }: ReturnAddress,
  ): Promise<string> => {
    const isSignedIn = (await deps.sessionUserOf(c)) !== null;
    if (isSignedIn && !isLink) {
      c.set('auditNote', {
        target: provider.id,
        details: { provider: provider.id, state: 'was signed in already: nothing was opened' },
      });
      return returnTo;
    }
    c.set('auditNote', refusalNote(provider, 'sign-in-expired'));
    return refusedAt(isSignedIn ? '/profile' : '/sign-in', 'sign-in-expired', provider, returnTo);
  };

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

/** The browser is led back to a page, by a redirect as after any sign-in: only the note tells the two apart. */
function refusalNote({ id }: Provider, reason: Refusal): AuditNote {
  return { target: id, outcome: 'refused', details: { provider: id, state: 'refused', problem: reason } };
}

/** With what the provider's word changed here: nobody else tells of it. */
function arrivalNote(
  { id }: Provider,
  arrival: Extract<Arrival, { ok: true }>,
  { linkUserId }: Flow,
): AuditNote {
  const { account, isNew, groupsNote } = arrival;
  const { joined, left } = arrival.groups;
  const signedIn = isNew ? 'signed in, account made' : 'signed in';
  const state = linkUserId !== null ? 'linked' : signedIn;
  const changes = {
    ...(joined.length > 0 ? { added: joined } : {}),
    ...(left.length > 0 ? { removed: left } : {}),
  };
  const unknown = groupsNote === null ? {} : { groups: `unknown, so nothing was changed: ${groupsNote}` };
  return { target: account.email, actor: account, details: { provider: id, state, ...changes, ...unknown } };
}

/** `null`: nothing that is told on the sign-in page. */
function refusalOf({ type }: Problem): Refusal | null {
  if (type === 'issuer-differs') return type;
  return type === 'unavailable' ? 'provider-unavailable' : null;
}

function refusedAt(page: string, reason: Refusal, { id }: Provider, returnTo: string): string {
  return `${page}?${new URLSearchParams({ problem: reason, provider: id, ...(returnTo === '/' || page !== '/sign-in' ? {} : { return: returnTo }) })}`;
}
