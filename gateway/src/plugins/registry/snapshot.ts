/**
 * One immutable picture of what the gateway knows of all containers. A threshold: the edge reads it too. A
 * request takes one picture when it begins and keeps it; the next picture replaces it by one assignment.
 */
import { isAnswering, type PluginState } from '@berth/plugin-kit/contract/wire/plugins.ts';
import type { Manifest, RouteSpec } from '@berth/plugin-kit/contract/manifest.ts';
import type { CompiledRule } from '@berth/plugin-kit/contract/rule.ts';
import type { WidgetField } from '@berth/plugin-kit/contract/shell-fields.ts';
import type { FailureKind } from '#platform/upstream/failure.ts';
import type { TrustedCa } from '#platform/upstream/upstream.ts';
import type { Difference } from './approving.types.ts';
import type { Segments } from '@berth/plugin-kit/contract/route-pattern.ts';

export const stageNames = [
  'resolve',
  'connect',
  'health',
  'manifest',
  'schema',
  'compatible',
  'approved',
] as const;

/** One step on the way from an address to a served plugin, as the connection report shows it. */
export type Stage = {
  name: (typeof stageNames)[number];
  /** `unknown`: not reached yet. */
  outcome: 'ok' | 'failed' | 'unknown';
  /** Milliseconds since the epoch. */
  lastSuccessAt?: number;
  lastError?: { at: number; kind?: FailureKind; message: string; hint?: string };
};

export type CompiledRoute = {
  spec: RouteSpec;
  matches: (segments: Segments) => boolean;
  methods: ReadonlySet<string>;
  mayUse: CompiledRule;
};

type Contribution<Field> = { field: Field; mayAsk: CompiledRule };

/** What the edge and the catalogue need of an admitted manifest, ready to run. */
export type CompiledPlugin = {
  /** Where the manifest is silent, a `nav` item's and a route's rule is this very function. */
  mayUse: CompiledRule;
  /** `access` or any `nav` rule: whether it is in the caller's list. */
  maySee: CompiledRule;
  mayReadSettings: CompiledRule;
  mayWriteSettings: CompiledRule;
  nav: readonly { item: Manifest['nav'][number]; maySee: CompiledRule }[];
  actions: readonly { item: Manifest['actions'][number]; mayRun: CompiledRule }[];
  routes: readonly CompiledRoute[];
  /** What it gives to the shell, each with the rule of the route that it comes from. */
  contributions: {
    badges?: Contribution<NonNullable<Manifest['badges']>>;
    search?: Contribution<NonNullable<Manifest['search']>>;
    widgets: readonly Contribution<WidgetField>[];
  };
  /** What the manifest's group names mean: ids as they were first resolved. */
  groupIdByName: ReadonlyMap<string, string>;
  /** Ids of the groups that the manifest names, for `x-user-groups`. */
  namedGroupIds: ReadonlySet<string>;
  claims: ReadonlySet<string>;
};

/** A picture that the container offered as its icon, cleaned. */
export type PluginIcon = {
  /** Below the container's root, as the manifest names it. */
  path: string;
  contentType: 'image/png' | 'image/svg+xml';
  bytes: Buffer;
  digest: string;
  /** What cleaning left out, in words for an admin. */
  note: string | null;
};

export type AdmittedManifest = {
  manifest: Manifest;
  etag: string | null;
  compiled: CompiledPlugin;
  unknownFields: readonly string[];
  admittedAt: number;
  /** Absent where the manifest names one of the shell's set, and until a picture has been fetched. */
  icon?: PluginIcon;
  /** Why there is no picture though the manifest names one. */
  iconFault?: string;
};

export type Plugin = {
  id: string;
  /** `http://host:port`, from configuration alone; never from what a container said. */
  origin: string;
  /** Alone trusted for an https origin; absent: who this machine trusts. */
  ca?: TrustedCa | undefined;
  state: PluginState;
  /** Milliseconds since the epoch: when `state` became what it is. */
  stateSince: number;
  /** Why it is in this state, in words for an admin. */
  detail: string | null;
  /** The last admitted manifest, kept while the container is down. Everything in it is approved. */
  admitted: AdmittedManifest | null;
  /**
   * What the newest manifest asks for on top of `admitted`, until a superuser has decided. Absent when
   * nothing waits.
   */
  waiting?: { since: number; digest: string; differences: readonly Difference[] };
  /** Why the newest manifest was refused, while `admitted` goes on serving. */
  refusal: { at: number; reasons: readonly { pointer: string; detail: string }[] } | null;
  stages: readonly Stage[];
  /** Milliseconds since the epoch. */
  nextPollAt: number | null;
};

export type Snapshot = {
  /**
   * Counts up with each picture that anybody could tell from the one before: times of checks alone do not
   * count.
   */
  version: number;
  plugins: ReadonlyMap<string, Plugin>;
  /**
   * Admitted mounts: the whole prefix (`/api/documents`) → plugin id. Prefixes never lie within each other,
   * so the first match over growing segment counts is the only one.
   */
  mounts: ReadonlyMap<string, string>;
};

/**
 * Whether requests are passed on. A plugin that is known from before and was not asked yet is tried as it is
 * kept: the request itself shows whether the container is there.
 */
export function isServed(plugin: Pick<Plugin, 'state' | 'admitted'>): boolean {
  return isAnswering(plugin) || (plugin.state === 'pending' && plugin.admitted !== null);
}

export const emptySnapshot: Snapshot = { version: 0, plugins: new Map(), mounts: new Map() };
