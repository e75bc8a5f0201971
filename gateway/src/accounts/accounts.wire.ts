/** What this room says of itself on the wire. */
import type { Account, GroupName, Profile, Session } from './accounts.types.ts';

export function meOf(account: Account, groups: readonly GroupName[]) {
  const { id, email, name, isSuperuser, createdAt } = account;
  return { id, email, name: name ?? email, is_superuser: isSuperuser, groups, created_at: createdAt.toISOString() };
}

export function userOf(account: Account, groups: readonly GroupName[]) {
  return {
    ...meOf(account, groups),
    is_active: account.isActive,
    awaits_verification: account.awaitsVerification,
    last_sign_in_at: account.lastSignInAt?.toISOString() ?? null,
  };
}

export function sessionOf({ id, kind, userAgent, address, createdAt, lastSeenAt, endsAt }: Session & { endsAt: number }, currentId: string) {
  return {
    id,
    kind,
    is_current: id === currentId,
    user_agent: userAgent,
    address,
    created_at: createdAt.toISOString(),
    last_seen_at: lastSeenAt.toISOString(),
    expires_at: new Date(endsAt).toISOString(),
  };
}

export function profileOf({ displayName, locale, timeZone, theme, pinnedApps }: Profile) {
  return { display_name: displayName, locale, time_zone: timeZone, theme, pinned_apps: pinnedApps };
}
