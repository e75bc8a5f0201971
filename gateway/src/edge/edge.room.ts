/**
 * The door of the edge: plugin addresses, answered on raw Node streams before anything else looks at the
 * request.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { BlockList } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Identify, Principal, RefuseForgery } from '#identity/access/principal.ts';
import type { OurHost } from '#platform/our-hosts.ts';
import type { Snapshot } from '#plugins/registry/snapshot.ts';
import { containersByOrigin, type ContainerOptions } from './upstream/containers.ts';
import { unsolicitedNote, type Unsolicited } from './upstream/unsolicited.rules.ts';
import { gatherAccessLines, type WriteAccessLines } from './pipeline/access-lines.ts';
import { assertionCache, type AssertionSigner, type Disclosure } from './pipeline/assertion.ts';
import { FlushQueue } from './http/flush-soon.ts';
import { NodeRequest } from './http/node-request.ts';
import { NodeResponse } from './http/node-response.ts';
import { routeUsages } from './pipeline/limits.ts';
import { failureLogger } from './pipeline/upstream-errors.ts';
import { clientInfoReader } from './pipeline/client-info.ts';
import { answerOddRequests } from './pipeline/odd-requests.ts';
import { frontDoor, type ShedRequest } from './pipeline/front-door.ts';
import { fastPath, type FastPath } from './fast-path/fast-path.ts';
import { findAddress } from './pipeline/match.ts';
import { inFlight, type CloseReason, type OpenRequest } from './pipeline/in-flight.ts';
import { reauthorization } from './pipeline/reauthorize.ts';
import { requestIds, type IsSampled } from './http/request-ids.ts';
import { capabilities } from './pipeline/ui-files.ts';
import type { Denial } from './pipeline/denial.types.ts';
import { upgradeHandler } from './websocket/upgrade.ts';
import type { RequestHooks } from './pipeline/request-hooks.types.ts';
import type { EdgeTools } from './pipeline/edge-tools.types.ts';
import { requestHandler } from './pipeline/pipeline.ts';

export type EdgeDeps = {
  snapshot: () => Snapshot;
  /**
   * Answers with the same Principal object for the same credential while it is cached: assertions are kept
   * with it.
   */
  identify: Identify;
  refuseForgery: RefuseForgery;
  assertionSigner: () => AssertionSigner;
  /** Addresses and networks whose forwarded headers count; empty: none. */
  trustedProxies: BlockList;
  /** As browsers know the gateway: `https://berth.example`; `null` where it is as each request names it. */
  publicUrl: string | null;
  /** A request by another host is refused, whatever its target. */
  ourHost: OurHost;
  /** Opens page files; the same on every instance and after a restart. */
  capabilitySecret: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** `false`: every request is read by Node's HTTP server (BERTH_EDGE_FAST_PATH=off). Default: `true`. */
  isFastPathOn?: boolean;
  /** In place of the standard ones, for connections to containers. */
  connectionOptions?: ContainerOptions;
  /** Which requests are told as spans of their own; `null`: none. */
  isSampled?: IsSampled | null;
  /**
   * Silence after which the client of a WebSocket is pinged. Default: 30 s, less than proxies and NAT wait.
   */
  pingEveryMs?: number;
  log: Logger;
  /** Gets what was gathered, every half second at most. */
  accessLog: WriteAccessLines;
  /** Calls with each signed-in user's request that was denied; it must not throw. */
  onDenied?: (refusal: Denial) => void;
  /** What modules of the operator's decide; by default nothing. */
  hooks?: RequestHooks;
  /** Overload check for the gateway's own routes; `null`: accept. @param path without its query */
  shedLoad?: (method: string, path: string) => Problem | null;
  /** Calls with each request that was shed so; it must not throw. */
  onLoadShed?: (one: ShedRequest) => void;
  /** Calls with the user whose rights changed; `undefined`: any. @returns a function that ends it */
  onRightsChanged: (listener: (userId: string | undefined) => void) => () => void;
  /** Calls with each new picture of the plugins. @returns a function that ends it */
  onPluginsChanged: (listener: () => void) => () => void;
};

