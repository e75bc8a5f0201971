/** What proves a person beside or in place of a password. */
import {
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { request } from '#api/client.ts';
import type { Passkey, Session } from '#api/types.ts';
import { t } from '#words/words.ts';

/** A person may look at the browser's window and close it: that is no failure of anything. */
export class PasskeyNotUsed extends Error {
  override readonly name = 'PasskeyNotUsed';
}

/** The browser asks; the session opens. @throws ApiError, PasskeyNotUsed */
export async function signInWithPasskey(): Promise<Session> {
  const options = await post<PublicKeyCredentialRequestOptionsJSON>('/api/auth/session/passkey-options', {});
  const credential = await asked(() => startAuthentication({ optionsJSON: options }));
  return post<Session>('/api/auth/session/passkey', { credential });
}

/**
 * Lets the browser offer passkeys among what it fills into the e-mail field. Resolves when the person has
 * chosen one.
 * @returns `null`: the browser cannot, another way was taken, or the offer became too old
 */
export async function offerPasskeys(): Promise<Session | null> {
  if (!(await browserSupportsWebAuthnAutofill())) return null;
  const options = await post<PublicKeyCredentialRequestOptionsJSON>('/api/auth/session/passkey-options', {});
  let credential;
  try {
    credential = await startAuthentication({ optionsJSON: options, useBrowserAutofill: true });
  } catch {
    return null;
  }
  return post<Session>('/api/auth/session/passkey', { credential });
}

export function withdrawPasskeyOffer(): void {
  WebAuthnAbortService.cancelCeremony();
}

/** As the step after a password. @throws ApiError, PasskeyNotUsed */
export async function finishWithPasskey(ticket: string): Promise<Session> {
  const options = await post<PublicKeyCredentialRequestOptionsJSON>(
    '/api/auth/session/second-factor/passkey-options',
    { ticket },
  );
  const credential = await asked(() => startAuthentication({ optionsJSON: options }));
  return post<Session>('/api/auth/session/second-factor', { ticket, credential });
}

/** @throws ApiError, PasskeyNotUsed */
export async function finishWithCode(ticket: string, code: string): Promise<Session> {
  return post<Session>('/api/auth/session/second-factor', { ticket, code });
}

/** @throws ApiError, PasskeyNotUsed */
export async function addPasskey(proof: { password?: string }, name: string): Promise<Passkey> {
  const options = await post<PublicKeyCredentialCreationOptionsJSON>('/api/auth/passkeys/options', proof);
  const credential = await asked(() => startRegistration({ optionsJSON: options }));
  return post<Passkey>('/api/auth/passkeys', { credential, ...(name === '' ? {} : { name }) });
}

async function post<T>(path: string, body: unknown): Promise<T> {
  return (await request<T>(path, { method: 'POST', body, asksWhoIAm: true })).data;
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    const isKnown =
      cause instanceof WebAuthnError && cause.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED';
    throw new PasskeyNotUsed(
      isKnown
        ? t('This device has a passkey for your account already.')
        : t('No passkey was used. Try again, or take another way.'),
      {
        cause,
      },
    );
  }
}
