import type { CapabilityContext } from '@berth/plugin-kit/contract/capabilities/capability.ts';
import type { RequestFailure } from '#platform/bounded-request.ts';
import type { Upstream } from '#platform/upstream/upstream.ts';

export type CapabilityCall = {
  upstream: Upstream;
  /** Of the capability, below the container's root. */
  path: string;
  operation: string;
  capabilityId: string;
  /** Who is asking, as headers. */
  identity: Record<string, string>;
  context: CapabilityContext;
  input: unknown;
  timeoutMs: number;
  signal: AbortSignal;
};

export type CallOutcome =
  | { kind: 'answer'; value: unknown }
  /** The container's own word; `detail` for people, from its problem. */
  | { kind: 'refused'; status: number; detail: string | null }
  | { kind: 'nonsense'; detail: string }
  | { kind: 'failed'; failed: RequestFailure };

export type StreamOutcome =
  | { kind: 'stream'; body: AsyncIterable<Uint8Array> & { destroy: () => unknown } }
  | Exclude<CallOutcome, { kind: 'answer' }>;

export type CapabilityClient = {
  ask: (call: CapabilityCall) => Promise<CallOutcome>;
  open: (call: CapabilityCall) => Promise<StreamOutcome>;
};
