/** Set-up, registration, sign-in, passwords; and what admins do with accounts. */
import { safeEqual } from '@berth/plugin-kit/base/safe-equal.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Account, AccountsStore, Also, Registration, UserChange } from './accounts.types.ts';
import { ownPasswordUseCases, type OwnPasswordDeps } from './own-password.usecases.ts';
import { refuseWeak } from './password-policy.rules.ts';
import type { Passwords } from './passwords.ts';
import type { Client, SignInLimits } from './sign-in-limits.ts';

type Deps = OwnPasswordDeps & {
  store: AccountsStore;
  passwords: Passwords;
  limits: SignInLimits;
  /** `null`: there is no token, so nobody can set up. */
  setupToken: string | null;
  registration: () => Registration;
};

type Credentials = { email: string; password: string };
type NewUser = Credentials & { name?: string | null | undefined };
type AddedUser = Omit<NewUser, 'password'> & { password?: string | undefined };

export type AccountUseCases = ReturnType<typeof accountUseCases>;

/** Stands for the account in the limits of what needs no account. */
const setupAccount = 'set-up';

export function accountUseCases(deps: Deps) {
  const { store, passwords, limits, setupToken, registration, rightsChanged } = deps;
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
    ...ownPasswordUseCases(deps),
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
