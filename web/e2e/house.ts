/** The whole real product on free ports in a data folder of its own, and a real Chromium in front of it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { chromiumFlags, ensureChromium } from '@berth/testing/chromium.ts';
import { openRequests, type OpenRequests } from '@berth/testing/looks.ts';
import { readOptions } from '@berth/testing/product.ts';
import { nodeBinary, root } from '@berth/testing/checkout.ts';
import { freePort } from '@berth/testing/checkout.ts';
import { startProduct, type Product } from '@berth/testing/product.ts';

export type House = {
  product: Product;
  data: string;
  /** The last lines of the servers, for when something went wrong. */
  log: readonly string[];
  /** A browser of its own: no cookie of another visit. */
  visit: (options?: BrowserContextOptions) => Promise<Visit>;
  /** The same, signed in: as the superuser (made with the first call), or as somebody else who has an account. */
  visitSignedIn: (options?: BrowserContextOptions, person?: Person) => Promise<Visit>;
  /** An account, as an admin adds one. */
  addPerson: (person: Person & { name?: string }) => Promise<void>;
  /** Puts a file into the watched folder, as a person would: whole, under its own name. */
  drop: (path: string, bytes: Uint8Array) => Promise<void>;
  /** The example container, listed in services.yaml. */
  startHello: () => Promise<Container>;
  close: () => Promise<void>;
};

export type Visit = {
  context: BrowserContext;
  page: Page;
  /** What the browser complained of: refused by a policy, uncaught errors. */
  complaints: readonly string[];
  requests: OpenRequests;
};

export type Person = { email: string; password: string };

export type Container = {
  list: () => Promise<void>;
  stop: () => Promise<void>;
  startAgain: () => Promise<void>;
};

export const admin = { email: 'ada@example.com', name: 'Ada Berth', password: 'Lantern-Harbour-4711-tide' };

export async function openHouse(env: Record<string, string> = {}): Promise<House> {
  const data = await mkdtemp(join(tmpdir(), 'berth-e2e-'));
  const log: string[] = [];
  const executablePath = await ensureChromium(process.env, console.log);
  const { DATABASE_URL: _own, DOC_DATABASE_URL: _docs, ...inherited } = process.env;
  const ground = await groundOfTests(data);
  const all = {
    ...inherited,
    NODE_ENV: 'production',
    BERTH_POLL_SECONDS: '0.5',
    BERTH_DATA: data,
    BERTH_PORT: '0',
    ...ground.env,
    ...env,
  };
  const product = await startProduct(readOptions([], all), all, {
    tell: (line) => log.push(line),
    onLine: (name, line) => log.push(`${name} ${line}`),
  });
  const browser = await chromium.launch({ executablePath, headless: true, args: chromiumFlags });
  const containers: ChildProcess[] = [];
  let account: Promise<void> | null = null;
  const visitors = new Set<BrowserContext>();

  const visit = async (options: BrowserContextOptions = {}): Promise<Visit> => {
    const context = await browser.newContext({
      baseURL: product.url,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      ...options,
    });
    visitors.add(context);
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    return { context, page, complaints: complaintsOf(page), requests: openRequests(page) };
  };
  const visitSignedIn: House['visitSignedIn'] = async (options, { email, password } = admin) => {
    const made = await visit(options);
    account ??= makeAccount(made.context, product);
    await account;
    const answer = await made.context.request.post('/api/auth/session', {
      data: { email, password },
      headers: { origin: product.url },
    });
    if (!answer.ok()) throw new Error(`Signing in gave ${answer.status()}: ${await answer.text()}`);
    return made;
  };
  return {
    product,
    data,
    log,
    visit,
    visitSignedIn,
    addPerson: async (person) => {
      const { context } = await visitSignedIn();
      const answer = await context.request.post('/api/admin/users', {
        data: person,
        headers: await unsafeHeaders(context, product),
      });
      if (!answer.ok())
        throw new Error(`Adding ${person.email} gave ${answer.status()}: ${await answer.text()}`);
      await context.close();
    },
    drop: async (path, bytes) => {
      const file = join(product.watchFolder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
    },
    startHello: () => startHello(product, data, containers),
    close: async () => {
      await Promise.all([...visitors].map((context) => context.close()));
      await closeQuietly(browser);
      for (const child of containers) child.kill('SIGKILL');
      await product.stop();
      await ground.remove();
      await rm(data, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** In a run of tests, the run's PostgreSQL and keys, which need not be made each time; elsewhere the product makes its own. */
async function groundOfTests(data: string) {
  if (process.env['VITEST'] === undefined) return { env: {}, remove: () => Promise.resolve() };
  const { freshDatabase } = await import('@berth/testing/database.ts');
  const { copyKeys } = await import('@berth/testing/keys.ts');
  await copyKeys(join(data, 'keys'));
  const [gateway, documents] = await Promise.all([freshDatabase('gateway'), freshDatabase('doc-service')]);
  return {
    env: { DATABASE_URL: gateway.url, DOC_DATABASE_URL: documents.url },
    remove: async () => {
      await gateway.drop();
      await documents.drop();
    },
  };
}

/** What the shell sends with every request that changes something. */
export async function unsafeHeaders(
  context: BrowserContext,
  { url }: Product,
): Promise<Record<string, string>> {
  const csrf = (await context.cookies()).find(({ name }) => name === 'berth_csrf')?.value ?? '';
  return { origin: url, 'x-csrf-token': csrf };
}

async function makeAccount(context: BrowserContext, { url, setupToken }: Product): Promise<void> {
  const answer = await context.request.post('/api/auth/setup', {
    data: { token: setupToken, ...admin },
    headers: { origin: url },
  });
  if (!answer.ok())
    throw new Error(`The first account was refused: ${answer.status()} ${await answer.text()}`);
}

function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (/content.security.policy|refused to|violates/i.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

async function startHello(product: Product, data: string, containers: ChildProcess[]): Promise<Container> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const launch = async (): Promise<ChildProcess> => {
    const env = {
      ...process.env,
      PORT: String(port),
      HOST: '127.0.0.1',
      BERTH_GATEWAY_URL: product.url,
      HELLO_SETTINGS: join(data, 'hello.json'),
    };
    const child = spawn(nodeBinary, ['examples/hello/hello.ts'], {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    containers.push(child);
    while (
      !(await fetch(`${url}/health`).then(
        (answer) => answer.ok,
        () => false,
      ))
    )
      if (child.exitCode !== null) throw new Error('The hello example ended at once.');
    return child;
  };
  let child = await launch();
  return {
    list: () => writeFile(join(data, 'services.yaml'), `services:\n  hello: ${url}\n`),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
    startAgain: async () => {
      child = await launch();
    },
  };
}

async function closeQuietly(browser: Browser): Promise<void> {
  await browser.close().catch(() => {}); // It may be gone already; nothing depends on it any more.
}
