/**
 * The service as a test starts it: real database, real folders, real sockets, and a gateway that is only a
 * key.
 */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { freshDatabase } from '@berth/testing/database.ts';
import { startApp, type App, type AppOptions } from '../app.ts';

export type TestService = {
  app: App;
  folders: { watch: string; vault: string };
  databaseUrl: string;
  drop: (path: string, bytes: Uint8Array) => Promise<void>;
  ask: (path: string, options?: RequestInit & Asking) => Promise<Response>;
  json: (path: string, options?: RequestInit & Asking) => Promise<Listing>;
  assertion: (pluginId: string) => Promise<string>;
  dropDatabase: () => Promise<void>;
  /** Stops the service and starts it again on the same data. */
  restart: (options?: Partial<AppOptions>) => Promise<void>;
  close: () => Promise<void>;
};

/** On whose behalf the gateway asks. */
export type Asking = { as?: string; groups?: string[]; superuser?: boolean };

export type Item = {
  id: string;
  title: string;
  filename: string;
  sha256: string;
  size_bytes: number;
  pages: number;
  status: string;
  source: string;
  category: string | null;
  error: string | null;
  error_reason: string | null;
  snippet: string | null;
  found_page: number | null;
  version: number;
  places: { source: string; path: string; missing: boolean }[];
  superseded_by: string | null;
  type: string | null;
  tags: string[];
  etag: string;
  may_edit: boolean;
  may_share: boolean;
  shared_with: { read: string[]; edit: string[] };
  trashed_at: string | null;
  path: string;
  count: number;
};
export type Listing = Item & {
  items: Item[];
  total: number;
  is_total_exact: boolean;
  next_cursor: string | null;
  ranked_newest: number | null;
  filters: { text: string; query: string }[];
  titles: { id: string; title: string }[];
  notes: { word: string; detail: string }[];
  similar: { word: string; found: string[] }[];
  text: string;
  status: string;
  counts: Record<string, number>;
  watching: Record<string, unknown>;
  detail?: string;
  checks?: { watching?: Record<string, unknown> };
  facets: Record<
    'types' | 'correspondents' | 'tags' | 'sources' | 'fields',
    { value: string; count: number }[]
  >;
  changed: number;
  skipped: number;
  undo_id: string | null;
  history: {
    kind: string;
    document_id: string | null;
    by: { name: string | null } | null;
    change: { from: unknown; to: unknown } | null;
  }[];
  width: number;
  height: number;
  ocr: { waiting: number; read: number; failed: number; detail: string | null } | null;
  invoice: Record<string, unknown> | null;
  words: [string, number, number, number, number][];
  marks: [number, number, number, number][];
  versions: { number: number; sha256: string; pages: number | null; place: string; download_url: string }[];
};

export const alice = '11111111-1111-4111-8111-111111111111';
export const bob = '22222222-2222-4222-8222-222222222222';

/**
 * @param given `internalUrl` of the gateway, for what the service asks it; `importFolder`, in which exports
 * lie
 */
export async function startService(
  given: Partial<AppOptions> & { internalUrl?: string; importFolder?: string } = {},
): Promise<TestService> {
  const { internalUrl, importFolder, ...options } = given;
  const scratch = await mkdtemp(join(tmpdir(), 'berth-doc-'));
  const folders = { watch: join(scratch, 'watch'), vault: join(scratch, 'state', 'vault') };
  await mkdir(folders.watch);
  const database = await freshDatabase('doc-service');
  const keys = await generateKeyPair('EdDSA');
  const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'test', alg: 'EdDSA' }] };
  const config = {
    port: 0,
    host: '127.0.0.1',
    databaseUrl: database.url,
    watchFolder: folders.watch,
    vaultFolder: folders.vault,
    gatewayUrl: 'http://127.0.0.1:1',
    internalUrl,
    importFolder,
    logLevel: 'silent',
  };
  const start = (more: Partial<AppOptions> = {}): Promise<App> =>
    startApp({
      config,
      log: createLogger('test', process.env['TEST_LOG'] ?? 'silent'),
      quietMs: 300,
      jwks,
      ...options,
      ...more,
    });
  const assertion = (
    userId: string,
    { groups = [], superuser = false }: Omit<Asking, 'as'>,
    pluginId = 'doc-service',
  ): Promise<string> =>
    new SignJWT({ groups, superuser, name: 'Somebody' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
      .setIssuer('berth')
      .setAudience(pluginId)
      .setSubject(userId)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(keys.privateKey);
  const service: TestService = {
    app: await start(),
    folders,
    databaseUrl: database.url,
    async drop(path, bytes) {
      await mkdir(dirname(join(folders.watch, path)), { recursive: true });
      await writeFile(join(folders.watch, path), bytes);
    },
    async ask(path, { as = alice, groups = [], superuser = false, ...init } = {}) {
      const headers = new Headers(init.headers);
      headers.set('x-berth-assertion', await assertion(as, { groups, superuser }));
      return fetch(new URL(path, service.app.serving.url), { ...init, headers });
    },
    async json(path, init) {
      const answer: unknown = await (await service.ask(path, init)).json();
      if (!isAnswer(answer)) throw new Error(`no object came from ${path}`);
      return answer;
    },
    assertion: (pluginId) => assertion(alice, {}, pluginId),
    dropDatabase: () => database.drop(),
    async restart(more) {
      await service.app.stop();
      service.app = await start(more);
    },
    async close() {
      await service.app.stop();
      await database.drop();
      await chmod(folders.watch, 0o755).catch(() => {});
      await rm(scratch, { recursive: true, force: true });
    },
  };
  return service;
}

/** Asks until the answer is right, or the time is over: then the last answer is what the test sees. */
export async function until<Value>(
  ask: () => Promise<Value>,
  isRight: (value: Value) => boolean,
  timeoutMs = 90_000,
): Promise<Value> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (isRight(value) || Date.now() > endMs) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Its fields are what the tests look at. */
function isAnswer(value: unknown): value is Listing {
  return typeof value === 'object' && value !== null;
}
