/** What waits for a superuser, and what became of it. */
import type { Json } from '@berth/plugin-kit/contract/settings.ts';

/** `auto`: the first manifest serves at first sight. `first`: it waits too. `always`: so does every later change, harmless or not. */
export const approvings = ['auto', 'first', 'always'] as const;
export type Approving = (typeof approvings)[number];

/** One thing that a new manifest asks for and the serving one does not have. */
export type Difference = {
  /** Into the new manifest. */
  pointer: string;
  /** In words for an admin. */
  what: string;
  before: Json;
  after: Json;
};

/** A superuser's word on one manifest. */
export type Decision = {
  pluginId: string;
  outcome: 'approved' | 'refused';
  /** Of the manifest that waited and of the one that served meanwhile. */
  digest: string;
  /** Of the differences alone: the same wish is not put before anybody again once it was refused. */
  wish: string;
  differences: readonly Difference[];
  manifest: unknown;
  userId: string;
  userEmail: string;
  /** Milliseconds since the epoch. */
  at: number;
};
