/** How an account comes to be: set-up, registration, and the letter that verifies it. */
import type * as wire from '@berth/plugin-kit/contract/wire/people.ts';
import { Hono, type Context } from 'hono';
import { readJson } from '#platform/request-body.ts';
import { jsonInWords } from '#platform/words/spoken.ts';
import { registrationForm, setupForm, verifyForm } from './accounts.rules.ts';
import type { OpeningRoutesDeps } from './auth-deps.ts';
import { passwordPolicy } from './password-policy.rules.ts';

export function signUpRoutes(deps: OpeningRoutesDeps): Hono {
  const { accounts, recovery, registrations, openSession } = deps;
  const network = (c: Context) => deps.networkOf(deps.clientAddressOf(c));
  return new Hono()
    .get('/api/auth/setup', async (c) => c.json({ wanted: await accounts.isSetupWanted() }))
    .post('/api/auth/setup', async (c) => {
      const account = await accounts.setUp(await readJson(c, setupForm), network(c));
      return c.json(await openSession(c, account), 201);
    })
    .get('/api/auth/options', (c) =>
      jsonInWords(c, {
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
        const detail = 'Verify your e-mail: a letter is on its way.';
        return jsonInWords(c, { email: form.email, detail }, { status: 201 });
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
    });
}
