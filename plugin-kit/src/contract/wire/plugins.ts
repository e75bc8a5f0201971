/** Plugins for people and for admins, as they are on the wire: made by the gateway, read by its pages. */

import type { Translations } from '../translations.ts';

export type PluginState =
  | 'pending'
  | 'online'
  | 'degraded'
  | 'offline'
  | 'incompatible'
  | 'rejected'
  | 'awaiting_approval'
  | 'disabled';

/** Whether its container answered when it was last asked. */
export function isAnswering({ state }: { state: PluginState }): boolean {
  return state === 'online' || state === 'degraded';
}

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
/** What changes seldom of a plugin. */
export type PluginPart = {
  id: string;
  name: string;
  version: string;
  description: string;
  icon: string;
  icon_url: string | null;
  stage: 'stable' | 'beta' | 'experimental' | 'deprecated';
  links: { docs?: string | undefined; support?: string | undefined; changelog?: string | undefined };
  ui: PluginUi | null;
  nav: PluginNav[];
  actions: PluginAction[];
  has_settings: boolean;
  may: { use: boolean; read_settings: boolean; write_settings: boolean };
  has_badges: boolean;
  has_search: boolean;
  widgets: readonly PluginWidget[];
  /** Of the texts above, by language; left out where the manifest has none. */
  translations?: Translations;
};
export type Plugin = PluginPart & {
  state: PluginState;
  state_since: string;
  detail: string | null;
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
export type FrameToken = { token: string; expires_at: string };

export type PluginStage = {
  name: string;
  outcome: 'ok' | 'failed' | 'unknown';
  last_success_at: string | null;
  last_error: { at: string; kind: string | null; message: string; hint: string | null } | null;
};
/** One thing that a manifest asks for and the serving one does not have. */
export type ManifestDifference = { pointer: string; what: string; before: unknown; after: unknown };
export type WaitingManifest = { since: string; digest: string; differences: readonly ManifestDifference[] };
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
  refusal: { at: string; reasons: readonly { pointer: string; detail: string }[] } | null;
  waiting: WaitingManifest | null;
  unknown_fields: readonly string[];
  /** What works and could be better. */
  notes: readonly string[];
  next_poll_at: string | null;
};
