/** What the steps of the pipeline are given, once for the whole edge. Each names the part that it needs. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { FlushQueue } from '#edge/http/flush-soon.ts';
import type { RequestIds } from '#edge/http/request-ids.ts';
import type { Containers } from '#edge/upstream/containers.ts';
import type { Identify, RefuseForgery } from '#identity/access/principal.ts';
import type { Snapshot } from '#plugins/registry/snapshot.ts';
import type { AccessLines } from './access-lines.ts';
import type { AssertionCache } from './assertion.ts';
import type { Denial } from './denial.types.ts';
import type { ClientInfoReader } from './client-info.ts';
import type { InFlight } from './in-flight.ts';
import type { UsageOf } from './limits.ts';
import type { RequestHooks } from './request-hooks.types.ts';
import type { Capabilities } from './ui-files.ts';
import type { LogFailure } from './upstream-errors.ts';

export type EdgeTools = {
  containers: Containers;
  inFlight: InFlight;
  usageOf: UsageOf;
  flushes: FlushQueue;
  accessLines: AccessLines;
  /** To the log, with its cause. */
  logFailure: LogFailure;
  snapshot: () => Snapshot;
  identify: Identify;
  refuseForgery: RefuseForgery;
  assertions: AssertionCache;
  hostOf: ClientInfoReader['hostOf'];
  readClientInfo: ClientInfoReader['readClientInfo'];
  ids: RequestIds;
  capabilities: Capabilities;
  /** The gateway's origin as browsers know it; `null`: as each request names it. */
  publicOrigin: string | null;
  hooks: RequestHooks;
  onDenied: (denial: Denial) => void;
  /** Silence after which the client of a WebSocket is pinged. */
  pingEveryMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Logger;
};
