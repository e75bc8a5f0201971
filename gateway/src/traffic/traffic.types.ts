/** What the edge tells of each request that is over. */
export type TrafficLine = {
  /** Milliseconds since the epoch: when the request was over. */
  at: number;
  requestId: string;
  /** W3C Trace Context, as the container got it; `null` when it heard nothing. */
  traceparent: string | null;
  method: string;
  /** `null`: the address is no plugin's. */
  pluginId: string | null;
  /** The manifest's pattern, `/apps/*` for page files, `null` when nothing matched. Never the path: it may say too much. */
  route: string | null;
  status: number;
  userId: string | null;
  receivedBytes: number;
  sentBytes: number;
  durationMs: number;
  /** Which limit of the route ended it: `max_body_bytes`, `timeout_ms` … */
  limit: string | null;
};

/** What is under way right now. */
export type OpenNow = { requests: number; streams: number };
