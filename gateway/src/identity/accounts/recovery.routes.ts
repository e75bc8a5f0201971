import type { Principal } from '#identity/access/principal.ts';
import { readJson } from '#platform/request-body.ts';
import { jsonInWords } from '#platform/words/spoken.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { forgottenForm, invitationForm, resetForm, tokenOnlyForm } from './accounts.rules.ts';
import type { KnownDevices } from './known-devices.ts';
import type { Invitation } from './recovery.types.ts';
import type { RecoveryUseCases } from './recovery.usecases.ts';

export type RecoveryRoutesDeps = {
  recovery: RecoveryUseCases;
  devices: KnownDevices;
  principalOf: (c: Context) => Principal;
  /** Runs after the answer, which must not depend on it. */
  later: (work: () => Promise<void>) => void;
  /** @throws Problem 429: one network asks for too many letters */
  assertMayAsk: (c: Context, what: 'new password') => Promise<void>;
  /** Where a request comes from, as limits count. */
  networkOf: (c: Context) => string;
  /** Where people reach the gateway, as this request shows it where the operator did not say. */
  baseOf: (c: Context) => string;
};

/** The same for every e-mail. */
const withoutMail =
  'Nothing was sent: this Berth has no mail. An administrator can make you a link with which you choose a new password.';

export function recoveryRoutes({
  recovery,
  devices,
  principalOf,
  later,
  assertMayAsk,
  networkOf,
  baseOf,
}: RecoveryRoutesDeps): Hono {
  return new Hono()
    .post('/api/auth/password/forgot', async (c) => {
      const { email } = await readJson(c, forgottenForm);
      await assertMayAsk(c, 'new password');
      c.set('auditNote', { claimedEmail: email });
      // Nobody is told of a letter that cannot be written.
      await recovery.assertReachable();
      if (!recovery.hasMail) return jsonInWords(c, { mail: false, detail: withoutMail }, { status: 202 });
      const network = networkOf(c);
      later(() => recovery.forgotten(email, network));
      const detail = 'If there is an account with this e-mail, a letter is on its way.';
      return jsonInWords(c, { mail: true, detail }, { status: 202 });
    })
    .post('/api/auth/password/reset', async (c) => {
      const { token, new_password: newPassword } = await readJson(c, resetForm);
      const { id, email } = await recovery.reset(token, newPassword);
      // Where strangers lock the account, its owner comes in with a new password all the same.
      devices.remember(c, email);
      c.set('auditNote', { target: email, actor: { id, email } });
      return c.body(null, 204);
    })
    .post('/api/auth/invitation', async (c) => {
      const { token } = await readJson(c, tokenOnlyForm);
      const { email, invitedBy } = await recovery.invited(token);
      return c.json({ email, invited_by: invitedBy });
    })
    .post('/api/admin/users/:id/reset-link', async (c) => {
      const id = idOf(c);
      // Whoever sits at somebody's unlocked browser does not choose them a new password.
      if (id === principalOf(c).userId)
        throw new Problem('conflict', { detail: 'Change your own password on your page Profile.' });
      const { url, expiresAt, email } = await recovery.resetLink(id, baseOf(c));
      c.set('auditNote', { target: email });
      return c.json({ url, expires_at: expiresAt.toISOString() }, 201, { 'cache-control': 'no-store' });
    })
    .get('/api/admin/invitations', async (c) => c.json({ items: (await recovery.invitations()).map(wireOf) }))
    .post('/api/admin/invitations', async (c) => {
      const { email } = await readJson(c, invitationForm);
      const { url, isMailed, ...invitation } = await recovery.invite(email, principalOf(c), baseOf(c));
      c.set('auditNote', { target: email });
      return c.json({ ...wireOf(invitation), url, mailed: isMailed }, 201, { 'cache-control': 'no-store' });
    })
    .delete('/api/admin/invitations/:id', async (c) => {
      await recovery.uninvite(idOf(c));
      return c.body(null, 204);
    });
}

function idOf(c: Context): string {
  const id = z.uuid().safeParse(c.req.param('id'));
  if (!id.success) throw new Problem('not-found');
  return id.data;
}

function wireOf({ id, email, invitedBy, createdAt, expiresAt }: Invitation) {
  return {
    id,
    email,
    invited_by: invitedBy,
    created_at: createdAt.toISOString(),
    expires_at: expiresAt.toISOString(),
  };
}
