import type { ConnectionOptions } from '@berth/plugin-kit/contract/wire/connections.ts';

export type Connection = {
  id: string;
  name: string;
  options: ConnectionOptions;
  /** Sealed. */
  secret: Buffer | null;
  updatedAt: Date;
};

export type Binding = { pluginId: string; name: string; kind: string; connectionId: string };

/** What one call came to. */
export type Use = {
  connectionId: string;
  connectionName: string;
  pluginId: string;
  model: string | null;
  inputTokens: number;
  outputTokens: number;
  cost: number;
  currency: string;
  tookMs: number;
  /** `ok`, or the kind of the failure. */
  outcome: string;
  at: Date;
};

/** A wish that has its connection: what a call is made with. */
export type Grant = { pluginId: string; name: string; kind: string; connection: Connection };
