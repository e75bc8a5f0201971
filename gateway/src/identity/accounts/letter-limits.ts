/**
 * Limits on what strangers ask for without an account: nobody's mailbox is filled by somebody else, from however many places; and nobody asks
 * for one e-mail after the other whether it is taken, which registering without mail must say (hazard S5).
 */
import { createHash } from 'node:crypto';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Pool } from 'pg';
import { formatWait } from '#platform/format-wait.ts';
import { isWithin, limiter, secondsUntilOpen } from './sign-in-limits.ts';

export type LetterLimits = {
  /**
   * @param network of whoever asks: no network uses up what others may ask for
   * @returns `false` when the address had enough: nobody is told, for that would tell whether it is known
   */
  mayWrite: (email: string, network: string) => Promise<boolean>;
  /** @throws Problem 429 with `retry-after`: one network asks for too many, for whomever */
  assertMayAsk: (network: string, what: 'new password' | 'new account') => Promise<void>;
};

const perSeconds = 15 * 60;
const lettersPerAddress = 9;
const lettersPerAddressFromOne = 3;
const requestsPerNetwork = 30;

/** @param pool `null` counts in memory alone */
export function createLetterLimits(pool: Pool | null): LetterLimits {
  const byAddress = limiter(pool, 'letters', lettersPerAddress, perSeconds);
  const byAddressFromOne = limiter(pool, 'letters-from-one', lettersPerAddressFromOne, perSeconds);
  const byNetwork = {
    'new password': limiter(pool, 'letter-network', requestsPerNetwork, perSeconds),
    'new account': limiter(pool, 'register-network', requestsPerNetwork, perSeconds),
  };
  return {
    mayWrite: async (email, network) =>
      (await isWithin(byAddressFromOne, keyOf(`${email}\n${network}`))) && isWithin(byAddress, keyOf(email)),
    assertMayAsk: async (network, what) => {
      if (await isWithin(byNetwork[what], network)) return;
      const seconds = secondsUntilOpen(await byNetwork[what].get(network)) ?? perSeconds;
      const asked =
        what === 'new account'
          ? 'Too many accounts asked for from your network.'
          : 'Too many letters asked for.';
      throw new Problem('too-many-requests', {
        detail: say`${asked} Try again in ${formatWait(seconds)}.`,
        headers: { 'retry-after': String(seconds) },
      });
    },
  };
}

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
