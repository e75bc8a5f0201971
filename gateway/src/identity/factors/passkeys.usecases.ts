/** Passkeys: made by somebody who is signed in, and what signs in with them (WebAuthn level 3). */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { challengeIn, type Assertion, type CreatedCredential } from './factors.rules.ts';
import type { Factors, NewPasskey, Passkey, Person } from './factors.types.ts';
import type { OneTimeToken, OneTimeTokens } from './one-time-tokens.ts';
import type { RelyingParty } from './relying-party.rules.ts';

type Deps = {
  store: {
    of: (userId: string) => Promise<Factors>;
    passkey: (credentialId: string) => Promise<Passkey | null>;
    addPasskey: (passkey: NewPasskey) => Promise<Passkey | null>;
    notePasskeyUse: (id: string, counter: number, at: Date) => Promise<boolean>;
    spend: (tokenHash: Buffer, expiresAt: Date) => Promise<boolean>;
  };
  challenges: OneTimeTokens;
  challengeLifetimeMs: number;
  now: () => number;
};

export type PasskeyUseCases = ReturnType<typeof passkeyUseCases>;

const maxPasskeys = 30;
const knownTransports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
/** Whoever signs in without a password is not known yet. */
const anybody = 'anybody';

/** Loaded with the first passkey: a gateway without them does without its memory. */
const webAuthn = () => import('@simplewebauthn/server');

