/**
 * The gateway's hot path in a process of its own: the real access and edge rooms, an RS256 token as `/api/auth/login`
 * issues it, the credential cache with its time bound on, the access log on. Only the database behind them is a map.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { BlockList } from 'node:net';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { readManifest } from '@berth/plugin-kit/contract/manifest.ts';
import { compilePattern } from '@berth/plugin-kit/contract/route-pattern.ts';
import { compileRule } from '@berth/plugin-kit/contract/rule.ts';
import { accessRoom } from '../../gateway/src/access/access.room.ts';
import { edgeRoom } from '../../gateway/src/edge/edge.room.ts';
import type { CompiledPlugin, Snapshot } from '../../gateway/src/plugins/registry/snapshot.ts';
import { announce } from './announce.ts';

const groupId = '00000000-0000-4000-8000-0000000000a1';
const user = { id: '00000000-0000-4000-8000-000000000001', email: 'ann@example.com', name: 'Ann', isSuperuser: false, credentialsVersion: 1 };
const reading = readManifest({
  manifest_version: '1.0',
  id: 'bench',
  name: 'Bench',
  version: '1.0.0',
  access: { required_groups: ['bench-admin'] },
  identity: { claims: ['email', 'name', 'groups'] },
  routes: [
    { path: '/reports/*/lines', methods: ['GET', 'POST'] },
    { path: '/**', methods: ['GET', 'HEAD', 'POST'], limits: { max_body_bytes: 1024 ** 4, max_concurrent: 10_000 } },
  ],
});
if (!reading.ok) throw new Error('the manifest of the bench is wrong');
const { manifest } = reading;
const groups = new Map([['bench-admin', groupId]]);
const rule = compileRule(manifest.access, groups);
const compiled: CompiledPlugin = {
  mayUse: rule,
  maySee: rule,
  mayReadSettings: rule,
  mayWriteSettings: rule,
  nav: [],
  routes: manifest.routes.map((spec) => ({ spec, matches: compilePattern(spec.path), methods: new Set<string>(spec.methods), mayUse: rule })),
  namedGroupIds: new Set([groupId]),
  claims: new Set<string>(manifest.identity.claims),
};
const snapshot: Snapshot = {
  version: 1,
  plugins: new Map([
    [
      'bench',
      {
        id: 'bench',
        origin: `http://127.0.0.1:${process.env['UPSTREAM']}`,
        state: 'online',
        stateSince: 0,
        detail: null,
        admitted: { manifest, compiled, etag: null, unknownFields: [], admittedAt: 0 },
        refusal: null,
        stages: [],
        nextPollAt: null,
      },
    ],
  ]),
  mounts: new Map([['/api/other', 'other']]),
};

const accessKeys = generateKeyPairSync('rsa', { modulusLength: 4096 });
const assertionKeys = generateKeyPairSync('ed25519');
const access = accessRoom({
  findSession: async () => null,
  findSessionById: async (id) => ({ id, kind: 'program', openedAt: 0, expiresAt: Date.now() + 3_600_000, user }),
  findUser: async () => user,
  findGroups: async () => new Map([[groupId, 'bench-admin']]),
  isApiKey: () => false,
  findApiKey: async () => ({ ok: false, detail: '' }),
  countKeyUse: () => {},
  accessSigner: () => ({ kid: 'bench', privateKey: accessKeys.privateKey }),
  accessKey: () => accessKeys.publicKey,
  secret: Buffer.alloc(32, 1),
  publicUrl: null,
  trustedProxies: new BlockList(),
  now: Date.now,
});
const log = createLogger('bench', 'silent');
const edge = edgeRoom({
  snapshot: () => snapshot,
  identify: access.identify,
  refuseForgery: access.refuseForgery,
  assertionSigner: () => ({ kid: 'bench', privateKey: assertionKeys.privateKey }),
  trustedProxies: new BlockList(),
  publicUrl: null,
  capabilitySecret: 'bench',
  now: Date.now,
  log,
  accessLog: (lines) => log.info({ lines }, 'access'),
});

const server = createServer((req, res) => {
  if (edge.takes(req.url ?? '')) edge.handle(req, res);
  else res.writeHead(404).end();
});
server.keepAliveTimeout = 60_000;
const { token } = await access.issueAccessToken(user, randomUUID());
announce(server, { path: '/api/plugins/bench/app/files/1', token });

// An ordinary end, so that a profile (`--profile`) is written.
process.once('SIGTERM', () => process.exit(0));
