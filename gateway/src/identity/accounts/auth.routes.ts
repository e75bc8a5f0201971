import type * as wire from '@berth/plugin-kit/contract/wire/people.ts';
import type { Principal } from '#identity/access/principal.ts';
import { readForm, readJson } from '#platform/request-body.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import {
  passwordForm,
  refreshForm,
  registrationForm,
  setupForm,
  signInForm,
  tokenForm,
  verifyForm,
} from './accounts.rules.ts';
import type { Account, Device, GroupName, Registration } from './accounts.types.ts';
import type { AccountUseCases } from './accounts.usecases.ts';
import { meOf, sessionOf } from './accounts.wire.ts';
import { passwordPolicy } from './password-policy.rules.ts';
import type { KnownDevices } from './known-devices.ts';
import type { RecoveryUseCases } from './recovery.usecases.ts';
import type { RegistrationUseCases } from './registrations.usecases.ts';
import type { SessionUseCases } from './sessions.usecases.ts';

export type AuthRoutesDeps = {
  accounts: AccountUseCases;
  recovery: RecoveryUseCases;
  registrations: RegistrationUseCases;
  /** Runs after the answer, which must not depend on it. */
  later: (work: () => Promise<void>) => void;
  /** @throws Problem 429: one network asks for too many */
  assertMayAsk: (c: Context, what: 'new account') => Promise<void>;
  /** By mail, after the answer. */
  tellOwner: (userId: string, change: 'password.change' | 'token.reuse') => void;
  sessions: SessionUseCases;
  devices: KnownDevices;
  /** May change while the gateway runs. */
  registration: () => Registration;
  /** What `GET /api/auth/options` tells of the ways to sign in that other rooms offer. */
  otherWays: (c: Context) => Pick<wire.AuthOptions, 'passkeys' | 'providers'>;
  principalOf: (c: Context) => Principal;
  groupsOf: (userId: string) => Promise<readonly GroupName[]>;
  refreshTokenHashOf: (token: string) => Buffer;
  issueAccessToken: (
    user: { id: string; credentialsVersion: number },
    sessionId: string,
  ) => Promise<{ token: string; expiresInSeconds: number }>;
  csrfTokenOf: (sessionId: string) => string;
  /** `set-cookie` values. */
  openingCookies: (token: string, sessionId: string, expiresAt: number) => string[];
  closingCookies: () => string[];
  /** Of the session cookie that came along, good or not. */
  presentedSessionHash: (c: Context) => Buffer | null;
  clientAddressOf: (c: Context) => string;
  networkOf: (address: string) => string;
  /**
   * Asked once the password is proved. `null`: the session opens. Else what the browser is told of the second
   * step, as it goes on the wire; the session opens when that step is done, by `openSession` of the room.
   */
  secondStepFor: (
    account: { id: string; email: string; credentialsVersion: number },
    c: Context,
  ) => Promise<Record<string, unknown> | null>;
};

export type OpenSession = (c: Context, account: Account) => Promise<Record<string, unknown>>;

type BodyDeps = Pick<AuthRoutesDeps, 'groupsOf' | 'csrfTokenOf'>;
type OpeningDeps = BodyDeps &
  Pick<
    AuthRoutesDeps,
    'sessions' | 'devices' | 'openingCookies' | 'presentedSessionHash' | 'clientAddressOf'
  >;

/** The last step of every way to sign in: sets the cookies. @returns the body of the answer */
export function sessionOpener(deps: OpeningDeps): OpenSession {
  return async (c, account) => {
    const session = await deps.sessions.open(account, deviceOf(c, deps), deps.presentedSessionHash(c));
    for (const cookie of deps.openingCookies(session.token, session.id, session.expiresAt))
      c.header('set-cookie', cookie, { append: true });
    deps.devices.remember(c, account.email);
    c.set('auditNote', { ...c.get('auditNote'), target: account.email, actor: account });
    return sessionBody(deps, account, session.id, session.expiresAt);
  };
}

async function sessionBody(
  deps: BodyDeps,
  account: Account,
  sessionId: string,
  expiresAt: number,
): Promise<wire.Session> {
  return {
    user: meOf(account, await deps.groupsOf(account.id)),
    csrf_token: deps.csrfTokenOf(sessionId),
    expires_at: new Date(expiresAt).toISOString(),
  };
}

function deviceOf(c: Context, { clientAddressOf }: Pick<AuthRoutesDeps, 'clientAddressOf'>): Device {
  return { userAgent: c.req.header('user-agent')?.slice(0, 300) ?? null, address: clientAddressOf(c) };
}

