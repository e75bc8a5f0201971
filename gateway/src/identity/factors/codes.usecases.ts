/** The authenticator app and the recovery codes: put in force, asked, taken away. */
import { randomBytes } from 'node:crypto';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { CodeLimits } from './code-limits.ts';
import { readTotpCode } from './factors.rules.ts';
import type { Factors, Person } from './factors.types.ts';
import {
  readRecoveryCode,
  recoveryCodeHash,
  recoveryCodeRandomBytes,
  recoveryCodesFrom,
} from './recovery-codes.rules.ts';
import { newTotpSecret, stepOfCode, totpKey } from './totp.ts';

type Deps = {
  store: {
    of: (userId: string) => Promise<Factors>;
    totp: (userId: string) => Promise<{ secret: Uint8Array; isConfirmed: boolean } | null>;
    startTotp: (userId: string, secret: Uint8Array, at: Date) => Promise<boolean>;
    confirmTotp: (userId: string, step: number, codeHashes: readonly Buffer[], at: Date) => Promise<boolean>;
    useStep: (userId: string, step: number) => Promise<boolean>;
    removeTotp: (userId: string) => Promise<void>;
    replaceCodes: (userId: string, codeHashes: readonly Buffer[]) => Promise<void>;
    useCode: (userId: string, codeHash: Buffer, at: Date) => Promise<boolean>;
    choosePasskeyAfterPassword: (userId: string, chosen: boolean) => Promise<void>;
  };
  secrets: {
    seal: (plain: Uint8Array, context: string) => Buffer;
    open: (sealed: Uint8Array, context: string) => Buffer | null;
  };
  recoveryKey: Uint8Array;
  limits: CodeLimits;
  /** Who gives out the code, as the app shows it. */
  issuer: string;
  now: () => number;
};

export type CodeUseCases = ReturnType<typeof codeUseCases>;

export function codeUseCases({ store, secrets, recoveryKey, limits, issuer, now }: Deps) {
  const hashOf = (userId: string) => (code: string) =>
    recoveryCodeHash(recoveryKey, userId, readRecoveryCode(code) ?? '');

  const stepFor = async (userId: string, typed: string, isConfirmed: boolean): Promise<number | null> => {
    const kept = await store.totp(userId);
    const code = readTotpCode(typed);
    if (!kept || kept.isConfirmed !== isConfirmed || code === null) return null;
    const secret = secrets.open(kept.secret, userId);
    if (!secret) throw new Error('the secret of an authenticator app was sealed with another key');
    return stepOfCode(secret, code, now());
  };

  const fits = async (userId: string, typed: string): Promise<boolean> => {
    const step = await stepFor(userId, typed, true);
    if (step !== null) return store.useStep(userId, step);
    const code = readRecoveryCode(typed);
    return (
      code !== null && store.useCode(userId, recoveryCodeHash(recoveryKey, userId, code), new Date(now()))
    );
  };

  /** A code of the app or a recovery code; either is used up. @throws Problem 429, 401 */
  const proveCode = async (userId: string, typed: string): Promise<void> => {
    await limits.attempt(userId);
    if (!(await fits(userId, typed)))
      throw new Problem('second-factor-failed', { detail: 'The code is wrong, or was used before.' });
    await limits.succeeded(userId);
  };

  /** The same of somebody who is signed in. @throws Problem 429, 422 */
  const proveOwnCode = async (userId: string, typed: string): Promise<void> => {
    await limits.attempt(userId);
    if (!(await fits(userId, typed))) throw wrongCode('The code is wrong, or was used before.');
    await limits.succeeded(userId);
  };

  const newCodes = (): string[] => recoveryCodesFrom(randomBytes(recoveryCodeRandomBytes));

  return {
    proveCode,
    /** What the app needs to know. Not in force until confirmed. @throws Problem 409 */
    start: async ({ id, email }: Person): Promise<{ uri: string; secret: string }> => {
      const secret = newTotpSecret();
      if (!(await store.startTotp(id, secrets.seal(secret, id), new Date(now()))))
        throw new Problem('conflict', { detail: 'An authenticator app is in use. Turn it off first.' });
      return totpKey(secret, issuer, email);
    },
    /** @returns the recovery codes, for once @throws Problem 422, 429 */
    confirm: async (userId: string, typed: string): Promise<string[]> => {
      await limits.attempt(userId);
      const step = await stepFor(userId, typed, false);
      if (step === null) throw wrongCode('This is not the code that the app shows now.');
      await limits.succeeded(userId);
      const codes = newCodes();
      if (!(await store.confirmTotp(userId, step, codes.map(hashOf(userId)), new Date(now()))))
        throw new Problem('conflict', { detail: 'The authenticator app is in force already.' });
      return codes;
    },
    /** @throws Problem 409, 422, 429 */
    turnOff: async (userId: string, typed: string): Promise<void> => {
      if (!(await store.of(userId)).totpSince)
        throw new Problem('conflict', { detail: 'No authenticator app is in use.' });
      await proveOwnCode(userId, typed);
      await store.removeTotp(userId);
    },
    /** In place of the old ones. With an authenticator app in force it takes a code of it. @throws Problem 409, 422, 429 */
    renewCodes: async (userId: string, typed: string | undefined): Promise<string[]> => {
      const { totpSince, passkeyAfterPassword } = await store.of(userId);
      if (!totpSince && !passkeyAfterPassword)
        throw new Problem('conflict', { detail: 'Recovery codes come with a second factor.' });
      if (totpSince) await proveOwnCode(userId, typed ?? '');
      const codes = newCodes();
      await store.replaceCodes(userId, codes.map(hashOf(userId)));
      return codes;
    },
    /** @returns recovery codes, for once, where there were none left @throws Problem 409 */
    choosePasskeyAfterPassword: async (userId: string, chosen: boolean): Promise<string[] | null> => {
      const { passkeys, recoveryCodesLeft } = await store.of(userId);
      if (chosen && passkeys.length === 0) throw new Problem('conflict', { detail: 'Add a passkey first.' });
      await store.choosePasskeyAfterPassword(userId, chosen);
      if (!chosen || recoveryCodesLeft > 0) return null;
      const codes = newCodes();
      await store.replaceCodes(userId, codes.map(hashOf(userId)));
      return codes;
    },
  };
}

function wrongCode(detail: string): Problem {
  return new Problem('invalid', { errors: [{ pointer: '/code', detail }] });
}
