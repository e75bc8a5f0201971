/**
 * What a feature container stands on: everything that the gateway asks of it, and a safe answer to which
 * caller it is.
 *
 *   const { serve } = createContainer({ manifest, routes, gatewayUrl: process.env['BERTH_GATEWAY_URL'] });
 *   await serve({ port: 9000 });
 */
import { Hono, type Context, type Env, type Schema } from 'hono';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { createLogger, type Logger } from '../base/logger.ts';
import { problemResponse } from '../base/problem-response.ts';
import { createSentences } from '../base/sentences.ts';
import { identityHeaders, type Caller } from '../contract/identity.ts';
import { type Manifest, type ManifestInput } from '../contract/manifest.ts';
import { readManifest } from '../contract/read-manifest.ts';
import { Problem } from '../contract/problem.ts';
import { askedPaths, isOfPlugin } from '../contract/shell-fields.ts';
import { serveActions } from './actions.ts';
import { createAnnouncer } from './announce.ts';
import { createCallback, type Callback } from './callback.ts';
import { capabilityAt, capabilityMaxBytes, isAskedByGateway, serveCapability } from './capabilities.ts';
import { assertionOf, createCallerReader, gatewayKeys } from './caller.ts';
import { createConnections } from './connections.ts';
import { etagOf, isUnchanged } from './etag.ts';
import { livePathsOf, serveLive, type RestoreDraft } from './live.ts';
import { asProblem } from './refusals.ts';
import { createRouteFinder, limitBody } from './routes.ts';
import { listen, type ServeOptions, type Serving } from './serve.ts';
import { createSettingsEndpoint, settingsMaxBytes, settingsPatchTypes } from './settings.ts';
import { settingsInFile, type SettingsStore } from './settings-store.ts';
import { createUiFiles, type UiFiles } from './ui-files.ts';
import type { Container, ContainerOptions } from './container.types.ts';

export { settingsInFile, type SettingsStore, type Serving, type ServeOptions };
export type { Container, ContainerOptions };
export type { Action, ActionRun } from './actions.ts';
export {
  configuration,
  documents,
  identity,
  logs,
  type CapabilityCall,
  type CapabilityImplementation,
} from './capabilities.ts';
export type { Connections } from './connections.ts';
export type { CheckDraft, ChoicesOf } from './live.ts';
export type { ConnectionState } from '../contract/connections.ts';
/** For a container's own resources: whether `If-Match` still holds. */
export { isStillCurrent } from './etag.ts';

const callers = new WeakMap<object, Caller>();

/**
 * Who the gateway says is asking.
 * @throws Problem 401 on a public route that nobody signed in asks for
 */
export function caller(c: Context): Caller {
  const found = callers.get(c);
  if (!found) throw new Problem('not-signed-in');
  return found;
}

/** As `caller`, and `null` for nobody: only on a route that the manifest calls public. */
export function callerOrNobody(c: Context): Caller | null {
  return callers.get(c) ?? null;
}

