/** Set-up, registration, sign-in, passwords; and what admins do with accounts. */
import { safeEqual } from '@berth/plugin-kit/base/safe-equal.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Account, AccountsStore, Also, Registration, UserChange } from './accounts.types.ts';
import { refuseWeak } from './password-policy.rules.ts';
import type { Passwords } from './passwords.ts';
import type { Client, SignInLimits } from './sign-in-limits.ts';

type Deps = {
  store: AccountsStore;
  passwords: Passwords;
  limits: SignInLimits;
  /** `null`: there is no token, so nobody can set up. */
  setupToken: string | null;
  registration: () => Registration;
  /** For a browser, and what is kept of it. */
  newToken: () => { token: string; tokenHash: Buffer };
  rightsChanged: (userId: string) => void;
  now: () => number;
};

type Credentials = { email: string; password: string };
/** `openedAt`: milliseconds since the epoch; `null`: not by a sign-in in a browser. */
type OpenedSession = { id: string; openedAt: number | null };
type NewUser = Credentials & { name?: string | null | undefined };
type AddedUser = Omit<NewUser, 'password'> & { password?: string | undefined };

export type AccountUseCases = ReturnType<typeof accountUseCases>;

/** Stands for the account in the limits of what needs no account. */
const setupAccount = 'set-up';
/** A count of its own for each account, from wherever the person is signed in. */
const signedIn: Client = { network: '', device: 'signed in' };
const freshSignInMs = 10 * 60_000;

export function accountUseCases({
  store,
  passwords,
  limits,
  setupToken,
  registration,
  newToken,
  rightsChanged,
  now,
}: Deps) {
  /**
   * The first step of a sign-in. @throws Problem 503, 429, 401 the same for wrong password, unknown and
   * inactive
   */
  const provePassword = ({ email, password }: Credentials, client: Client): Promise<Account> =>
    passwords.admit(async () => {
      let account: Account | null = null;
      const isRight = await limits.trySignIn(email, client, async () => {
        const found = await store.byEmail(email);
        account = found;
        const fits = await passwords.verify(found?.passwordHash ?? null, password);
        return fits && found?.isActive === true;
      });
      if (!isRight || !account) throw new Problem('sign-in-failed');
      return account;
    });

  /** @param signedInAt milliseconds since the epoch; `null`: not by a sign-in @throws Problem 403 */
  const assertFresh = (signedInAt: number | null): void => {
    if (signedInAt !== null && now() - signedInAt <= freshSignInMs) return;
    throw new Problem('not-allowed', {
      detail: 'Sign out and in again first: this needs a sign-in of the last ten minutes.',
    });
  };

  /**
   * Of somebody who is signed in: strangers who guess at the account do not hold them up. @throws Problem 422
   * at `pointer`, 429
   */
  const proveOwnPassword = async (account: Account, password: string, pointer: string): Promise<void> => {
    const isRight = await limits.trySignIn(account.email, signedIn, async () =>
      passwords.verify(await store.passwordHashOf(account.id), password),
    );
    if (!isRight)
      throw new Problem('invalid', { errors: [{ pointer, detail: 'This is not your password.' }] });
  };

  return {
    isSetupWanted: () => store.isEmpty(),
    /** @throws Problem 409 when an account exists, 403 for a wrong token, 422 */
    setUp: async (
      { token, email, password, name }: NewUser & { token: string },
      network: string,
    ): Promise<Account> => {
      if (!(await store.isEmpty())) throw new Problem('already-set-up');
      const isRight = await limits.tryOnce(setupAccount, network, () =>
        Promise.resolve(setupToken !== null && safeEqual(token, setupToken)),
      );
      if (!isRight)
        throw new Problem('not-allowed', {
          detail: 'The set-up token is wrong. It was printed where Berth was started.',
        });
      refuseWeak(password, { email, name });
      const account = await store.createFirst({
        email,
        name: name ?? null,
        passwordHash: await passwords.hash(password),
        isSuperuser: true,
      });
      if (!account) throw new Problem('already-set-up');
      return account;
    },
    /** @throws Problem 403 when closed, 409 before set-up */
    assertMayRegister: async (isInvited: boolean): Promise<void> => {
      if (registration() === 'closed')
        throw new Problem('not-allowed', { detail: 'Registration is closed. Ask an admin for an account.' });
      if (registration() === 'invited' && !isInvited)
        throw new Problem('not-allowed', { detail: 'Registration is by invitation. Ask an admin for one.' });
      if (await store.isEmpty())
        throw new Problem('conflict', { detail: 'The first account is made by set-up.' });
    },
    /** The same work whether the e-mail is taken or not. @throws Problem 422, 400 */
    register: (user: NewUser): Promise<Account> => create(user, false, store.create),
    provePassword,
    /**
     * Ends every other session, every access token and every link; the browser that asked goes on with a new
     * secret. The first password of somebody who has none takes a sign-in of the last ten minutes in place of
     * the present one.
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
      // Who reset it meanwhile, by a link, wants nobody in who knew the old one.
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
    /**
     * For somebody whom a provider vouches for. `null`: the e-mail or what `also` keeps is taken, or nobody
     * has set up yet.
     */
    createWithoutPassword: async (email: string, name: string | null, also: Also): Promise<Account | null> =>
      (await store.isEmpty())
        ? null
        : store.createVouched({ email, name, passwordHash: null, isSuperuser: false }, also),
    byEmail: async (email: string): Promise<Account | null> => store.byEmail(email),
    /** By an admin. Without a password it opens once a link has chosen one. @throws Problem 422, 400 */
    create: (user: AddedUser & { isSuperuser: boolean }) =>
      create(user, user.isSuperuser, (account) => store.createVouched(account)),
    /** @throws Problem 404, 409 for the last active superuser */
    change: async (id: string, change: UserChange): Promise<Account> => {
      const outcome = await store.change(id, change);
      if (outcome === 'unknown') throw new Problem('not-found');
      if (outcome === 'last-superuser')
        throw new Problem('conflict', {
          detail: 'This is the last active superuser. Make another one first.',
        });
      rightsChanged(id);
      return outcome;
    },
    byId: store.byId,
    page: store.page,
  };

  async function create(
    { email, password, name }: AddedUser,
    isSuperuser: boolean,
    keep: AccountsStore['create'],
  ): Promise<Account> {
    if (password !== undefined) refuseWeak(password, { email, name });
    const account = await keep({
      email,
      name: name ?? null,
      passwordHash: password === undefined ? null : await passwords.hash(password),
      isSuperuser,
    });
    if (!account)
      throw new Problem('email-taken', {
        errors: [{ pointer: '/email', detail: 'This e-mail cannot be registered.' }],
      });
    return account;
  }
}
