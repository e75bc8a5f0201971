/** `/api/admin/connections` and `/api/settings/ai`, as they are on the wire: made by the gateway, read by its pages. */

export const connectionProviders = ['openai', 'azure', 'anthropic', 'http', 'smtp'] as const;
export type ConnectionProvider = (typeof connectionProviders)[number];

/** What stands for a secret that is set: sent back, it keeps the secret. */
export const secretMask = '********';

export type ConnectionLimits = {
  requests_per_minute: number;
  max_concurrent: number;
  timeout_seconds: number;
  /** `null`: as many as are asked for. */
  monthly_tokens: number | null;
  /** In the currency of the price. */
  monthly_cost: number | null;
};

export type ConnectionPrice = { input_per_million: number; output_per_million: number; currency: string };

export type ConnectionOptions = {
  provider: ConnectionProvider;
  url: string;
  /** The service lies inside the operator's own network: private addresses are allowed, and what is sent stays there. */
  is_local: boolean;
  /** `openai`, `azure`, `anthropic`: what answers where the container names none. */
  model?: string | undefined;
  embedding_model?: string | undefined;
  /** `azure` alone. */
  api_version?: string | undefined;
  /** `http`: the header that carries the secret. */
  auth_header?: string | undefined;
  /** `http`: how the header says it, `Bearer {secret}` for example. */
  auth_value?: string | undefined;
  /** `http`: what the container may ask for; `/v1/**` takes everything below. */
  paths?: string[] | undefined;
  methods?: string[] | undefined;
  /** `smtp`: who signs in, and who the mail is from. */
  user?: string | undefined;
  from?: string | undefined;
  limits: ConnectionLimits;
  price: ConnectionPrice;
};

export type ConnectionUseSum = { calls: number; failed: number; tokens: number; cost: number };

export type Connection = {
  id: string;
  name: string;
  /** The kinds of wishes that it can serve. */
  kinds: string[];
  options: ConnectionOptions;
  /** The mask, or `null` where none is set. */
  secret: string | null;
  bound_to: { plugin_id: string; name: string }[];
  this_month: ConnectionUseSum;
  updated_at: string;
};

/** A wish of a manifest that was admitted. */
export type ConnectionWishState = {
  plugin_id: string;
  plugin_name: string;
  name: string;
  kind: string;
  reason: string;
  optional: boolean;
  connection_id: string | null;
};

export type ConnectionList = { items: Connection[]; wishes: ConnectionWishState[] };

export const testSteps = ['address', 'connect', 'key', 'answer'] as const;
export type ConnectionTestStep = {
  step: (typeof testSteps)[number];
  /** `skipped`: a step before it failed. */
  outcome: 'ok' | 'failed' | 'skipped';
  /** In words. */
  detail: string;
  ms: number | null;
};
export type ConnectionTest = { ok: boolean; steps: ConnectionTestStep[] };

export type ConnectionUseRow = ConnectionUseSum & {
  connection_id: string;
  connection_name: string;
  plugin_id: string;
  model: string | null;
  /** Milliseconds, the middle one of all calls. */
  median_ms: number;
};
export type ConnectionUsage = { month: string; currency: string | null; items: ConnectionUseRow[] };