/** @throws Error that says everything that is wrong with the manifest or the options */
export function createContainer<E extends Env = Env, S extends Schema = Schema>(
  options: ContainerOptions<E, S>,
): Container {
  const manifest = checked(announced(options.manifest));
  const log = options.log ?? createLogger(manifest.id);
  const app = new Hono();
  const sentences = createSentences(options.sentences);
  app.onError((error, c) => {
    const spoken = sentences.wantedBy(c.req.header('accept-language'));
    return problemResponse(asProblem(error), c.req.header(identityHeaders.requestId), log, spoken);
  });
  app.notFound(() => {
    throw new Problem('not-found');
  });
  const ui = uiOf(manifest, options.uiFolder);
  const { internalUrl } = options;
  const callback = createCallback();
  const announcer = internalUrl ? createAnnouncer({ id: manifest.id, internalUrl, callback, log }) : null;
  if (internalUrl) listenToChecks(app, callback);
  serveOpenAnswers(app, manifest, options, ui);
  guard(app, manifest, options, log);
  const restoreDraft = serveSettings(app, manifest, options.settings, () => announcer?.announce());
  serveLive(app, manifest, { ...options, restoreDraft, sentences, callerOf: caller });
  const actions = serveActions(app, manifest, { callerOf: caller, sentences, log });
  if (options.routes) app.route('/', options.routes);
  const unserved = new Set(manifest.capabilities.map(({ id }) => id));
  return {
    app,
    manifest,
    announce: () => announcer?.announce(),
    action: actions.add,
    connections: createConnections({ internalUrl, callback }),
    capability: (id, implementation) => {
      serveCapability(app, manifest, { id, implementation }, caller);
      unserved.delete(id);
    },
    async serve(where) {
      if (unserved.size > 0)
        throw new Error(`Nothing answers these capabilities of the manifest: ${[...unserved].join(', ')}.`);
      if (options.insecureWithoutGateway && !isLoopback(where.host))
        throw new Error('insecureWithoutGateway listens on the loopback alone.');
      const serving = await listen(app.fetch, where, log);
      announcer?.announce();
      return {
        ...serving,
        stop: () => {
          announcer?.stop();
          return serving.stop();
        },
      };
    },
  };
}

