/** What the gateway answers, as it is on the wire. Times are ISO strings. */
import type { JsonObject } from '@berth/plugin-kit/contract/settings.ts';

export type NamedGroup = { id: string; name: string };
export type Role = 'user' | 'admin';
export type Me = {
  id: string;
  email: string;
  name: string;
  is_superuser: boolean;
  role: Role;
  groups: NamedGroup[];
  created_at: string;
};
export type Session = { user: Me; csrf_token: string; expires_at: string };

export type PasswordRequirement =
  | { id: 'length'; min_length: number; message: string }
  | { id: 'pattern'; pattern: string; message: string }
  | { id: 'words'; words: string[]; message: string }
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
  password_policy: PasswordRequirement[];
  passkeys: boolean;
  providers: SignInProvider[];
};

export type ThemeChoice = 'system' | 'light' | 'dark';
export type Profile = {
  full_name: string;
  phone: string;
  locale: string;
  time_zone: string;
  theme: ThemeChoice;
  pinned_apps: string[];
};
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

export type PluginState =
  | 'pending'
  | 'online'
  | 'degraded'
  | 'offline'
  | 'incompatible'
  | 'rejected'
  | 'awaiting_approval'
  | 'disabled';
export type PluginNav = { id: string; title: string; path: string; icon: string | null };
export type PluginUi = {
  accepts_files?: { path: string; types: string[] };
  mode: 'frame' | 'tab' | 'none';
  url: string;
  permissions: string[];
  /** The shell draws the head of the page. */
  head: boolean;
};
export type PluginWidget = {
  id: string;
  title: string;
  kind: 'list' | 'number' | 'progress';
  /** Said where a list is empty. */
  empty: string | null;
};
export type Plugin = {
  id: string;
  name: string;
  version: string;
  description: string;
  icon: string;
  icon_url: string | null;
  stage: 'stable' | 'beta' | 'experimental' | 'deprecated';
  state: PluginState;
  state_since: string;
  detail: string | null;
  links: { docs?: string; support?: string; changelog?: string };
  ui: PluginUi | null;
  nav: PluginNav[];
  actions: PluginAction[];
  has_settings: boolean;
  may: { use: boolean; read_settings: boolean; write_settings: boolean };
  has_badges: boolean;
  has_search: boolean;
  widgets: PluginWidget[];
  retry_at: string | null;
};
/** What this person may start by a button. */
export type PluginAction = {
  id: string;
  title: string;
  confirm: string | null;
  has_input: boolean;
  progress: 'sse' | null;
};
export type PluginList = { version: string; items: Plugin[] };
export type PluginManifest = JsonObject & {
  settings_schema?: JsonObject;
  settings_ui?: JsonObject;
  actions?: (JsonObject & { id: string; input_schema?: JsonObject })[];
};
export type FrameToken = { token: string; expires_at: string };

export type AdminUser = {
  id: string;
  email: string;
  name: string;
  is_superuser: boolean;
  role: Role;
  is_active: boolean;
  /** Registered, and the mailbox is not verified yet. */
  awaits_verification: boolean;
  groups: NamedGroup[];
  /** Why they may be old. */
  groups_note: string | null;
  created_at: string;
  last_sign_in_at: string | null;
};
/** With the link by which they choose their password, where none was given. */
export type AddedUser = AdminUser & {
  first_password?: { url: string; expires_at: string; mailed: boolean };
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

export type PluginStage = {
  name: string;
  outcome: 'ok' | 'failed' | 'unknown';
  last_success_at: string | null;
  last_error: { at: string; message: string; hint?: string | null } | null;
};
/** One thing that a manifest asks for and the serving one does not have. */
export type ManifestDifference = { pointer: string; what: string; before: unknown; after: unknown };
export type WaitingManifest = { since: string; digest: string; differences: ManifestDifference[] };
/** `source_problems`: what is wrong in the lists that name services, such as a line of `services.yaml`. */
export type AdminPluginList = { items: AdminPlugin[]; source_problems: string[] };
export type AdminPlugin = {
  id: string;
  name: string;
  origin: string;
  source: string;
  state: PluginState;
  state_since: string;
  detail: string | null;
  version: string | null;
  manifest_version: string | null;
  stages: PluginStage[];
  refusal: { at: string; reasons: { pointer: string; detail: string }[] } | null;
  waiting: WaitingManifest | null;
  unknown_fields: string[];
  /** What works and could be better. */
  notes: string[];
  next_poll_at: string | null;
};
