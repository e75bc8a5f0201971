/**
 * For tests: the gateway as it is composed, with two modules whose hooks are the test's own functions, and
 * two containers.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestAnswer, manifestOf, startContainer } from '@berth/testing/fake-container.ts';
import type {
  Awaitable,
  HookBindings,
  HookContext,
  PrincipalContext,
  ResourceRef,
  UsageRow,
} from '@berth/plugin-kit/hooks/hooks.ts';
import { WebSocketServer } from 'ws';
import { browserAt, send } from '../identity/accounts/testing/identity-gateway.ts';
import { goodPassword, realGateway, setupToken } from './real-gateway.ts';

/** What the hooks do; each test sets what it needs. Keys begin with the module: `first bob`. */
export type Does = {
  tokens: Record<string, PrincipalContext | (() => never) | 'hang'>;
  require: (module: string, who: PrincipalContext, ref: ResourceRef, action: string) => Awaitable<void>;
  ids: Record<string, string[] | null>;
  guard: (who: PrincipalContext) => void;
  registrar: (told: Told) => void;
  /** What registrars heard, and the tokens that providers were asked about. */
  told: Told[];
  asked: string[];
  rows: UsageRow[];
  refusal: HookContext['refusal'];
};
type Told = { at: string; who: string; ref: ResourceRef };

export type HookedGateway = Awaited<ReturnType<typeof hookedGateway>>;

export const app = '/api/plugins/hello/app';
export const as = (token: string) => ({ authorization: `Bearer ${token}` });

export function person(id: string, more: Partial<PrincipalContext> = {}): PrincipalContext {
  return {
    principal_id: id,
    org_id: 'demo',
    external_id: `${id}@demo.example`,
    principal_type: 'user',
    scopes: ['user'],
    ...more,
  };
}

export async function hookedGateway() {
  const does: Does = { ...quiet(), rows: [], refusal: () => new Error('not installed yet') };
  const container = await startContainer(
    manifestOf('hello', {
      identity: { claims: ['email', 'groups'] },
      routes: [
        { path: '/x', methods: ['GET', 'POST'] },
        { path: '/crew', access: { required_groups: ['Crew'] } },
        { path: '/look', methods: ['OPTIONS'], stream: 'sse' },
      ],
    }),
  );
  for (const path of ['/x', '/crew']) container.answers.set(path, (_, res) => void res.end('hello'));
  container.answers.set(
    '/look',
    (_, res) => void res.writeHead(200, { 'content-type': 'text/event-stream' }).write(': here\n\n'),
  );
  const sockets = await socketContainer();
  const modules = await twoModules((module, context) => bindingsOf(module, context, does));
  const gateway = await realGateway({
    ...modules.env,
    BERTH_SERVICES: `hello=${container.url},live=${sockets.url}`,
    BERTH_POLL_SECONDS: '3600',
    BERTH_HOOK_TIMEOUT_MS: '300',
  });
  const root = browserAt(gateway.origin);
  const account = { token: setupToken, email: 'root@example.org', password: goodPassword };
  await root.request('POST', '/api/auth/setup', account);
  while (!(await fetch(`${gateway.origin}/health/ready`)).ok);
  return {
    gateway,
    container,
    root,
    does,
    modules,
    ask: (token: string, method: string, path: string, body?: unknown) =>
      send(gateway.origin, method, path, body, as(token)),
    statusOf: async (token: string, path = `${app}/x`) =>
      (await fetch(gateway.origin + path, { headers: as(token) })).status,
    reset: () => void Object.assign(does, quiet()),
    close: async () => {
      await gateway.close();
      await modules.remove();
      await container.stop();
      sockets.stop();
    },
  };
}

function quiet(): Omit<Does, 'rows' | 'refusal'> {
  return {
    tokens: { 'second bob': person('bob'), 'second alice': person('alice', { scopes: ['admin'] }) },
    require: () => {},
    ids: {},
    guard: () => {},
    registrar: () => {},
    told: [],
    asked: [],
  };
}

function bindingsOf(module: string, context: HookContext, does: Does): HookBindings {
  does.refusal = context.refusal;
  const tell = (what: string) => (who: PrincipalContext, ref: ResourceRef) => {
    const one = { at: `${module} ${what}`, who: who.principal_id, ref };
    does.told.push(one);
    does.registrar(one);
  };
  return {
    identity_providers: [
      {
        name: 'tokens',
        resolve: (token) => {
          does.asked.push(`${module} ${token}`);
          const found = does.tokens[`${module} ${token}`];
          if (found === 'hang') return new Promise(() => {});
          return typeof found === 'function' ? found() : (found ?? null);
        },
      },
    ],
    submission_guards: [{ name: 'guard', check: (who) => does.guard(who) }],
    usage_sinks: [
      {
        name: 'sink',
        emit: (more) => {
          if (module === 'first') throw new Error('the ledger is away');
          does.rows.push(...more);
        },
      },
    ],
    permission_checkers: [
      {
        name: 'checker',
        accessible_ids: () => does.ids[module] ?? null,
        require: (who, ref, action) => does.require(module, who, ref, action),
      },
    ],
    resource_registrars: [{ name: 'registrar', register: tell('+'), deregister: tell('-') }],
    supplier_resolvers: [
      { name: 'supplier', resolve: ({ plugin_id: id }) => (module === 'first' ? null : `of ${id}`) },
    ],
  };
}

/** `first` and `second`, in a folder of their own. */
async function twoModules(bindingsFor: (module: string, context: HookContext) => HookBindings) {
  const folder = await mkdtemp(join(tmpdir(), 'berth-hooks-'));
  const stopped: string[] = [];
  const place = `berthHooks${process.hrtime.bigint()}`;
  Reflect.set(globalThis, place, (name: string, context: HookContext) => ({
    bindings: bindingsFor(name, context),
    [Symbol.asyncDispose]: () => Promise.resolve(void stopped.push(name)),
  }));
  for (const name of ['first', 'second'])
    await writeFile(
      join(folder, `${name}.mjs`),
      `export const api_version = 1;\nexport const install = (context) => globalThis.${place}('${name}', context);\n`,
    );
  return {
    env: { BERTH_PLUGINS: ' first, ,second,', BERTH_PLUGIN_DIR: folder },
    /** Names of modules, in the order in which they were closed. */
    stopped,
    remove: async () => {
      Reflect.deleteProperty(globalThis, place);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function socketContainer() {
  const manifest = manifestOf('live', { routes: [{ path: '/ws', stream: 'websocket' }] });
  const server = createServer((req, res) => {
    if (req.url === '/plugin/manifest') return manifestAnswer(manifest)(req, res, '');
    res.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
  });
  const webSockets = new WebSocketServer({ server });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    stop: () => {
      webSockets.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