/** What the gateway asks before it knows anybody: health, manifest, files of the page. */
function serveOpenAnswers<E extends Env, S extends Schema>(
  app: Hono,
  manifest: Manifest,
  options: ContainerOptions<E, S>,
  ui: UiFiles | null,
): void {
  const health = options.health ?? (() => ({ status: 'ok' as const }));
  app.get(manifest.health.path, async (c) => {
    try {
      return c.json(await health(), 200, { 'cache-control': 'no-store' });
    } catch (cause) {
      throw new Problem('unavailable', {
        detail: 'The container says that it is not well.',
        headers: { 'retry-after': '5' },
        cause,
      });
    }
  });
  const body = JSON.stringify(announced(options.manifest));
  const etag = etagOf(body);
  app.get('/plugin/manifest', (c) => {
    const headers = { etag, 'cache-control': 'no-cache' };
    if (isUnchanged(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers);
    return c.body(body, 200, { ...headers, 'content-type': 'application/json' });
  });
  if (!ui) return;
  app.use(async (c, next) => {
    const rawPath = rawPathOf(c);
    if (!ui.takes(c.req.method, rawPath)) return next();
    return ui.answer(c, rawPath);
  });
}

/** The manifest as it is served: the kit says by itself what its settings endpoint speaks. */
function announced(manifest: ManifestInput): ManifestInput {
  return manifest.settings_schema === undefined
    ? manifest
    : { ...manifest, settings_patch: [...settingsPatchTypes] };
}

/** Each check of the gateway brings a fresh token with which to call back. */
function listenToChecks(app: Hono, callback: Callback): void {
  app.use(async (c, next) => {
    callback.hear(c.req.header(identityHeaders.callback));
    await next();
  });
}

/** Everything else needs the gateway's word for who is asking, and a place in the manifest. */
function guard<E extends Env, S extends Schema>(
  app: Hono,
  manifest: Manifest,
  options: ContainerOptions<E, S>,
  log: Logger,
): void {
  const identify = identifier(manifest, options, log);
  const findRoute = createRouteFinder(manifest);
  const asked = new Set(
    askedPaths(manifest)
      .map(({ path }) => path)
      .filter(isOfPlugin),
  );
  const live = livePathsOf(manifest);
  const isLive = (method: string, path: string): boolean =>
    (method === 'GET' && live.choices.has(path)) || (method === 'POST' && live.checks.has(path));
  app.use(async (c, next) => {
    const rawPath = rawPathOf(c);
    if (rawPath === '/plugin/settings' || isLive(c.req.method, rawPath)) {
      callers.set(c, await identify(c));
      limitBody(c, settingsMaxBytes);
      return next();
    }
    if (asked.has(rawPath) && c.req.method === 'GET') {
      callers.set(c, await identify(c));
      return next();
    }
    const capability = capabilityAt(manifest, rawPath);
    if (capability !== null) {
      callers.set(c, await identify(c));
      if (!isAskedByGateway(c, capability)) throw new Problem('not-found');
      limitBody(c, capabilityMaxBytes);
      return next();
    }
    const route = routeOrRefusal(() => findRoute(c.req.method, rawPath));
    const isAnonymous =
      route.ok && route.value.isPublic && c.req.header(identityHeaders.assertion) === undefined;
    // Who is nobody learns nothing, not even which routes there are.
    if (!isAnonymous) callers.set(c, await identify(c));
    if (!route.ok) throw route.refusal;
    limitBody(c, route.value.maxBodyBytes);
    return next();
  });
}

function serveSettings(
  app: Hono,
  manifest: Manifest,
  store: SettingsStore | undefined,
  announce: () => void,
): RestoreDraft | null {
  if (manifest.settings_schema === undefined) {
    if (store) throw new Error('There is a settings store and no settings_schema in the manifest.');
    return null;
  }
  if (!store)
    throw new Error(
      'The manifest has a settings_schema: hand over a settings store, such as settingsInFile(…).',
    );
  const endpoint = createSettingsEndpoint(manifest.settings_schema, store);
  app.get('/plugin/settings', endpoint.get);
  app.patch('/plugin/settings', async (c) => {
    const answer = await endpoint.patch(c);
    // Settings may change how the container is; the gateway need not wait to learn it.
    announce();
    return answer;
  });
  return endpoint.restoreDraft;
}

const localAuthor: Caller = {
  userId: '00000000-0000-4000-8000-000000000000',
  name: 'Local author',
  groups: [],
  isSuperuser: true,
};

function identifier<E extends Env, S extends Schema>(
  manifest: Manifest,
  options: ContainerOptions<E, S>,
  log: Logger,
): (c: Context) => Promise<Caller> {
  if (options.insecureWithoutGateway) {
    log.warn('insecureWithoutGateway: every request counts as coming from a local superuser');
    return () => Promise.resolve(localAuthor);
  }
  const read = createCallerReader(manifest.id, keysOf(options), options.now ?? Date.now);
  return (c) => read(assertionOf(c));
}

function keysOf({
  jwks,
  gatewayUrl,
}: {
  jwks?: JSONWebKeySet | undefined;
  gatewayUrl?: string | undefined;
}): JWTVerifyGetKey {
  if (jwks) return createLocalJWKSet(jwks);
  if (gatewayUrl) return gatewayKeys(gatewayUrl);
  throw new Error(
    'Say where the gateway is (gatewayUrl, usually from BERTH_GATEWAY_URL): its keys tell who is asking.',
  );
}

function checked(input: ManifestInput): Manifest {
  const reading = readManifest(input);
  if (reading.ok) return reading.manifest;
  const reasons =
    reading.reason === 'invalid'
      ? reading.errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`)
      : [reading.detail];
  throw new Error(`The manifest is not right:\n${reasons.map((reason) => `  - ${reason}`).join('\n')}`);
}

function uiOf(manifest: Manifest, folder: string | undefined): UiFiles | null {
  if (folder === undefined) return null;
  if (!manifest.ui) throw new Error('There is a uiFolder and no ui in the manifest.');
  return createUiFiles(manifest.ui.entry, folder);
}

function routeOrRefusal<Value>(
  find: () => Value,
): { ok: true; value: Value } | { ok: false; refusal: unknown } {
  try {
    return { ok: true, value: find() };
  } catch (refusal) {
    return { ok: false, refusal };
  }
}

/** The path as it came: Hono's own decodes some of it. */
function rawPathOf(c: Context): string {
  return new URL(c.req.url).pathname;
}

function isLoopback(host: string | undefined): boolean {
  return host === undefined || host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
