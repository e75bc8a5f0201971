import type { Principal } from '#access/principal.ts';
import { readForm, readJson } from '#platform/request-body.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { passwordForm, registrationForm, setupForm, signInForm, tokenForm } from './accounts.rules.ts';
import type { Account, GroupName } from './accounts.types.ts';
import type { AccountSteps } from './accounts.usecases.ts';
import { meOf, sessionOf } from './accounts.wire.ts';
import { passwordPolicy } from './password-policy.rules.ts';
import type { OpenedSession, SessionSteps } from './sessions.usecases.ts';

export type AuthRoutesDeps = {
  accounts: AccountSteps;
  sessions: SessionSteps;
  isRegistrationOpen: boolean;
  principalOf: (c: Context) => Principal;
  groupsOf: (userId: string) => Promise<readonly GroupName[]>;
  issueAccessToken: (user: { id: string; credentialsVersion: number }) => Promise<{ token: string; expiresInSeconds: number }>;
  csrfTokenOf: (sessionId: string) => string;
  /** `set-cookie` values. */
  openingCookies: (token: string, sessionId: string, expiresAt: number) => string[];
  closingCookies: () => string[];
  /** Of the session cookie that came along, good or not. */
  presentedSessionHash: (c: Context) => Buffer | null;
  clientAddressOf: (c: Context) => string;
  networkOf: (address: string) => string;
};

export function authRoutes(deps: AuthRoutesDeps): Hono {
  const { accounts, sessions, principalOf } = deps;
  const network = (c: Context) => deps.networkOf(deps.clientAddressOf(c));

  const sessionBody = async (account: Account, sessionId: string, expiresAt: number) => ({
    user: meOf(account, await deps.groupsOf(account.id)),
    csrf_token: deps.csrfTokenOf(sessionId),
    expires_at: new Date(expiresAt).toISOString(),
  });

  const open = async (c: Context, account: Account): Promise<OpenedSession> => {
    const device = { userAgent: c.req.header('user-agent')?.slice(0, 300) ?? null, address: deps.clientAddressOf(c) };
    const session = await sessions.open(account.id, device, deps.presentedSessionHash(c));
    for (const cookie of deps.openingCookies(session.token, session.id, session.expiresAt)) c.header('set-cookie', cookie, { append: true });
    return session;
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
      const session = await open(c, account);
      return c.json(await sessionBody(account, session.id, session.expiresAt), 201);
    })
    .get('/api/auth/options', (c) => c.json({ registration: deps.isRegistrationOpen, password_policy: passwordPolicy }))
    .post('/api/auth/register', async (c) => {
      const { id, email } = await accounts.register(await readJson(c, registrationForm));
      return c.json({ id, email }, 201);
    })
    .post('/api/auth/login', async (c) => {
      const { username, password } = await readForm(c, tokenForm);
      const account = await accounts.signIn({ email: username, password }, network(c));
      const { token, expiresInSeconds } = await deps.issueAccessToken(account);
      return c.json({ access_token: token, token_type: 'bearer', expires_in: expiresInSeconds });
    })
    .post('/api/auth/session', async (c) => {
      const account = await accounts.signIn(await readJson(c, signInForm), network(c));
      const session = await open(c, account);
      return c.json(await sessionBody(account, session.id, session.expiresAt));
    })
    .get('/api/auth/session', async (c) => {
      const { userId, credential } = principalOf(c);
      const account = await accounts.byId(userId);
      if (!account || credential.kind !== 'session') throw new Problem('not-signed-in', { detail: 'There is no browser session.' });
      return c.json(await sessionBody(account, credential.id, credential.expiresAt));
    })
    .delete('/api/auth/session', async (c) => {
      const { userId, credential } = principalOf(c);
      if (credential.kind === 'session') await sessions.end(credential.id, userId);
      for (const cookie of deps.closingCookies()) c.header('set-cookie', cookie, { append: true });
      return c.body(null, 204);
    })
    .get('/api/auth/sessions', async (c) => {
      const { userId, credential } = principalOf(c);
      return c.json({ items: (await sessions.ofUser(userId)).map((session) => sessionOf(session, credential.id)) });
    })
    .delete('/api/auth/sessions/:id', async (c) => {
      await sessions.end(c.req.param('id'), principalOf(c).userId);
      return c.body(null, 204);
    })
    .post('/api/auth/password', async (c) => {
      const { userId, credential } = principalOf(c);
      const form = await readJson(c, passwordForm);
      await accounts.changePassword(userId, credential.id, form.current_password, form.new_password, network(c));
      return c.body(null, 204);
    });
}
