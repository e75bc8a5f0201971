/** Accounts: who may sign in, how they prove it, and the browsers that they are signed in with. */
import { schedule } from '#platform/schedule.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { BoundedQueue } from '#platform/bounded-queue.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import type { Pool } from 'pg';
import { z } from 'zod';
import { accountsPolicies } from './accounts.policy.ts';
import { canonicalEmail } from './accounts.rules.ts';
import { accountsStore } from './accounts.store.ts';
import type { Account, Also } from './accounts.types.ts';
import { accountUseCases } from './accounts.usecases.ts';
import { authRoutes } from './auth.routes.ts';
import type { AuthRoutesDeps } from './auth-deps.ts';
import { sessionOpener } from './session-opener.ts';
import type { Letter, SecurityChange } from './letters.rules.ts';
import { createLetterLimits } from './letter-limits.ts';
import { knownDevices } from './known-devices.ts';
import { createPasswords } from './passwords.ts';
import { profilesStore } from './profiles.store.ts';
import { recoveryRoutes } from './recovery.routes.ts';
import { recoveryStore } from './recovery.store.ts';
import { recoveryUseCases } from './recovery.usecases.ts';
import { registrationsStore } from './registrations.store.ts';
import { registrationUseCases } from './registrations.usecases.ts';
import { sessionsStore } from './sessions.store.ts';
import {
  sessionUseCases,
  type GoodSession,
  type SessionLimits,
  type SessionUseCases,
} from './sessions.usecases.ts';
import { signInLimits } from './sign-in-limits.ts';
import { backgroundTasks } from './background-tasks.ts';
import { usersRoutes, type UsersRoutesDeps } from './users.routes.ts';

export type AccountsDeps = Pick<
  AuthRoutesDeps,
  | 'registration'
  | 'principalOf'
  | 'issueAccessToken'
  | 'refreshTokenHashOf'
  | 'csrfTokenOf'
  | 'openingCookies'
  | 'closingCookies'
  | 'presentedSessionHash'
  | 'clientAddressOf'
  | 'networkOf'
> &
  Partial<Pick<AuthRoutesDeps, 'secondStepFor' | 'otherWays'>> &
  Pick<UsersRoutesDeps, 'groupsOfUsers'> &
  Partial<Pick<UsersRoutesDeps, 'groupNotesOfUsers'>> & {
    prisma: PrismaClient;
    pool: Pool;
    /** What limits count, in place of the database. */
    countsInMemory?: boolean;
    /** Keeps a letter and sends it soon; `null`: there is no mail. */
    post: ((letter: Letter) => Promise<void>) | null;
    /** Where people reach the gateway; `null`: nobody said, and each request tells. Letters need it. */
    publicUrl: string | null;
    /** `null`: set-up is not possible. */
    setupToken: string | null;
    /** Of the gateway; a key is derived from it. */
    secret: Uint8Array;
    /** Shared with everything else that hashes slowly on purpose. */
    hashing: BoundedQueue;
    newSessionToken: () => { token: string; tokenHash: Buffer };
    tokenHashOf: (token: string) => Buffer;
    newRefreshToken: () => { token: string; tokenHash: Buffer };
    rightsChanged: (userId: string) => void;
    /** Of browsers. */
    sessionLimits?: () => SessionLimits;
    log: Logger;
    now: () => number;
  };

