/** Sessions of browsers: opened, shown, ended, and kept when their person changes the password. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import { readJson } from '#platform/request-body.ts';
import { passwordForm, signInForm } from './accounts.rules.ts';
import { sessionOf } from './accounts.wire.ts';
import type { OpeningRoutesDeps } from './auth-deps.ts';
import { clientOf, sessionBody } from './session-opener.ts';

export function sessionRoutes(deps: OpeningRoutesDeps): Hono {
  const { accounts, sessions, principalOf, openSession } = deps;
  return new Hono()
    .post('/api/auth/session', async (c) => {
      const form = await readJson(c, signInForm);
      c.set('auditNote', { claimedEmail: form.email });
      const account = await accounts.provePassword(form, clientOf(c, form.email, deps));
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
      // A copy of the old cookie opens nothing any more (hazard S3).
      if (session)
        for (const cookie of deps.openingCookies(token, session.id, session.expiresAt))
          c.header('set-cookie', cookie, { append: true });
      deps.tellOwner(userId, 'password.change');
      return c.body(null, 204);
    });
}
