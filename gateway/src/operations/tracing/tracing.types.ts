/** Whose requests are told. */
export type Sampling = {
  /** A caller that says whether a trace is sampled is believed. */
  believesCaller: boolean;
  /** Of the others: 0 is none, 1 is all. */
  ratio: number;
};

/** Where spans go. */
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
  sampling: Sampling;
};
