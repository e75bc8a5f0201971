/** Where a container is. From configuration alone. */
export type Service = {
  id: string;
  /** `http://host:port`. */
  origin: string;
  source: 'environment' | 'file';
  /** Whether routes that its manifest calls `public` are open to people who are not signed in. */
  allowsPublicRoutes: boolean;
};

/** What is kept of a plugin over a restart. */
export type PluginRecord = {
  id: string;
  isEnabled: boolean;
  /** Ids of groups by the names that manifests gave them, as first resolved. */
  groupPins: ReadonlyMap<string, string>;
  admitted: { manifest: unknown; etag: string | null; origin: string; admittedAt: number } | null;
};
