/** Programs sign in with a password in a form, as OAuth 2 has it, and go on with tokens. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import { readForm } from '#platform/request-body.ts';
import { refreshForm, tokenForm } from './accounts.rules.ts';
import type { Account } from './accounts.types.ts';
import type { OpeningRoutesDeps } from './auth-deps.ts';
import { clientOf, deviceOf } from './session-opener.ts';

export function programRoutes(deps: OpeningRoutesDeps): Hono {
  const { accounts, sessions } = deps;
  const tokensBody = async (account: Account, sessionId: string, refreshToken: string) => {
    const { token, expiresInSeconds } = await deps.issueAccessToken(account, sessionId);
    return {
      access_token: token,
      token_type: 'bearer',
      expires_in: expiresInSeconds,
      refresh_token: refreshToken,
    };
  };

  return new Hono()
    .post('/api/auth/login', async (c) => {
      const { username, password } = await readForm(c, tokenForm);
      c.set('auditNote', { claimedEmail: username });
      const account = await accounts.provePassword(
        { email: username, password },
        clientOf(c, username, deps),
      );
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
    });
}