export type Edge = {
  /** Whether `handle` or `upgrade` is to answer this target: cheap, for every request. */
  takes: (rawUrl: string) => boolean;
  handle: (req: IncomingMessage, res: ServerResponse) => void;
  /**
   * Plain requests of this server's connections are answered before it looks at them.
   * @param isOpen whether requests are still welcome
   */
  stepBefore: (server: Server, isOpen: () => boolean) => FastPath;
  /**
   * For the server's `checkContinue`: `100 Continue` goes out when the container's side is ready, or never.
   */
  handleContinue: (req: IncomingMessage, res: ServerResponse) => void;
  /** Answers every upgrade: the gateway's own routes take none. */
  upgrade: (req: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /**
   * For targets that are not the edge's.
   * @returns `false` when the host was not ours or there is no room, and the refusal is on its way
   */
  opensTo: (req: IncomingMessage, res: ServerResponse) => boolean;
  signAssertion: (principal: Principal, pluginId: string) => string;
  /** @returns how many were closed */
  closeStreams: (isMeant: (stream: OpenRequest) => boolean, reason: CloseReason) => number;
  /** How many requests and streams are under way. */
  openCount: () => number;
  /** The same by plugin. */
  openNow: () => ReadonlyMap<string, { requests: number; streams: number }>;
  /** Of each plugin whose container sent answers that no request asked for. */
  unsolicitedAnswers: () => ReadonlyMap<string, Unsolicited>;
  /** What an admin should know of how the plugin's container answers, in words. */
  notesOn: (pluginId: string) => readonly string[];
  /** Closes what lasts and waits for the rest, at most this long. */
  drain: (withinMs?: number) => Promise<void>;
  close: () => Promise<void>;
};

const drainMs = 30_000;
const pingEveryMs = 30_000;
const noHooks: RequestHooks = { admit: null, stillMay: null, stamp: null };
const discloseNothing: Disclosure = { claims: new Set(), namedGroupIds: new Set() };

export function edgeRoom(deps: EdgeDeps): Edge {
  const flushes = new FlushQueue();
  const containers = containersByOrigin(
    (origin) =>
      deps.log.warn(
        { origin },
        'a container sent an answer that no request asked for: connections to it are not used again for now',
      ),
    flushes,
    deps.connectionOptions,
  );
  const open = inFlight();
  const accessLines = gatherAccessLines(deps.accessLog);
  const again = reauthorization({
    inFlight: open,
    identify: deps.identify,
    snapshot: deps.snapshot,
    stillMay: deps.hooks?.stillMay ?? null,
    now: deps.now,
  });
  const stopListening = [
    deps.onRightsChanged(again.rightsChanged),
    deps.onPluginsChanged(again.pluginsChanged),
  ];
  const assertions = assertionCache(deps.assertionSigner, deps.now);
  const tools: EdgeTools = {
    containers,
    inFlight: open,
    usageOf: routeUsages(),
    flushes,
    accessLines,
    logFailure: failureLogger(deps.log),
    assertions,
    snapshot: deps.snapshot,
    identify: deps.identify,
    refuseForgery: deps.refuseForgery,
    hooks: deps.hooks ?? noHooks,
    onDenied: deps.onDenied ?? (() => {}),
    ...clientInfoReader(deps.trustedProxies, deps.ourHost),
    ids: requestIds(deps.isSampled),
    capabilities: capabilities(deps.capabilitySecret, deps.now),
    publicOrigin: deps.publicUrl === null ? null : new URL(deps.publicUrl).origin,
    pingEveryMs: deps.pingEveryMs ?? pingEveryMs,
    now: deps.now,
    log: deps.log,
  };
  const handleRequest = requestHandler(tools);
  const upgrade = upgradeHandler(tools);
  const door = frontDoor({
    ...tools,
    shedLoad: deps.shedLoad ?? (() => null),
    onLoadShed: deps.onLoadShed ?? (() => {}),
  });
  const unsolicitedAnswers = (): ReadonlyMap<string, Unsolicited> => {
    const all = [...deps.snapshot().plugins.values()].map(
      (plugin) => [plugin.id, containers.unsolicitedFrom(plugin)] as const,
    );
    return new Map(all.filter(([, { count }]) => count > 0));
  };
  const takes = (rawUrl: string) => findAddress(rawUrl, deps.snapshot().mounts) !== null;
  return {
    takes,
    handle: (req, res) => handleRequest(new NodeRequest(req), new NodeResponse(res)),
    stepBefore: (server, isOpen) => {
      answerOddRequests(server, door.refuseOdd);
      return fastPath(server, {
        isOn: deps.isFastPathOn ?? true,
        takes,
        handle: handleRequest,
        isOpen,
        flushes,
        now: deps.now,
      });
    },
    handleContinue: (req, res) => handleRequest(new NodeRequest(req, true), new NodeResponse(res)),
    upgrade: (req, socket, head) => {
      if (takes(req.url ?? '')) upgrade(req, socket, head);
      else door.refuseUpgrade(req, socket);
    },
    opensTo: door.opensTo,
    signAssertion: (principal, pluginId) =>
      assertions.assertionFor(
        principal,
        pluginId,
        deps.snapshot().plugins.get(pluginId)?.admitted?.compiled ?? discloseNothing,
      ),
    closeStreams: open.close,
    openCount: open.count,
    openNow: () => openByPlugin(open.all()),
    unsolicitedAnswers,
    notesOn: (pluginId) => {
      const unsolicited = unsolicitedAnswers().get(pluginId);
      return unsolicited ? [unsolicitedNote(unsolicited)] : [];
    },
    drain: (withinMs = drainMs) => open.drain(withinMs),
    close: async () => {
      for (const stop of stopListening) stop();
      again.stop();
      accessLines.flush();
      containers.close();
    },
  };
}

/**
 * For the server's `shouldUpgradeCallback`: a request for another protocol, such as h2c, is answered over
 * this one (RFC 9110 7.8).
 */
export function isUpgradeTaken({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.some(
    (value, index) =>
      index % 2 === 1 &&
      rawHeaders[index - 1]?.toLowerCase() === 'upgrade' &&
      value.toLowerCase() === 'websocket',
  );
}

function openByPlugin(streams: readonly OpenRequest[]): Map<string, { requests: number; streams: number }> {
  const counts = new Map<string, { requests: number; streams: number }>();
  for (const { pluginId, isLongLived } of streams) {
    const count = counts.get(pluginId) ?? { requests: 0, streams: 0 };
    if (isLongLived) count.streams++;
    else count.requests++;
    counts.set(pluginId, count);
  }
  return counts;
}