export type AccountsRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
  /** The owner policies that rows name. */
  owners: { session: (principal: Principal, params: Readonly<Record<string, string>>) => Promise<boolean> };
  /**
   * The refusal of a request before its body is read, while the hashing queue is full; `null`: accepted. In a
   * flood of sign-ins most are refused, and that must cost next to nothing. @param path without its query
   */
  shedLoad: (method: string, path: string) => Problem | null;
  findSession: (tokenHash: Buffer) => Promise<GoodSession | null>;
  /** For whoever read one itself. `null`: it has ended, or its user is disabled. */
  judgeSession: SessionUseCases['stillGood'];
  /** `null`: unknown or disabled. */
  findUser: (userId: string) => Promise<Account | null>;
  /**
   * For ways to sign in that other rooms prove: sets the cookies. @param credentialsVersion of the password
   * that was proved in an earlier step @returns the body of the answer; `null`: unknown or disabled, or
   * another password by now
   */
  openSession: (
    c: Context,
    userId: string,
    credentialsVersion?: number,
  ) => Promise<Record<string, unknown> | null>;
  /** Before anything changes how they sign in. @throws Problem 422 at `/password`, 403, 429 */
  confirmPerson: (c: Context, password: string | undefined) => Promise<void>;
  hasPassword: (userId: string) => Promise<boolean>;
  /** Of browsers and programs, those that are still good. */
  sessionCountOf: (userId: string) => Promise<number>;
  /** By any spelling. What a stranger began with it and nobody verified is nobody's account. */
  findByEmail: (email: string) => Promise<Account | null>;
  /**
   * One that a provider vouches for; an invitation ends with it. `also` stands or falls with it. `null`: the
   * e-mail or what `also` keeps is taken, or nobody has set up yet.
   */
  createWithoutPassword: (email: string, name: string | null, also: Also) => Promise<Account | null>;
  /** By any spelling. `false` too when registration is closed to all. */
  isInvited: (email: string) => Promise<boolean>;
  /** By mail, after the answer, of a change of how they sign in. */
  tellOwner: (userId: string, change: SecurityChange) => void;
  /** No account exists: somebody should open the set-up page. */
  isSetupWanted: () => Promise<boolean>;
  /** Done every hour: sessions, links, registrations and invitations that time has ended. */
  removeExpired: () => Promise<void>;
  stop: () => Promise<void>;
};

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
/** Hourly, at a minute of its own. */
const sweepAt = '7 * * * *';
/** Of browsers, in hours without a request and in days altogether. */
export function browserLimits(idleHours: number, days: number): SessionLimits {
  return { idleMs: idleHours * hourMs, absoluteMs: days * dayMs, maxPerUser: 20 };
}
const programLimits: SessionLimits = { idleMs: 30 * dayMs, absoluteMs: 90 * dayMs, maxPerUser: 50 };

/** By browsers and by programs. */
const passwordSignIns = new Set(['/api/auth/session', '/api/auth/login']);

export function accountsRoom(deps: AccountsDeps): AccountsRoom {
  const parts = accountParts(deps);
  const { accounts, recovery, registrations, sessions, passwords, background, openSession } = parts;
  const findUser = async (userId: string) => {
    const account = await accounts.byId(userId);
    return account?.isActive ? account : null;
  };
  const tellOwner = (userId: string, change: SecurityChange): void =>
    background.run(() => recovery.tellOwner(userId, change));
  const removeExpired = async (): Promise<void> => {
    await sessions.removeExpired();
    await recovery.removeExpired();
    await registrations.removeExpired();
  };
  // As a background task: a stop waits for it, and a failure of it is told.
  const sweep = schedule(
    sweepAt,
    () => background.run(removeExpired),
    (err) => deps.log.error({ err }, 'a sweep broke: this is a bug'),
  );
  return {
    routes: accountRoutes(deps, parts, tellOwner),
    policies: accountsPolicies,
    owners: {
      session: async ({ userId }, { id }) =>
        z.uuid().safeParse(id).success && id !== undefined && (await sessions.isOwn(id, userId)),
    },
    shedLoad: (method, path) =>
      method === 'POST' && passwordSignIns.has(path) ? passwords.overload() : null,
    findSession: sessions.find,
    judgeSession: sessions.stillGood,
    findUser,
    openSession: async (c, userId, credentialsVersion) => {
      const account = await findUser(userId);
      if (!account || (credentialsVersion !== undefined && account.credentialsVersion !== credentialsVersion))
        return null;
      return openSession(c, account);
    },
    confirmPerson: async (c, password) => {
      const { userId, credential } = deps.principalOf(c);
      const session = credential.kind === 'session' ? await sessions.findById(credential.id) : null;
      await accounts.confirmPerson(userId, password, session?.openedAt ?? null);
    },
    hasPassword: accounts.hasPassword,
    sessionCountOf: async (userId) => (await sessions.ofUser(userId)).length,
    findByEmail: async (email) => {
      const account = await accounts.byEmail(canonicalEmail(email));
      return account?.awaitsVerification === true ? null : account;
    },
    createWithoutPassword: (spelt, name, also) => {
      const email = canonicalEmail(spelt);
      return accounts.createWithoutPassword(email, name, async (transaction, userId) => {
        await recovery.endInvitationFor(transaction, email);
        await also(transaction, userId);
      });
    },
    isInvited: async (email) =>
      deps.registration() !== 'closed' && (await recovery.isInvited(canonicalEmail(email))),
    tellOwner,
    isSetupWanted: accounts.isSetupWanted,
    removeExpired,
    stop: async () => {
      await sweep.stop();
      await background.done();
    },
  };
}

