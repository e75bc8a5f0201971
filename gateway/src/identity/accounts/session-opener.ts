/** The last step of every way to sign in: a session is opened, and its cookies are set. */
import type * as wire from '@berth/plugin-kit/contract/wire/people.ts';
import type { Context } from 'hono';
import type { Account, Device } from './accounts.types.ts';
import { meOf } from './accounts.wire.ts';
import type { AuthRoutesDeps, OpenSession } from './auth-deps.ts';

type BodyDeps = Pick<AuthRoutesDeps, 'groupsOf' | 'csrfTokenOf'>;
type OpeningDeps = BodyDeps &
  Pick<
    AuthRoutesDeps,
    'sessions' | 'devices' | 'openingCookies' | 'presentedSessionHash' | 'clientAddressOf'
  >;

/** @returns the body of the answer */
export function sessionOpener(deps: OpeningDeps): OpenSession {
  return async (c, account) => {
    const session = await deps.sessions.open(account, deviceOf(c, deps), deps.presentedSessionHash(c));
    for (const cookie of deps.openingCookies(session.token, session.id, session.expiresAt))
      c.header('set-cookie', cookie, { append: true });
    deps.devices.remember(c, account.email);
    c.set('auditNote', { ...c.get('auditNote'), target: account.email, actor: account });
    return sessionBody(deps, account, session.id, session.expiresAt);
  };
}

export async function sessionBody(
  deps: BodyDeps,
  account: Account,
  sessionId: string,
  expiresAt: number,
): Promise<wire.Session> {
  return {
    user: meOf(account, await deps.groupsOf(account.id)),
    csrf_token: deps.csrfTokenOf(sessionId),
    expires_at: new Date(expiresAt).toISOString(),
  };
}

export function deviceOf(c: Context, { clientAddressOf }: Pick<AuthRoutesDeps, 'clientAddressOf'>): Device {
  return { userAgent: c.req.header('user-agent')?.slice(0, 300) ?? null, address: clientAddressOf(c) };
}

export function clientOf(
  c: Context,
  email: string,
  { devices, networkOf, clientAddressOf }: Pick<AuthRoutesDeps, 'devices' | 'networkOf' | 'clientAddressOf'>,
) {
  return { network: networkOf(clientAddressOf(c)), device: devices.deviceOf(c, email) };
}
