/** A signed-in person proves their identity by the password, and changes it. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Account, AccountsStore } from './accounts.types.ts';
import { refuseWeak } from './password-policy.rules.ts';
import type { Passwords } from './passwords.ts';
import type { Client, SignInLimits } from './sign-in-limits.ts';

export type OwnPasswordDeps = {
  store: Pick<AccountsStore, 'byId' | 'passwordHashOf' | 'changePassword'>;
  passwords: Pick<Passwords, 'hash' | 'verify'>;
  limits: Pick<SignInLimits, 'trySignIn'>;
  /** For a browser, and what is kept of it. */
  newToken: () => { token: string; tokenHash: Buffer };
  rightsChanged: (userId: string) => void;
  now: () => number;
};

/** `openedAt`: milliseconds since the epoch; `null`: not by a sign-in in a browser. */
type OpenedSession = { id: string; openedAt: number | null };

/** A count of its own for each account, from wherever the person is signed in. */
const signedIn: Client = { network: '', device: 'signed in' };
const freshSignInMs = 10 * 60_000;

export function ownPasswordUseCases({
  store,
  passwords,
  limits,
  newToken,
  rightsChanged,
  now,
}: OwnPasswordDeps) {
  /** @param signedInAt milliseconds since the epoch; `null`: not by a sign-in @throws Problem 403 */
  const assertFresh = (signedInAt: number | null): void => {
    if (signedInAt !== null && now() - signedInAt <= freshSignInMs) return;
    throw new Problem('not-allowed', {
      detail: 'Sign out and in again first: this needs a sign-in of the last ten minutes.',
    });
  };

  /**
   * Tries of a signed-in person are counted apart: guesses of strangers do not hold them up. @throws Problem
   * 422 at `pointer`, 429
   */
  const proveOwnPassword = async (account: Account, password: string, pointer: string): Promise<void> => {
    const isRight = await limits.trySignIn(account.email, signedIn, async () =>
      passwords.verify(await store.passwordHashOf(account.id), password),
    );
    if (!isRight)
      throw new Problem('invalid', { errors: [{ pointer, detail: 'This is not your password.' }] });
  };

  return {
    /**
     * Ends every other session, every access token and every link; the browser that asked goes on with a new
     * secret. An account without a password sets its first one after a sign-in of the last ten minutes, in
     * place of the present one.
     * @returns the new secret @throws Problem 422, 403, 429, 409 when the password changed meanwhile
     */
    changePassword: async (
      userId: string,
      session: OpenedSession,
      currentPassword: string | undefined,
      newPassword: string,
    ): Promise<string> => {
      const account = await store.byId(userId);
      if (!account) throw new Problem('not-signed-in');
      if ((await store.passwordHashOf(userId)) === null) assertFresh(session.openedAt);
      else await proveOwnPassword(account, currentPassword ?? '', '/current_password');
      refuseWeak(newPassword, account, '/new_password');
      const { token, tokenHash } = newToken();
      const { id, credentialsVersion } = account;
      const passwordHash = await passwords.hash(newPassword);
      // A reset by a link meanwhile counts more: the old password must let no one in.
      if (
        !(await store.changePassword({
          id,
          credentialsVersion,
          passwordHash,
          keep: { sessionId: session.id, tokenHash },
        }))
      )
        throw new Problem('conflict', {
          detail: 'The password was changed meanwhile. Sign in with the new one.',
        });
      rightsChanged(userId);
      return token;
    },
    /**
     * That it is really them, before anything changes how they sign in: by the password; where there is none,
     * by a sign-in of the last ten minutes. @param signedInAt milliseconds since the epoch @throws Problem
     * 422 at `/password`, 403, 429
     */
    confirmPerson: async (
      userId: string,
      password: string | undefined,
      signedInAt: number | null,
    ): Promise<void> => {
      const account = await store.byId(userId);
      if (!account) throw new Problem('not-signed-in');
      if ((await store.passwordHashOf(userId)) !== null)
        return proveOwnPassword(account, password ?? '', '/password');
      assertFresh(signedInAt);
    },
    hasPassword: async (userId: string): Promise<boolean> => (await store.passwordHashOf(userId)) !== null,
  };
}