export function passkeyUseCases({ store, challenges, challengeLifetimeMs, now }: Deps) {
  const challengeFor = (subject: string) => Uint8Array.from(challenges.issue(subject).bytes);

  /** The challenge that came back signed. @throws Problem 401 unless it is ours, for that subject, and in time */
  const readChallenge = (clientDataJSON: string, subject: string): OneTimeToken => {
    const token = challenges.read(challengeIn(clientDataJSON) ?? '');
    if (!token || token.subject !== subject) throw new Problem('sign-in-expired');
    return token;
  };

  /** Each challenge is good once, whatever came of it. @throws Problem 401 */
  const spend = async ({ tokenHash, expiresAt }: OneTimeToken): Promise<void> => {
    if (!(await store.spend(tokenHash, new Date(expiresAt)))) throw new Problem('sign-in-expired');
  };

  const prove = async (
    given: Assertion,
    subject: string,
    { origin, rpId }: RelyingParty,
    isSecondStep: boolean,
  ): Promise<Passkey> => {
    const challenge = readChallenge(given.response.clientDataJSON, subject);
    await spend(challenge);
    const passkey = await store.passkey(given.id);
    if (!passkey) throw refused();
    const { userHandle, ...response } = given.response;
    const isTheirs =
      userHandle == null ? isSecondStep : userHandle === userHandleOf(passkey.userId).toString('base64url');
    if (!isTheirs) throw refused();
    const { verifyAuthenticationResponse } = await webAuthn();
    const verified = await verifyAuthenticationResponse({
      response: { id: given.id, rawId: given.rawId, type: given.type, clientExtensionResults: {}, response },
      expectedChallenge: () => true,
      expectedOrigin: origin,
      expectedRPID: rpId,
      credential: {
        id: passkey.credentialId,
        publicKey: passkey.publicKey,
        counter: Number(passkey.counter),
      },
      // Alone it stands for both factors, so the device must have asked who holds it.
      requireUserVerification: !isSecondStep,
    }).catch((cause: unknown) => {
      throw refused(cause);
    });
    if (
      !verified.verified ||
      !(await store.notePasskeyUse(passkey.id, verified.authenticationInfo.newCounter, new Date(now())))
    )
      throw refused();
    return passkey;
  };

  return {
    /** For `navigator.credentials.create()`. */
    creationOptions: async (person: Person, { rpId }: RelyingParty) =>
      (await webAuthn()).generateRegistrationOptions({
        rpName: 'Berth',
        rpID: rpId,
        userName: person.email,
        userDisplayName: person.name ?? person.email,
        userID: Uint8Array.from(userHandleOf(person.id)),
        challenge: challengeFor(`register:${person.id}`),
        timeout: challengeLifetimeMs,
        attestationType: 'none',
        excludeCredentials: (await store.of(person.id)).passkeys.map(described),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      }),
    /** @throws Problem 401 for a challenge that is over or used, 409, 422 */
    add: async (
      person: Person,
      given: CreatedCredential,
      name: string | undefined,
      party: RelyingParty,
    ): Promise<Passkey> => {
      await spend(readChallenge(given.response.clientDataJSON, `register:${person.id}`));
      if ((await store.of(person.id)).passkeys.length >= maxPasskeys)
        throw new Problem('conflict', { detail: say`At most ${maxPasskeys} passkeys.` });
      const { credential, credentialBackedUp, credentialDeviceType } = await verifiedCreation(given, party);
      const isSynced = credentialBackedUp || credentialDeviceType === 'multiDevice';
      const passkey = await store.addPasskey({
        userId: person.id,
        credentialId: credential.id,
        publicKey: Uint8Array.from(credential.publicKey),
        counter: BigInt(credential.counter),
        transports: given.response.transports,
        name: name ?? (isSynced ? 'Synced passkey' : 'Passkey of a device'),
        isSynced,
        createdAt: new Date(now()),
      });
      if (!passkey) throw new Problem('conflict', { detail: 'This passkey is registered already.' });
      return passkey;
    },
    /** For a sign-in without a password: the device offers what it has. */
    signInOptions: async ({ rpId }: RelyingParty) =>
      (await webAuthn()).generateAuthenticationOptions({
        rpID: rpId,
        challenge: challengeFor(anybody),
        timeout: challengeLifetimeMs,
        userVerification: 'required',
      }),
    /** For the step after a password. */
    secondStepOptions: async (userId: string, { rpId }: RelyingParty) =>
      (await webAuthn()).generateAuthenticationOptions({
        rpID: rpId,
        challenge: challengeFor(`second-step:${userId}`),
        timeout: challengeLifetimeMs,
        userVerification: 'preferred',
        allowCredentials: (await store.of(userId)).passkeys.map(described),
      }),
    /** @returns whose passkey it is @throws Problem 401 */
    proveAlone: async (given: Assertion, party: RelyingParty): Promise<string> =>
      (await prove(given, anybody, party, false)).userId,
    /** @throws Problem 401 */
    proveSecondStep: async (userId: string, given: Assertion, party: RelyingParty): Promise<void> => {
      const passkey = await prove(given, `second-step:${userId}`, party, true);
      if (passkey.userId !== userId) throw refused();
    },
  };
}

/** @throws Problem 422 */
async function verifiedCreation(given: CreatedCredential, { origin, rpId }: RelyingParty) {
  const { clientDataJSON, attestationObject } = given.response;
  const { verifyRegistrationResponse } = await webAuthn();
  const verified = await verifyRegistrationResponse({
    response: {
      id: given.id,
      rawId: given.rawId,
      type: given.type,
      clientExtensionResults: {},
      response: { clientDataJSON, attestationObject },
    },
    expectedChallenge: () => true,
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: true,
  }).catch((cause: unknown) => {
    throw unfit(cause);
  });
  if (!verified.verified) throw unfit();
  return verified.registrationInfo;
}

/** Opaque to the device, and never an e-mail: the account's id as bytes. */
function userHandleOf(userId: string): Buffer {
  return Buffer.from(userId.replaceAll('-', ''), 'hex');
}

function described({ credentialId, transports }: Passkey) {
  return {
    id: credentialId,
    transports: knownTransports.filter((transport) => transports.includes(transport)),
  };
}

function refused(cause?: unknown): Problem {
  return new Problem('second-factor-failed', { detail: 'This passkey was not accepted.', cause });
}

function unfit(cause?: unknown): Problem {
  return new Problem('invalid', {
    errors: [{ pointer: '/credential', detail: 'The passkey could not be registered.' }],
    cause,
  });
}
