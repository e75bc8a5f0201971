/** The step after the password: a ticket says whose it is, for five minutes and one session. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Factors, Method } from './factors.types.ts';
import type { OneTimeToken, OneTimeTokens } from './one-time-tokens.ts';

type Deps = {
  store: {
    of: (userId: string) => Promise<Factors>;
    /** Whether the password alone does not open the account. */
    wantsSecondStep: (userId: string) => Promise<boolean>;
    isSpent: (tokenHash: Buffer) => Promise<boolean>;
    spend: (tokenHash: Buffer, expiresAt: Date) => Promise<boolean>;
  };
  tickets: OneTimeTokens;
};

export type SecondStepUseCases = ReturnType<typeof secondStepUseCases>;

/** Whose password was right, and which one it was: a ticket ends with the password that it was given for. */
export type Proved = { id: string; credentialsVersion: number };

export type SecondStep = { ticket: string; methods: Method[]; expiresAt: number };

export function secondStepUseCases({ store, tickets }: Deps) {
  /** @throws Problem 401 for a ticket that is not ours, over or used */
  const read = async (ticket: string): Promise<OneTimeToken> => {
    const token = tickets.read(ticket);
    if (!token || (await store.isSpent(token.tokenHash))) throw new Problem('sign-in-expired');
    return token;
  };
  return {
    /** To be called when the password was right. `null`: it is enough. */
    begin: async ({ id: userId, credentialsVersion }: Proved): Promise<SecondStep | null> => {
      // Most have none, and each sign-in asks: one short question goes before the long ones.
      if (!(await store.wantsSecondStep(userId))) return null;
      const methods = methodsOf(await store.of(userId));
      if (methods.length === 0) return null;
      const { bytes, expiresAt } = tickets.issue(`${userId}/${credentialsVersion}`);
      return { ticket: bytes.toString('base64url'), methods, expiresAt };
    },
    /** @returns whose it is */
    userOf: async (ticket: string): Promise<string> => provedBy(await read(ticket)).id,
    /** @param prove throws unless the second factor is right; a wrong one leaves the ticket good @returns who may have a session, if the password is still the one of the ticket */
    finish: async (ticket: string, prove: (userId: string) => Promise<void>): Promise<Proved> => {
      const token = await read(ticket);
      const proved = provedBy(token);
      await prove(proved.id);
      if (!(await store.spend(token.tokenHash, new Date(token.expiresAt))))
        throw new Problem('sign-in-expired');
      return proved;
    },
  };
}

function provedBy({ subject }: OneTimeToken): Proved {
  const [id = '', version] = subject.split('/');
  return { id, credentialsVersion: Number(version) };
}

/** None: the password is enough. */
function methodsOf({ totpSince, passkeyAfterPassword, passkeys, recoveryCodesLeft }: Factors): Method[] {
  if (!totpSince && !passkeyAfterPassword) return [];
  return [
    ...(totpSince ? (['totp'] as const) : []),
    ...(passkeys.length > 0 ? (['passkey'] as const) : []),
    ...(recoveryCodesLeft > 0 ? (['recovery'] as const) : []),
  ];
}