/** What the room does, before any of it has an address. */
function accountParts(deps: AccountsDeps) {
  const { prisma, pool, log, now, rightsChanged } = deps;
  const counters = deps.countsInMemory === true ? null : pool;
  const store = accountsStore(prisma, pool);
  const sessions = sessionUseCases({
    store: sessionsStore(prisma, pool),
    limitsOf: (kind) =>
      kind === 'program' ? programLimits : (deps.sessionLimits?.() ?? browserLimits(24, 14)),
    newToken: deps.newSessionToken,
    newRefreshToken: deps.newRefreshToken,
    rightsChanged,
    now,
  });
  const passwords = createPasswords(deps.hashing);
  const letterLimits = createLetterLimits(counters);
  const background = backgroundTasks((err) => log.warn({ err }, 'what was to happen after an answer failed'));
  const limits = signInLimits(counters);
  const byLetter = {
    passwords,
    post: deps.post,
    publicUrl: deps.publicUrl ?? '',
    mayWrite: letterLimits.mayWrite,
    newToken: deps.newSessionToken,
    tokenHashOf: deps.tokenHashOf,
    rightsChanged,
    now,
  };
  const recovery = recoveryUseCases({ ...byLetter, accounts: store, store: recoveryStore(prisma) });
  const registrations = registrationUseCases({ ...byLetter, store: registrationsStore(prisma), limits });
  const accounts = accountUseCases({
    store,
    passwords,
    limits,
    setupToken: deps.setupToken,
    registration: deps.registration,
    newToken: deps.newSessionToken,
    rightsChanged,
    now,
  });
  const groupsOf = async (userId: string) => (await deps.groupsOfUsers([userId])).get(userId) ?? [];
  const isSecure = deps.publicUrl?.startsWith('https:') ?? false;
  const devices = knownDevices({ secret: deps.secret, isSecure, now });
  const openSession = sessionOpener({ ...deps, devices, sessions, groupsOf });
  return {
    accounts,
    recovery,
    registrations,
    sessions,
    passwords,
    background,
    letterLimits,
    devices,
    groupsOf,
    openSession,
  };
}

function accountRoutes(
  deps: AccountsDeps,
  {
    accounts,
    recovery,
    registrations,
    sessions,
    background,
    letterLimits,
    devices,
    groupsOf,
    openSession,
  }: ReturnType<typeof accountParts>,
  tellOwner: AccountsRoom['tellOwner'],
): Hono {
  const secondStepFor = deps.secondStepFor ?? (() => Promise.resolve(null));
  const groupNotesOfUsers = deps.groupNotesOfUsers ?? (() => Promise.resolve(new Map<string, string>()));
  const otherWays = deps.otherWays ?? (() => ({ passkeys: false, providers: [] }));
  const networkOf = (c: Context) => deps.networkOf(deps.clientAddressOf(c));
  const assertMayAsk = (c: Context, what: 'new password' | 'new account') =>
    letterLimits.assertMayAsk(networkOf(c), what);
  const baseOf = (c: Context) => deps.publicUrl ?? new URL(c.req.url).origin;
  const later = background.run;
  return new Hono()
    .route(
      '/',
      authRoutes({
        ...deps,
        devices,
        secondStepFor,
        otherWays,
        openSession,
        accounts,
        recovery,
        registrations,
        later,
        assertMayAsk,
        tellOwner,
        sessions,
        groupsOf,
      }),
    )
    .route(
      '/',
      recoveryRoutes({
        recovery,
        devices,
        principalOf: deps.principalOf,
        later,
        assertMayAsk,
        networkOf,
        baseOf,
      }),
    )
    .route(
      '/',
      usersRoutes({
        accounts,
        recovery,
        baseOf,
        profiles: profilesStore(deps.prisma),
        principalOf: deps.principalOf,
        rightsChanged: deps.rightsChanged,
        groupsOfUsers: deps.groupsOfUsers,
        groupNotesOfUsers,
      }),
    );
}
