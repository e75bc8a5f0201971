/**
 * People, their accounts, sessions, factors and groups, as they are on the wire: made by the gateway, read by
 * its pages. Times are ISO strings.
 */

export type NamedGroup = { id: string; name: string };
export type Role = 'user' | 'admin';
export type Me = {
  id: string;
  email: string;
  name: string;
  is_superuser: boolean;
  role: Role;
  groups: readonly NamedGroup[];
  created_at: string;
};
export type Session = { user: Me; csrf_token: string; expires_at: string };

export type PasswordRequirement =
  | { id: 'length'; min_length: number; max_bytes: number; message: string }
  /** A regular expression with the `u` flag that must be found. */
  | { id: 'pattern'; pattern: string; message: string }
  /** None of these words may be in it, in any case. */
  | { id: 'words'; words: readonly string[]; message: string }
  /**
   * Nor the e-mail's part before the @, nor a part of the person's name; each when it has three letters or
   * more.
   */
  | { id: 'own-name'; message: string };
/**
 * `issuer_mismatch`: no person can sign in with it, because its issuer is spelt otherwise in the operator's
 * list.
 */
export type SignInProvider = { id: string; name: string; issuer_mismatch?: { listed: string; told: string } };
/** What a password is answered with where it is not enough. */
export type SecondFactorAsked = { second_factor: { ticket: string; methods: string[]; expires_at: string } };
export type Passkey = {
  id: string;
  name: string;
  is_synced: boolean;
  created_at: string;
  last_used_at: string | null;
};
export type Factors = {
  has_password: boolean;
  totp: { enabled: boolean; since: string | null };
  recovery_codes_left: number;
  passkeys: Passkey[];
  passkey_after_password: boolean;
};
export type Identity = {
  id: string;
  provider: SignInProvider | null;
  issuer: string;
  email: string | null;
  linked_at: string;
  last_used_at: string;
};
export type AuthOptions = {
  registration: boolean;
  registration_mode: 'open' | 'invited' | 'closed';
  mail: boolean;
  password_policy: readonly PasswordRequirement[];
  passkeys: boolean;
  providers: readonly SignInProvider[];
};

export type ThemeChoice = 'system' | 'light' | 'dark';
export type Preferences = {
  locale: string;
  time_zone: string;
  theme: ThemeChoice;
  pinned_apps: readonly string[];
};
/** `display_name` is the same as `full_name`. */
export type Profile = Preferences & { full_name: string; display_name: string; phone: string };
export type OwnSession = {
  id: string;
  kind: 'browser' | 'program';
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  user_agent: string | null;
  address: string | null;
  is_current: boolean;
};

export type AdminUser = {
  id: string;
  email: string;
  name: string;
  is_superuser: boolean;
  role: Role;
  is_active: boolean;
  /** Registered, and the mailbox is not verified yet. */
  awaits_verification: boolean;
  groups: readonly NamedGroup[];
  /** Why they may be old. */
  groups_note: string | null;
  created_at: string;
  last_sign_in_at: string | null;
};
export type UserPage = { items: AdminUser[]; total: number; page: number; page_size: number };
export type Group = {
  id: string;
  name: string;
  description: string;
  member_count: number;
  created_at: string;
};
export type Member = { id: string; email: string; name: string };
