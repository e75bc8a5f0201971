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

/** What was used of one connection, by one container and model. */
export type UseSum = {
  connectionId: string;
  connectionName: string;
  pluginId: string;
  model: string | null;
  currency: string;
  calls: number;
  failed: number;
  tokens: number;
  cost: number;
  medianMs: number;
};

export type ConnectionsStore = {
  all: () => Promise<Connection[]>;
  find: (id: string) => Promise<Connection | null>;
  findByName: (name: string) => Promise<Connection | null>;
  /** @throws a unique violation where the name is taken */
  create: (connection: Connection) => Promise<Connection>;
  /** @throws a unique violation where the name is taken @returns whether it is still there */
  update: (connection: Connection) => Promise<boolean>;
  /** Only where it is still the secret that was read: a newer one stays. */
  reseal: (id: string, before: Buffer, after: Buffer) => Promise<void>;
  remove: (id: string) => Promise<boolean>;
  bindings: () => Promise<Binding[]>;
  binding: (pluginId: string, name: string) => Promise<Binding | null>;
  bind: (binding: Binding) => Promise<void>;
  unbind: (pluginId: string, name: string) => Promise<void>;
  noteUse: (use: Use) => Promise<void>;
  /** Tokens and money of one connection since a moment. */
  spentSince: (connectionId: string, since: Date) => Promise<{ tokens: number; cost: number }>;
  /** @param pluginId of one container alone; `null` for all */
  usedBetween: (since: Date, until: Date, pluginId: string | null) => Promise<UseSum[]>;
  removeUsesBefore: (before: Date) => Promise<number>;
};

/** How a call to a service outside can fail before there is an answer. */
export type EgressFailureKind =
  | 'resolve'
  | 'private-address'
  | 'refused'
  | 'tls'
  | 'clock'
  | 'lost'
  | 'invalid'
  | 'timeout'
  | 'left';
