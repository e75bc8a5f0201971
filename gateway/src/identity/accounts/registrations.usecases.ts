/**
 * Registering by mail. Anybody can register anybody's e-mail, so two things open the account, and neither alone: the letter, which shows whose
 * mailbox it is, and the password of the very registration that the letter belongs to, which shows who registered.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Account } from './accounts.types.ts';
import { momentWords, takenLetter, verifyLetter, type Letter } from './letters.rules.ts';
import { refuseWeak } from './password-policy.rules.ts';
import type { Passwords } from './passwords.ts';
import type { RegistrationsStore } from './registrations.types.ts';
import type { SignInLimits } from './sign-in-limits.ts';

type Deps = {
  store: RegistrationsStore;
  passwords: Passwords;
  limits: SignInLimits;
  /** `null`: there is no mail. */
  post: ((letter: Letter) => Promise<void>) | null;
  /** Where people reach the gateway, as in letters. */
  publicUrl: string;
  /** Of letters to one address. @returns `false` when it had enough of them */
  mayWrite: (email: string, network: string) => Promise<boolean>;
  newToken: () => { token: string; tokenHash: Buffer };
  tokenHashOf: (token: string) => Buffer;
  rightsChanged: (userId: string) => void;
  now: () => number;
};

export type RegistrationUseCases = ReturnType<typeof registrationUseCases>;

type Newcomer = { email: string; password: string; name?: string | null | undefined };

const dayMs = 24 * 60 * 60_000;
const linkForMs = 2 * dayMs;
const unverifiedForMs = 7 * dayMs;

export function registrationUseCases({
  store,
  passwords,
  limits,
  post,
  publicUrl,
  mayWrite,
  newToken,
  tokenHashOf,
  rightsChanged,
  now,
}: Deps) {
  return {
    /**
     * Answers nobody whether the address is known. The slow part is the same for both; the rest is `later`, for after the answer.
     * @throws Problem 422
     */
    begin: async (
      { email, password, name = null }: Newcomer,
      network: string,
    ): Promise<{ later: () => Promise<void> }> => {
      refuseWeak(password, { email, name });
      const passwordHash = await passwords.hash(password);
      return {
        later: async () => {
          if (!post || !(await mayWrite(email, network))) return;
          const { token, tokenHash } = newToken();
          const at = now();
          const isBegun = await store.begin({
            email,
            name,
            passwordHash,
            tokenHash,
            now: new Date(at),
            expiresAt: new Date(at + linkForMs),
          });
          await post(
            isBegun
              ? verifyLetter(email, `${publicUrl}/verify#token=${token}`, 'two days', momentWords(at))
              : takenLetter(email, `${publicUrl}/sign-in`, `${publicUrl}/forgotten`),
          );
        },
      };
    },
    /** A wrong password does not spend the link. @throws Problem 400 for the link, 422 at `/password`, 429, 503 */
    verify: (token: string, password: string, network: string): Promise<Account> =>
      passwords.admit(async () => {
        const tokenHash = tokenHashOf(token);
        const waiting = await store.waiting(tokenHash, new Date(now()));
        if (!waiting) throw new Problem('link-not-good');
        if (
          !(await limits.tryOnce(waiting.email, network, () =>
            passwords.verify(waiting.passwordHash, password),
          ))
        )
          throw new Problem('invalid', {
            errors: [
              {
                pointer: '/password',
                detail: 'This letter belongs to a registration with another password.',
              },
            ],
          });
        const account = await store.open(tokenHash, new Date(now()));
        if (!account) throw new Problem('link-not-good');
        rightsChanged(account.id);
        return account;
      }),
    removeExpired: (): Promise<void> => store.removeUnverified(new Date(now() - unverifiedForMs)),
  };
}
