/**
 * For tests: the real edge on a real server, plugins from real manifests, people by bearer token or cookie.
 */
import type { PluginState } from '@berth/plugin-kit/contract/wire/plugins.ts';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { BlockList, type AddressInfo, type Server as NetServer } from 'node:net';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { type ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { readManifest } from '@berth/plugin-kit/contract/read-manifest.ts';
import { compilePattern } from '@berth/plugin-kit/contract/route-pattern.ts';
import { anyOf, compileRule } from '@berth/plugin-kit/contract/rule.ts';
import type { Identification, Identify, Principal } from '#identity/access/principal.ts';
import { ourHosts } from '#platform/our-hosts.ts';
import type { CompiledPlugin, Plugin, Snapshot } from '#plugins/registry/snapshot.ts';
import type { AccessLine } from '#edge/http/access-line.ts';
import { edgeRoom, isUpgradeTaken, type Edge, type EdgeDeps } from '../edge.room.ts';

export const groupIds = new Map([
  ['readers', '00000000-0000-4000-8000-00000000a001'],
  ['writers', '00000000-0000-4000-8000-00000000a002'],
]);

export function compile(input: ManifestInput): {
  manifest: NonNullable<Plugin['admitted']>['manifest'];
  compiled: CompiledPlugin;
} {
  const reading = readManifest(input);
  if (!reading.ok) throw new Error(JSON.stringify(reading));
  const { manifest } = reading;
  const rule = (own: Parameters<typeof compileRule>[0]) => compileRule(own ?? manifest.access, groupIds);
  const nav = manifest.nav.map((item) => ({ item, maySee: rule(item.access) }));
  return {
    manifest,
    compiled: {
      mayUse: rule(undefined),
      maySee: anyOf([rule(undefined), ...nav.map(({ maySee }) => maySee)]),
      mayReadSettings: rule(manifest.settings_access.read),
      mayWriteSettings: rule(manifest.settings_access.write),
      nav,
      actions: [],
      routes: manifest.routes.map((spec) => ({
        spec,
        matches: compilePattern(spec.path),
        methods: new Set<string>(spec.methods),
        mayUse: compileRule(spec.access ?? manifest.access, groupIds),
      })),
      contributions: { widgets: [] },
      groupIdByName: groupIds,
      namedGroupIds: new Set(groupIds.values()),
      claims: new Set<string>(manifest.identity.claims),
    },
  };
}

export function pluginOf(origin: string, input: ManifestInput, state: PluginState = 'online'): Plugin {
  const { manifest, compiled } = compile(input);
  return {
    id: manifest.id,
    origin,
    state,
    stateSince: 0,
    detail: null,
    admitted: { manifest, compiled, etag: null, unknownFields: [], admittedAt: 0 },
    refusal: null,
    stages: [],
    nextPollAt: null,
  };
}

export function snapshotOf(...plugins: Plugin[]): Snapshot {
  return {
    version: 1,
    plugins: new Map(plugins.map((plugin) => [plugin.id, plugin])),
    mounts: new Map(
      plugins.flatMap((plugin) =>
        (plugin.admitted?.manifest.mounts ?? []).map((mount): [string, string] => [mount, plugin.id]),
      ),
    ),
  };
}

export function person(name: string, fields: Partial<Principal> = {}): Principal {
  return {
    userId: `00000000-0000-4000-8000-${Buffer.from(name.padEnd(6, '.').slice(0, 6)).toString('hex')}`,
    email: `${name}@example.com`,
    name,
    isSuperuser: false,
    groupIds: new Set(),
    groupNames: new Map([...groupIds].map(([groupName, id]) => [id, groupName])),
    credential: { kind: 'bearer', id: name, expiresAt: Number.MAX_SAFE_INTEGER },
    ...fields,
  };
}

export type EdgeServer = {
  edge: Edge;
  server: Server;
  port: number;
  url: string;
  assertionKey: KeyObject;
  lines: AccessLine[];
  show: (...plugins: Plugin[]) => void;
  /** Tells the edge that rights changed: of one user, or of any. */
  changeRights: (userId?: string) => void;
  close: () => Promise<void>;
};

/** @param people by bearer token; the same name in the cookie `berth_session` is their session */
export async function startEdge(
  people: Record<string, Principal>,
  overrides: Partial<EdgeDeps> = {},
): Promise<EdgeServer> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  let snapshot = snapshotOf();
  const lines: AccessLine[] = [];
  const rightsListeners = new Set<(userId: string | undefined) => void>();
  const pluginListeners = new Set<() => void>();
  const sessions = new Map(
    Object.entries(people).map(([token, principal]) => [
      token,
      { ...principal, credential: { ...principal.credential, kind: 'session' as const } },
    ]),
  );
  const identify: Identify = (rawHeaders): Identification => {
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      const value = rawHeaders[index + 1] ?? '';
      const name = rawHeaders[index]?.toLowerCase();
      const bearer = name === 'authorization' ? people[value.replace(/^Bearer /, '')] : undefined;
      const session =
        name === 'cookie' ? sessions.get(/berth_session=([^;]*)/.exec(value)?.[1] ?? '') : undefined;
      const principal = bearer ?? session;
      if (principal) return { ok: true, principal };
    }
    return { ok: false, reason: 'none' };
  };
  const { connectionOptions, ...others } = overrides;
  const edge = edgeRoom({
    snapshot: () => snapshot,
    identify,
    refuseForgery: (_method, rawHeaders) =>
      rawHeaders.some((item) => item.toLowerCase() === 'x-csrf-token') ? null : 'x-csrf-token is missing',
    assertionSigner: () => ({ kid: 'test', privateKey }),
    trustedProxies: new BlockList(),
    publicUrl: null,
    ourHost: ourHosts(['g', 'gateway', 'public.example'], false),
    capabilitySecret: 'a secret of the tests',
    now: Date.now,
    log: createLogger('edge-test', 'silent'),
    accessLog: (gathered) => lines.push(...gathered),
    onRightsChanged: (listener) => {
      rightsListeners.add(listener);
      return () => void rightsListeners.delete(listener);
    },
    onPluginsChanged: (listener) => {
      pluginListeners.add(listener);
      return () => void pluginListeners.delete(listener);
    },
    isFastPathOn: process.env['BERTH_EDGE_FAST_PATH'] !== 'off',
    ...others,
    connectionOptions: {
      transport: process.env['BERTH_EDGE_POOL'] === 'undici' ? 'undici' : 'own',
      ...connectionOptions,
    },
  });
  const server = createServer({ requestTimeout: 0, shouldUpgradeCallback: isUpgradeTaken });
  server.on('request', (req, res) => {
    if (edge.takes(req.url ?? '')) edge.handle(req, res);
    else if (edge.opensTo(req, res)) res.writeHead(418).end('not a plugin address');
  });
  server.on('checkContinue', (req, res) => edge.handleContinue(req, res));
  server.on('upgrade', edge.upgrade);
  edge.stepBefore(server, () => true);
  const port = await listen(server);
  return {
    edge,
    server,
    port,
    url: `http://127.0.0.1:${port}`,
    assertionKey: publicKey,
    lines,
    show: (...plugins) => {
      snapshot = snapshotOf(...plugins);
      for (const listener of pluginListeners) listener();
    },
    changeRights: (userId) => {
      for (const listener of rightsListeners) listener(userId);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await edge.close();
    },
  };
}

export async function listen(server: Server | NetServer): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return portOf(server.address());
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}
