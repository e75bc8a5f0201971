/** The security page's side: a person's own factors, and what admins do about them. */
import type * as wire from '@berth/plugin-kit/contract/wire/people.ts';
import type { Principal } from '#identity/access/principal.ts';
import { readJson } from '#platform/request-body.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { renderSVG } from 'uqr';
import { z } from 'zod';
import type { CodeUseCases } from './codes.usecases.ts';
import {
  choiceForm,
  codeForm,
  newCodesForm,
  newPasskeyForm,
  passkeyChangeForm,
  proofAndCodeForm,
  proofForm,
} from './factors.rules.ts';
import type { FactorChange, Factors, FactorsStore, Passkey, Person } from './factors.types.ts';
import type { PasskeyUseCases } from './passkeys.usecases.ts';
import type { RelyingParty } from './relying-party.rules.ts';

export type FactorsRoutesDeps = {
  store: FactorsStore;
  codes: CodeUseCases;
  passkeys: PasskeyUseCases;
  principalOf: (c: Context) => Principal;
  /** Before anything changes how they sign in. @throws Problem 422 at `/password`, 403, 429 */
  confirmPerson: (c: Context, password: string | undefined) => Promise<void>;
  /** Without one, a fresh sign-in confirms who they are. */
  hasPassword: (userId: string) => Promise<boolean>;
  /** By mail, after the answer. */
  tellOwner: (userId: string, change: FactorChange) => void;
  /** @throws Problem 409 where browsers make no passkeys */
  partyOf: (c: Context) => RelyingParty;
};

export function factorsRoutes({
  store,
  codes,
  passkeys,
  principalOf,
  confirmPerson,
  hasPassword,
  tellOwner,
  partyOf,
}: FactorsRoutesDeps): Hono {
  const personOf = (c: Context): Person => {
    const { userId: id, email, name } = principalOf(c);
    return { id, email, name };
  };
  return new Hono()
    .get('/api/auth/factors', async (c) => {
      const { userId } = principalOf(c);
      return c.json({ has_password: await hasPassword(userId), ...factorsOf(await store.of(userId)) });
    })
    .put('/api/auth/factors/choice', async (c) => {
      const { password, passkey_after_password: chosen } = await readJson(c, choiceForm);
      await confirmPerson(c, password);
      const { userId } = principalOf(c);
      const recoveryCodes = await codes.choosePasskeyAfterPassword(userId, chosen);
      tellOwner(userId, 'second-step.change');
      return c.json({ recovery_codes: recoveryCodes });
    })
    .post('/api/auth/factors/totp', async (c) => {
      await confirmPerson(c, (await readJson(c, proofForm)).password);
      const { uri, secret } = await codes.start(personOf(c));
      return c.json({ uri, secret, qr_svg: renderSVG(uri, { ecc: 'M', border: 2, pixelSize: 4 }) });
    })
    .post('/api/auth/factors/totp/confirm', async (c) => {
      const { code } = await readJson(c, codeForm);
      const { userId } = principalOf(c);
      const recoveryCodes = await codes.confirm(userId, code);
      tellOwner(userId, 'totp.add');
      return c.json({ recovery_codes: recoveryCodes });
    })
    .delete('/api/auth/factors/totp', async (c) => {
      const { password, code } = await readJson(c, proofAndCodeForm);
      await confirmPerson(c, password);
      const { userId } = principalOf(c);
      await codes.turnOff(userId, code);
      tellOwner(userId, 'totp.remove');
      return c.body(null, 204);
    })
    .post('/api/auth/factors/recovery-codes', async (c) => {
      const { password, code } = await readJson(c, newCodesForm);
      await confirmPerson(c, password);
      const { userId } = principalOf(c);
      const recoveryCodes = await codes.renewCodes(userId, code);
      tellOwner(userId, 'recovery-codes.renew');
      return c.json({ recovery_codes: recoveryCodes });
    })
    .post('/api/auth/passkeys/options', async (c) => {
      const party = partyOf(c);
      await confirmPerson(c, (await readJson(c, proofForm)).password);
      return c.json(await passkeys.creationOptions(personOf(c), party));
    })
    .post('/api/auth/passkeys', async (c) => {
      const { credential, name } = await readJson(c, newPasskeyForm);
      const passkey = await passkeys.add(personOf(c), credential, name, partyOf(c));
      tellOwner(principalOf(c).userId, 'passkey.add');
      return c.json(passkeyOf(passkey), 201);
    })
    .patch('/api/auth/passkeys/:id', async (c) => {
      const passkey = await store.renamePasskey(
        c.req.param('id'),
        (await readJson(c, passkeyChangeForm)).name,
      );
      if (!passkey) throw new Problem('not-found');
      return c.json(passkeyOf(passkey));
    })
    .delete('/api/auth/passkeys/:id', async (c) => {
      await confirmPerson(c, (await readJson(c, proofForm)).password);
      const { userId } = principalOf(c);
      await store.removePasskey(c.req.param('id'), userId);
      tellOwner(userId, 'passkey.remove');
      return c.body(null, 204);
    })
    .get('/api/admin/users/:id/factors', async (c) => {
      const {
        totpSince,
        recoveryCodesLeft,
        passkeys: own,
        passkeyAfterPassword,
      } = await store.of(await userIdOf(c));
      return c.json({
        totp: totpSince !== null,
        recovery_codes_left: recoveryCodesLeft,
        passkeys: own.length,
        passkey_after_password: passkeyAfterPassword,
      });
    })
    .delete('/api/admin/users/:id/factors', async (c) => {
      const userId = await userIdOf(c);
      // That would get round the password that every such change takes.
      if (userId === principalOf(c).userId)
        throw new Problem('conflict', { detail: 'Change your own second factors on your page Profile.' });
      await store.removeAll(userId);
      tellOwner(userId, 'factors.reset');
      return c.body(null, 204);
    });

  async function userIdOf(c: Context): Promise<string> {
    const id = z.uuid().safeParse(c.req.param('id'));
    if (!id.success || !(await store.isUser(id.data))) throw new Problem('not-found');
    return id.data;
  }
}

function factorsOf({
  totpSince,
  recoveryCodesLeft,
  passkeys,
  passkeyAfterPassword,
}: Factors): Omit<wire.Factors, 'has_password'> {
  return {
    totp: { enabled: totpSince !== null, since: totpSince?.toISOString() ?? null },
    recovery_codes_left: recoveryCodesLeft,
    passkeys: passkeys.map(passkeyOf),
    passkey_after_password: passkeyAfterPassword,
  };
}

function passkeyOf({ id, name, isSynced, createdAt, lastUsedAt }: Passkey): wire.Passkey {
  return {
    id,
    name,
    is_synced: isSynced,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
  };
}
