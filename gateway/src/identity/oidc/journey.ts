/**
 * The journey of a browser to a provider and back: how it leaves, how it arrives, and how it arrives late.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Context } from 'hono';
import type { FlowCookies } from './flow-cookie.ts';
import { mismatchWords } from './issuer.rules.ts';
import { arrivalNote, refusalNote, refusedAt } from './journey-notes.ts';
import type { OidcClient } from './oidc.client.ts';
import type { Flow, Provider, Refusal } from './oidc.types.ts';
import type { OidcUseCases } from './oidc.usecases.ts';
import type { ReturnAddress, ReturnAddresses } from './return-address.ts';
import { originOf } from './return-to.rules.ts';

export type JourneyDeps = {
  client: OidcClient;
  flows: FlowCookies;
  returns: ReturnAddresses;
  steps: OidcUseCases;
  publicOrigin: string | null;
  /** The account of the browser session that came along; `null`: no good session did. */
  sessionUserOf: (c: Context) => Promise<string | null>;
  /** `null`: the provider's word is enough. */
  secondStepFor: (account: {
    id: string;
    credentialsVersion: number;
  }) => Promise<{ second_factor: { ticket: string; methods: string[] } } | null>;
  /** Sets the cookies. `null`: unknown or disabled. */
  openSession: (c: Context, userId: string) => Promise<Record<string, unknown> | null>;
  /** By mail, after the answer. */
  tellOwner: (userId: string, change: 'identity.add') => void;
  log: Logger;
  now: () => number;
};

const flowLifetimeMs = 10 * 60_000;

export function createJourney(deps: JourneyDeps) {
  const { client, flows, returns, steps, log, now } = deps;

  /**
   * @throws Problem 409 where it is not known how browsers come here, 502 or 503 when the provider is not
   * to be used
   */
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
    // The person who began to link must still be the one who is signed in here.
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
    if (step) {
      const { ticket, methods } = step.second_factor;
      const wanted = new URLSearchParams({ ticket, methods: methods.join(',') });
      return `/sign-in?return=${encodeURIComponent(flow.returnTo)}#${wanted}`;
    }
    if (!(await deps.openSession(c, arrival.account.id))) return back('account-disabled');
    return flow.returnTo;
  };

  /**
   * The flow is dead: too old, used, or pushed out by newer ones. A person who is signed in by now goes on to
   * the page wanted.
   */
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

  return { leave, arrive, arriveLate };
}
