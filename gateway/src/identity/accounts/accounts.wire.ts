/** What this room says of itself on the wire. */
import type { Account, GroupName, Profile, Session } from './accounts.types.ts';

export function meOf(account: Account, groups: readonly GroupName[]) {
  const { id, email, name, isSuperuser, createdAt } = account;
  const role = isSuperuser ? ('admin' as const) : ('user' as const);
  return {
    id,
    email,
    name: name ?? email,
    is_superuser: isSuperuser,
    role,
    groups,
    created_at: createdAt.toISOString(),
  };
}

export function userOf(account: Account, groups: readonly GroupName[], groupsNote: string | null = null) {
  return {
    ...meOf(account, groups),
    groups_note: groupsNote,
    is_active: account.isActive,
    awaits_verification: account.awaitsVerification,
    last_sign_in_at: account.lastSignInAt?.toISOString() ?? null,
  };
}

export function sessionOf(
  { id, kind, userAgent, address, createdAt, lastSeenAt, endsAt }: Session & { endsAt: number },
  currentId: string,
) {
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

export function profileOf(profile: Profile) {
  const { fullName, phone } = profile;
  return { full_name: fullName, display_name: fullName, phone, ...preferencesOf(profile) };
}

export function preferencesOf({ locale, timeZone, theme, pinnedApps }: Profile) {
  return { locale, time_zone: timeZone, theme, pinned_apps: pinnedApps };
}
