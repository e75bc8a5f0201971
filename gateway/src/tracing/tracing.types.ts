/** What the edge tells of each request that is over, as far as a trace needs it. */
export type TracedLine = {
  /** Milliseconds since the epoch: when the request was over. */
  at: number;
  requestId: string;
  /** W3C Trace Context, as the container got it: its parent is this request's span. `null` when it heard nothing. */
  traceparent: string | null;
  /** As the caller sent it, sane or not. */
  sentTraceparent: string | null;
  method: string;
  pluginId: string | null;
  /** The manifest's pattern, never the path. */
  route: string | null;
  status: number;
  receivedBytes: number;
  sentBytes: number;
  durationMs: number;
  /** Until the container's answer began. */
  firstByteMs: number | null;
  limit: string | null;
};

export type TracingTarget = {
  /** Takes OTLP over HTTP as JSON: `http://collector:4318/v1/traces`. */
  url: string;
  headers: Readonly<Record<string, string>>;
  /** How long a batch is tried before it is dropped. */
  timeoutMs: number;
  /** `service.name` and whatever else the operator says of this gateway. */
  resource: Readonly<Record<string, string>>;
  /** `server.address` of each span. */
  serverAddress: string;
};
