/** Factors: what proves a person beside or in place of a password. */
import { schedule } from '#platform/schedule.ts';
import { hkdfSync } from 'node:crypto';
import type { Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { sealer } from '@berth/plugin-kit/base/sealed.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import type { Pool } from 'pg';
import { z } from 'zod';
import { codeLimits } from './code-limits.ts';
import { codeUseCases } from './codes.usecases.ts';
import { factorsPolicies } from './factors.policy.ts';
import { factorsRoutes, type FactorsRoutesDeps } from './factors.routes.ts';
import { factorsStore } from './factors.store.ts';
import { oneTimeTokens } from './one-time-tokens.ts';
import { passkeyUseCases } from './passkeys.usecases.ts';
import { relyingPartyOf, type RelyingParty } from './relying-party.rules.ts';
import { secondStepUseCases } from './second-step.usecases.ts';
import { signInRoutes, type SignInRoutesDeps } from './sign-in.routes.ts';

export type FactorsDeps = Pick<
  FactorsRoutesDeps,
  'principalOf' | 'confirmPerson' | 'hasPassword' | 'tellOwner'
> &
  Pick<SignInRoutesDeps, 'openSession'> & {
    prisma: PrismaClient;
    pool: Pool;
    /** Of the gateway; keys are derived from it. */
    secret: Uint8Array;
    /** Where browsers reach the gateway; `null` when nobody said. */
    publicUrl: string | null;
    log: Logger;
    now: () => number;
  };

export type FactorsRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
  owners: { passkey: (principal: Principal, params: Readonly<Record<string, string>>) => Promise<boolean> };
  /**
   * To be asked when the password, or a provider, said who it is. `null`: that is enough. Else what the
   * browser is told.
   */
  secondStepFor: (account: {
    id: string;
    credentialsVersion: number;
  }) => Promise<{ second_factor: { ticket: string; methods: string[]; expires_at: string } } | null>;
  /** Whether browsers make passkeys for where this request came to. */
  takesPasskeys: (c: Context) => boolean;
  hasPasskey: (userId: string) => Promise<boolean>;
  stop: () => Promise<void>;
};

const minuteMs = 60_000;
const ticketLifetimeMs = 5 * minuteMs;
const challengeLifetimeMs = 5 * minuteMs;
/** Hourly, at a minute of its own. */
const sweepAt = '23 * * * *';

export function factorsRoom(deps: FactorsDeps): FactorsRoom {
  const {
    prisma,
    pool,
    secret,
    publicUrl,
    principalOf,
    confirmPerson,
    hasPassword,
    tellOwner,
    openSession,
    log,
    now,
  } = deps;
  const store = factorsStore(prisma, pool);
  const party = (c: Context): RelyingParty | null => relyingPartyOf(publicUrl, c.req.header('host'));
  const partyOf = (c: Context): RelyingParty => {
    const found = party(c);
    if (!found)
      throw new Problem('conflict', {
        detail:
          'Browsers make passkeys at an https address with a name, or at localhost. The operator says it by BERTH_PUBLIC_URL.',
      });
    return found;
  };
  const codes = codeUseCases({
    store,
    secrets: sealer(secret, 'authenticator app'),
    recoveryKey: Buffer.from(hkdfSync('sha256', secret, '', 'berth recovery codes', 32)),
    limits: codeLimits(pool),
    issuer: publicUrl === null ? 'Berth' : `Berth (${new URL(publicUrl).hostname})`,
    now,
  });
  const challenges = oneTimeTokens({
    secret,
    purpose: 'passkey challenge',
    lifetimeMs: challengeLifetimeMs,
    now,
  });
  const passkeys = passkeyUseCases({ store, challenges, challengeLifetimeMs, now });
  const secondStep = secondStepUseCases({
    store,
    tickets: oneTimeTokens({ secret, purpose: 'second step', lifetimeMs: ticketLifetimeMs, now }),
  });
  const sweep = schedule(
    sweepAt,
    () => store.removeExpired(new Date(now())),
    (err) => log.warn({ err }, 'spent tickets were not removed'),
  );
  const routes = new Hono();
  routes.use('/api/auth/*', async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  return {
    routes: routes
      .route(
        '/',
        factorsRoutes({
          store,
          codes,
          passkeys,
          principalOf,
          confirmPerson,
          hasPassword,
          tellOwner,
          partyOf,
        }),
      )
      .route('/', signInRoutes({ codes, passkeys, secondStep, openSession, partyOf })),
    policies: factorsPolicies,
    owners: {
      passkey: async ({ userId }, { id }) =>
        z.uuid().safeParse(id).success && id !== undefined && (await store.isOwnPasskey(id, userId)),
    },
    secondStepFor: async (account) => {
      const step = await secondStep.begin(account);
      return (
        step && {
          second_factor: {
            ticket: step.ticket,
            methods: step.methods,
            expires_at: new Date(step.expiresAt).toISOString(),
          },
        }
      );
    },
    takesPasskeys: (c) => party(c) !== null,
    hasPasskey: async (userId) => (await store.of(userId)).passkeys.length > 0,
    stop: sweep.stop,
  };
}