export function authRoutes(deps: AuthRoutesDeps & { openSession: OpenSession }): Hono {
  const { accounts, recovery, registrations, sessions, principalOf, openSession } = deps;
  const network = (c: Context) => deps.networkOf(deps.clientAddressOf(c));
  const clientOf = (c: Context, email: string) => ({
    network: network(c),
    device: deps.devices.deviceOf(c, email),
  });

  const tokensBody = async (account: Account, sessionId: string, refreshToken: string) => {
    const { token, expiresInSeconds } = await deps.issueAccessToken(account, sessionId);
    return {
      access_token: token,
      token_type: 'bearer',
      expires_in: expiresInSeconds,
      refresh_token: refreshToken,
    };
  };

  const routes = new Hono();
  // Answers about people and their sessions are never kept by a cache.
  routes.use('/api/auth/*', async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  return routes
    .get('/api/auth/setup', async (c) => c.json({ wanted: await accounts.isSetupWanted() }))
    .post('/api/auth/setup', async (c) => {
      const account = await accounts.setUp(await readJson(c, setupForm), network(c));
      return c.json(await openSession(c, account), 201);
    })
    .get('/api/auth/options', (c) =>
      c.json({
        registration: deps.registration() === 'open',
        registration_mode: deps.registration(),
        mail: recovery.hasMail,
        password_policy: passwordPolicy,
        ...deps.otherWays(c),
      } satisfies wire.AuthOptions),
    )
    .post('/api/auth/register', async (c) => {
      const { invitation, ...form } = await readJson(c, registrationForm);
      await accounts.assertMayRegister(invitation !== undefined);
      await deps.assertMayAsk(c, 'new account');
      if (recovery.hasMail && invitation === undefined) {
        const { later } = await registrations.begin(form, network(c));
        deps.later(later);
        c.set('auditNote', { details: { email: form.email } });
        return c.json({ email: form.email, detail: 'Verify your e-mail: a letter is on its way.' }, 201);
      }
      const { id, email } =
        invitation === undefined
          ? await accounts.register(form)
          : await recovery.registerInvited(form, invitation);
      c.set('auditNote', { target: id, details: { email } });
      return c.json({ id, email }, 201);
    })
    .post('/api/auth/verify', async (c) => {
      const { token, password } = await readJson(c, verifyForm);
      const account = await registrations.verify(token, password, network(c));
      return c.json(await openSession(c, account));
    })
    .post('/api/auth/login', async (c) => {
      const { username, password } = await readForm(c, tokenForm);
      c.set('auditNote', { claimedEmail: username });
      const account = await accounts.provePassword({ email: username, password }, clientOf(c, username));
      if (await deps.secondStepFor(account, c))
        throw new Problem('not-allowed', {
          detail: 'This account signs in with a second factor. Give programs an API key.',
        });
      const { id, token } = await sessions.openForProgram(account, deviceOf(c, deps));
      c.set('auditNote', { target: account.email, actor: account });
      return c.json(await tokensBody(account, id, token));
    })
    .post('/api/auth/token', async (c) => {
      const { refresh_token: token } = await readForm(c, refreshForm);
      const refreshed = await sessions.refresh(deps.refreshTokenHashOf(token));
      if (!refreshed.ok) {
        const robbed =
          refreshed.reusedTokenOwner === null ? null : await accounts.byId(refreshed.reusedTokenOwner);
        if (robbed) {
          c.set('auditNote', {
            target: robbed.email,
            details: { account: robbed.id, state: 'used a second time: the session has ended' },
          });
          deps.tellOwner(robbed.id, 'token.reuse');
        }
        throw new Problem('invalid-grant', { extensions: { error: 'invalid_grant' } });
      }
      c.set('auditNote', { target: refreshed.session.user.email, actor: refreshed.session.user });
      return c.json(await tokensBody(refreshed.session.user, refreshed.session.id, refreshed.refreshToken));
    })
    .post('/api/auth/session', async (c) => {
      const form = await readJson(c, signInForm);
      c.set('auditNote', { claimedEmail: form.email });
      const account = await accounts.provePassword(form, clientOf(c, form.email));
      const secondStep = await deps.secondStepFor(account, c);
      if (secondStep) {
        c.set('auditNote', { target: account.email, details: { state: 'second step asked for' } });
        return c.json(secondStep, 202);
      }
      return c.json(await openSession(c, account));
    })
    .get('/api/auth/session', async (c) => {
      const { userId, credential } = principalOf(c);
      const account = await accounts.byId(userId);
      if (!account || credential.kind !== 'session')
        throw new Problem('not-signed-in', { detail: 'There is no browser session.' });
      return c.json(await sessionBody(deps, account, credential.id, credential.expiresAt));
    })
    .delete('/api/auth/session', async (c) => {
      const { userId, credential } = principalOf(c);
      if (credential.kind === 'session' || credential.kind === 'bearer')
        await sessions.end(credential.id, userId);
      for (const cookie of deps.closingCookies()) c.header('set-cookie', cookie, { append: true });
      return c.body(null, 204);
    })
    .get('/api/auth/sessions', async (c) => {
      const { userId, credential } = principalOf(c);
      return c.json({
        items: (await sessions.ofUser(userId)).map((session) => sessionOf(session, credential.id)),
      });
    })
    .delete('/api/auth/sessions', async (c) => {
      const { userId, credential } = principalOf(c);
      // Without a session of its own there is none to keep, and all would end.
      if (credential.kind !== 'session' && credential.kind !== 'bearer')
        throw new Problem('not-allowed', { detail: 'Sign in to end your other sessions.' });
      const ended = await sessions.endOthers(userId, credential.id);
      c.set('auditNote', { details: { ended_sessions: ended } });
      return c.json({ ended });
    })
    .delete('/api/auth/sessions/:id', async (c) => {
      await sessions.end(c.req.param('id'), principalOf(c).userId);
      return c.body(null, 204);
    })
    .post('/api/auth/password', async (c) => {
      const { userId, credential } = principalOf(c);
      const form = await readJson(c, passwordForm);
      const session = credential.kind === 'session' ? await sessions.findById(credential.id) : null;
      const opened = { id: credential.id, openedAt: session?.openedAt ?? null };
      const token = await accounts.changePassword(userId, opened, form.current_password, form.new_password);
      // Whoever has a copy of the old cookie has nothing any more (hazard S3).
      if (session)
        for (const cookie of deps.openingCookies(token, session.id, session.expiresAt))
          c.header('set-cookie', cookie, { append: true });
      deps.tellOwner(userId, 'password.change');
      return c.body(null, 204);
    });
}
