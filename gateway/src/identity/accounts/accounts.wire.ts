/** What this room says of itself on the wire. */
import type * as wire from '@berth/plugin-kit/contract/wire/people.ts';
import type { Account, GroupName, Profile, Session } from './accounts.types.ts';

export function meOf(account: Account, groups: readonly GroupName[]): wire.Me {
  const { id, email, name, isSuperuser, createdAt } = account;
  return {
    id,
    email,
    name: name ?? email,
    is_superuser: isSuperuser,
    role: isSuperuser ? 'admin' : 'user',
    groups,
    created_at: createdAt.toISOString(),
  };
}

export function userOf(
  account: Account,
  groups: readonly GroupName[],
  groupsNote: string | null = null,
): wire.AdminUser {
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
): wire.OwnSession {
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

export function profileOf(profile: Profile): wire.Profile {
  const { fullName, phone } = profile;
  return { full_name: fullName, display_name: fullName, phone, ...preferencesOf(profile) };
}

export function preferencesOf({ locale, timeZone, theme, pinnedApps }: Profile): wire.Preferences {
  return { locale, time_zone: timeZone, theme, pinned_apps: pinnedApps };
}
