/** What the address of the sign-in page says when somebody comes back from a provider. */
import { t } from '#words/words.ts';

export type SecondStepAsked = { ticket: string; methods: readonly string[] };

/** The fragment reaches no server: there the ticket of a second step is. `null`: none. */
export function secondStepIn(hash: string): SecondStepAsked | null {
  const fragment = new URLSearchParams(hash.replace(/^#/, ''));
  const ticket = fragment.get('ticket');
  if (ticket === null || !/^[\w-]{40,512}$/.test(ticket)) return null;
  return { ticket, methods: (fragment.get('methods') ?? '').split(',').filter((method) => method !== '') };
}

type Mismatch = { listed: string; told: string };

const words: Readonly<Record<string, (provider: string, mismatch?: Mismatch) => string>> = {
  'provider-unavailable': (provider) =>
    t('{provider} does not answer right now. Sign in another way, or try again in a while.', { provider }),
  'provider-refused': (provider) => t('{provider} did not sign you in.', { provider }),
  'issuer-differs': (provider, mismatch) =>
    mismatch
      ? t(
          'Nobody can sign in with {provider} yet: this Berth spells its issuer “{listed}”, and ' +
            '{provider} itself “{told}”. An administrator must write it as {provider} does.',
          { provider, listed: mismatch.listed, told: mismatch.told },
        )
      : t(
          'Nobody can sign in with {provider} yet: this Berth spells its issuer otherwise than ' +
            '{provider} itself. Ask an administrator.',
          { provider },
        ),
  'sign-in-expired': () => t('That took too long, or began in another window. Try again.'),
  'email-not-verified': (provider) =>
    t(
      '{provider} does not say that your e-mail is verified. Have it verified there, or sign in another way.',
      { provider },
    ),
  'email-differs': (provider) => t('The e-mail at {provider} is not the one of this account.', { provider }),
  'link-first': (provider) =>
    t(
      'There is an account with this e-mail already. Sign in as before, then link {provider} ' +
        'on your profile page.',
      { provider },
    ),
  'no-account': () => t('There is no account for you here yet. Ask an administrator for one.'),
  'account-disabled': () => t('This account cannot be used. Ask an administrator.'),
  'identity-taken': (provider) => t('This {provider} is linked to another account.', { provider }),
};

/**
 * For a person. `null`: the address tells of no problem that we know. @param provider as the gateway offers it: nothing
 * but the problem's code is taken from the address
 */
export function problemWords(
  problem: unknown,
  provider: { name: string; issuer_mismatch?: Mismatch } | undefined,
): string | null {
  if (typeof problem !== 'string' || !Object.hasOwn(words, problem)) return null;
  return words[problem]?.(provider?.name ?? t('The provider'), provider?.issuer_mismatch) ?? null;
}
