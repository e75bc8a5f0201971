/** What the steps of actions need, and what comes back. */
import type { Say } from '@berth/plugin-kit/contract/say.ts';
import type { JsonObject } from '@berth/plugin-kit/contract/settings.ts';

export type ActionCall = {
  actionId: string;
  identity: Record<string, string>;
  input: JsonObject;
  signal: AbortSignal;
  /** Tells the page, in the reader's language, what the gateway itself says of its end. */
  say: Say;
};

/** How an action ended. `detail` is in the container's words, cleaned and bounded. */
export type ActionEnd = {
  outcome: 'ok' | 'refused' | 'failed';
  message: string;
  facts: Readonly<Record<string, string | number | boolean>>;
};

export type ActionRunning = {
  /** Events as the container sends them, each read and written anew. */
  events: ReadableStream<Uint8Array>;
  /** Settles when the last event has passed, or none came. */
  end: Promise<ActionEnd>;
};

/** Speaks with one container. */
export type ActionCaller = {
  /** @throws Problem as the container refused it, 502, 503, 504 */
  run: (call: ActionCall) => Promise<ActionEnd>;
  /** @throws Problem likewise, before the first event */
  follow: (call: ActionCall) => Promise<ActionRunning>;
};
