import type { TrustedCa } from '#platform/upstream/upstream.ts';
import type { Approving } from './approving.types.ts';
import type { PluginIcon } from './snapshot.ts';

/** Where a container is. From configuration alone. */
export type Service = {
  id: string;
  /** `http://host:port` or `https://host:port`. */
  origin: string;
  /** Alone trusted for an https origin; absent: who this machine trusts. */
  ca?: TrustedCa;
  source: 'environment' | 'file';
  /** What of its manifest waits for a superuser, but for what widens its rights, which always does. */
  approving: Approving;
};

/** What is kept of a plugin over a restart. */
export type PluginRecord = {
  id: string;
  isEnabled: boolean;
  /** Ids of groups by the names that manifests gave them, as first resolved. */
  groupPins: ReadonlyMap<string, string>;
  /** What a superuser did not want: not put before anybody again. */
  refusedWishes: ReadonlySet<string>;
  /** `etag`: of the very manifest that is kept; `null` too when what the container serves is another. */
  admitted: {
    manifest: unknown;
    etag: string | null;
    origin: string;
    admittedAt: number;
    icon?: PluginIcon;
  } | null;
};
