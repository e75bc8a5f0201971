/** The sign-in page's side: the step after the password, and passkeys in place of one. */
import { readJson } from '#platform/request-body.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { CodeUseCases } from './codes.usecases.ts';
import { passkeySignInForm, secondStepForm, ticketForm } from './factors.rules.ts';
import type { PasskeyUseCases } from './passkeys.usecases.ts';
import type { RelyingParty } from './relying-party.rules.ts';
import type { SecondStepUseCases } from './second-step.usecases.ts';

export type SignInRoutesDeps = {
  codes: CodeUseCases;
  passkeys: PasskeyUseCases;
  secondStep: SecondStepUseCases;
  /** Sets the cookies. @returns the body of the answer; `null`: unknown or disabled */
  openSession: (
    c: Context,
    userId: string,
    credentialsVersion?: number,
  ) => Promise<Record<string, unknown> | null>;
  /** @throws Problem 409 where browsers make no passkeys */
  partyOf: (c: Context) => RelyingParty;
};

const nothing = z.strictObject({});

export function signInRoutes({ codes, passkeys, secondStep, openSession, partyOf }: SignInRoutesDeps): Hono {
  const signedIn = async (c: Context, userId: string, credentialsVersion?: number) => {
    const body = await openSession(c, userId, credentialsVersion);
    if (!body) throw new Problem('sign-in-failed');
    return c.json(body);
  };
  return new Hono()
    .post('/api/auth/session/second-factor', async (c) => {
      const form = await readJson(c, secondStepForm);
      const { id, credentialsVersion } = await secondStep.finish(form.ticket, (userId) =>
        'code' in form
          ? codes.proveCode(userId, form.code)
          : passkeys.proveSecondStep(userId, form.credential, partyOf(c)),
      );
      return signedIn(c, id, credentialsVersion);
    })
    .post('/api/auth/session/second-factor/passkey-options', async (c) => {
      const { ticket } = await readJson(c, ticketForm);
      return c.json(await passkeys.secondStepOptions(await secondStep.userOf(ticket), partyOf(c)));
    })
    .post('/api/auth/session/passkey-options', async (c) => {
      await readJson(c, nothing);
      return c.json(await passkeys.signInOptions(partyOf(c)));
    })
    .post('/api/auth/session/passkey', async (c) => {
      const { credential } = await readJson(c, passkeySignInForm);
      return signedIn(c, await passkeys.proveAlone(credential, partyOf(c)));
    });
}
