/** What the steps of settings need, and what comes back. */
import type { ContainerFailure } from '#platform/upstream/failure.ts';
import type { SettingsPatch } from '@berth/plugin-kit/contract/json-patch.ts';
import type { Json, JsonObject } from '@berth/plugin-kit/contract/settings.ts';

/** One line of the history: a secret's values are never in it. */
export type SettingsChange =
  | { pointer: string; before?: Json; after?: Json }
  | { pointer: string; secret: true };

export type SettingsAnswer =
  | { kind: 'settings'; settings: JsonObject; etag: string | null }
  | { kind: 'stale' }
  /** `errors` as the container sent them: not to be shown as they are. */
  | { kind: 'refused'; errors: unknown }
  | {
      kind: 'failed';
      reason: ContainerFailure | 'too-large' | 'unavailable' | 'not-served' | 'nonsense';
      status: number | null;
    };

/** Where a plugin's settings are kept. */
export type SettingsKeeper = {
  get: (identity: Record<string, string>) => Promise<SettingsAnswer>;
  /** @param ifMatch as the caller sent it */
  patch: (
    identity: Record<string, string>,
    patch: SettingsPatch,
    ifMatch: string | null,
  ) => Promise<SettingsAnswer>;
};

export type ChangeOutcome = 'saved' | 'refused' | 'failed';

/** `sent`: what became of it is not known. `at` in milliseconds since the epoch. */
export type PastChange = {
  id: string;
  userId: string;
  userEmail: string;
  outcome: string;
  changes: SettingsChange[];
  at: number;
};

export type SettingsHistory = {
  /** @returns the row's id */
  begin: (change: {
    pluginId: string;
    userId: string;
    userEmail: string;
    changes: SettingsChange[];
    at: number;
  }) => Promise<string>;
  finish: (id: string, outcome: ChangeOutcome, changes?: SettingsChange[]) => Promise<void>;
  /** Newest first. @param before in milliseconds since the epoch */
  list: (pluginId: string, before: number | null, limit: number) => Promise<PastChange[]>;
};
