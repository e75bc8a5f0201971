/** A threshold: what the edge tells of each request that is over: for metrics, log and traces. */
import type { PrincipalContext } from '@berth/plugin-kit/hooks/hooks.ts';

/** For the hooks that count usage: known when the request is sent. */
export type UsageStamp = { principal: PrincipalContext; supplierId: string | null };

export type AccessLine = {
  /** Milliseconds since the epoch: when the request was over. */
  at: number;
  requestId: string;
  /** As the container got it; `null` when it heard nothing. */
  traceparent: string | null;
  /** As the caller sent it. */
  sentTraceparent: string | null;
  method: string;
  /** `null`: the address is no plugin's. */
  pluginId: string | null;
  /**
   * The manifest's pattern, `/apps/*` for page files, `null` when nothing matched. Never the path: it may say
   * too much.
   */
  route: string | null;
  status: number;
  userId: string | null;
  receivedBytes: number;
  sentBytes: number;
  durationMs: number;
  /** Until the container's answer began; `null` when none did, and for WebSockets. */
  firstByteMs: number | null;
  /** Which limit of the route ended it: `max_body_bytes`, `timeout_ms` … */
  limit: string | null;
  /** `null`: it was not sent to a container, or no hook counts usage. */
  usage: UsageStamp | null;
};
