/** What the routes of signing up and in need of the room and of others. */
import type * as wire from '@berth/plugin-kit/contract/wire/people.ts';
import type { Context } from 'hono';
import type { Principal } from '#identity/access/principal.ts';
import type { Account, GroupName, Registration } from './accounts.types.ts';
import type { AccountUseCases } from './accounts.usecases.ts';
import type { KnownDevices } from './known-devices.ts';
import type { RecoveryUseCases } from './recovery.usecases.ts';
import type { RegistrationUseCases } from './registrations.usecases.ts';
import type { SessionUseCases } from './sessions.usecases.ts';

export type AuthRoutesDeps = {
  accounts: AccountUseCases;
  recovery: RecoveryUseCases;
  registrations: RegistrationUseCases;
  /** Runs after the answer, which must not depend on it. */
  later: (work: () => Promise<void>) => void;
  /** @throws Problem 429: one network asks for too many */
  assertMayAsk: (c: Context, what: 'new account') => Promise<void>;
  /** By mail, after the answer. */
  tellOwner: (userId: string, change: 'password.change' | 'token.reuse') => void;
  sessions: SessionUseCases;
  devices: KnownDevices;
  /** May change while the gateway runs. */
  registration: () => Registration;
  /** What `GET /api/auth/options` tells of the ways to sign in that other rooms offer. */
  otherWays: (c: Context) => Pick<wire.AuthOptions, 'passkeys' | 'providers'>;
  principalOf: (c: Context) => Principal;
  groupsOf: (userId: string) => Promise<readonly GroupName[]>;
  refreshTokenHashOf: (token: string) => Buffer;
  issueAccessToken: (
    user: { id: string; credentialsVersion: number },
    sessionId: string,
  ) => Promise<{ token: string; expiresInSeconds: number }>;
  csrfTokenOf: (sessionId: string) => string;
  /** `set-cookie` values. */
  openingCookies: (token: string, sessionId: string, expiresAt: number) => string[];
  closingCookies: () => string[];
  /** Of the session cookie that came along, good or not. */
  presentedSessionHash: (c: Context) => Buffer | null;
  clientAddressOf: (c: Context) => string;
  networkOf: (address: string) => string;
  /**
   * Asked once the password is proved. `null`: the session opens. Else what the browser is told of the second
   * step, as it goes on the wire; the session opens when that step is done, by `openSession` of the room.
   */
  secondStepFor: (
    account: { id: string; email: string; credentialsVersion: number },
    c: Context,
  ) => Promise<Record<string, unknown> | null>;
};

export type OpenSession = (c: Context, account: Account) => Promise<Record<string, unknown>>;

/** What every one of these routes is given. */
export type OpeningRoutesDeps = AuthRoutesDeps & { openSession: OpenSession };
