/** What the steps of a form that is open need, and what comes back. */
import type { Choice } from '@berth/plugin-kit/contract/live.ts';
import type { JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import type { ContainerFailure } from '#platform/upstream/failure.ts';

export type LiveAnswer<Value> =
  | { kind: 'answered'; value: Value }
  | { kind: 'refused'; status: number; errors: unknown }
  | { kind: 'failed'; failure: ContainerFailure | 'too-large' };

/** Speaks with one container. */
export type LiveClient = {
  choices: (
    identity: Record<string, string>,
    path: string,
    q: string,
  ) => Promise<LiveAnswer<{ items: Choice[]; hasMore: boolean }>>;
  check: (identity: Record<string, string>, path: string, draft: JsonObject) => Promise<LiveAnswer<Verdict>>;
};

/** As the container says it: not to be shown as it is. */
export type Verdict = { ok: boolean; message?: string | undefined; errors: readonly unknown[] };
