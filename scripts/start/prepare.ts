/**
 * Makes what is generated: the pages, and the database clients where they no longer fit their schemas. The clients are
 * part of the checkout, so that running needs no generator; each only when what it is made of has changed.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { takeLock, type Lock } from './lock.ts';
import { nodeBinary, root } from './paths.ts';
import { StartRefusal } from './refusal.ts';

type Product = {
  name: string;
  /** Files and folders, from the root of the checkout; what is generated among them is left out. */
  inputs: string[];
  /** Of the files in those folders, the names that count; all without it. */
  counts?: RegExp;
  /** Part of the checkout, and what it was made of is noted in this file beside it. */
  stamp?: string;
  /** Exists when it was made. */
  output: string;
  command: string[];
  env?: Record<string, string>;
};

const prisma = (service: string): Product => ({
  name: `the database client of ${service}`,
  inputs: [`prisma/${service}`],
  counts: /\.prisma$/,
  stamp: `${service}/src/platform/generated/made-of.sha256`,
  output: `${service}/src/platform/generated/client.ts`,
  command: [
    'node_modules/prisma-cli/build/index.js',
    'generate',
    '--config',
    `prisma/${service}/prisma.config.ts`,
  ],
  // It insists on an engine that generating never uses; any file that exists will do.
  env: { PRISMA_SCHEMA_ENGINE_BINARY: nodeBinary, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
});

const page = (name: string, folder: string): Product => ({
  name,
  inputs: [folder, 'plugin-kit/src/contract', 'plugin-kit/src/frame', 'package-lock.json'],
  output: `${folder}/dist/index.html`,
  command: ['node_modules/vite/bin/vite.js', 'build', folder, '--logLevel', 'warn'],
});

type Outdated = { product: Product; hash: string };

/** A build of a page takes close to 1 GB; below this, one is made after the other. */
const memoryForTwo = 4 * 1024 ** 3;

const clients: readonly Product[] = [prisma('gateway'), prisma('doc-service')];
const products: readonly Product[] = [
  ...clients,
  page('the web pages', 'web'),
  page('the page of doc-service', 'doc-service/ui'),
];
const stampFile = join(root, '.berth', 'stamps.json');
const generated = new Set(['node_modules', 'dist', 'generated', 'e2e']);

/**
 * Safe to run twice at once: the second waits for the first.
 * @param tell hears what is being made
 * @throws StartRefusal when something cannot be made, with the tool's own last words
 */
export function prepare(tell: (line: string) => void): Promise<void> {
  return makeOutdated(products, tell);
}

/** The database clients alone: for what only reads the code. */
export function prepareClients(tell: (line: string) => void): Promise<void> {
  return makeOutdated(clients, tell);
}

/** @returns the names of those that do not fit their schemas */
export async function outdatedClients(): Promise<string[]> {
  return (await outdated(clients)).map(({ product }) => product.name);
}

async function makeOutdated(wanted: readonly Product[], tell: (line: string) => void): Promise<void> {
  await mkdir(dirname(stampFile), { recursive: true });
  if ((await outdated(wanted)).length === 0) return;
  const lock = await waitForLock(join(root, '.berth', 'prepare.lock'), tell);
  try {
    const making = await outdated(wanted);
    for (const { product } of making) tell(`Making ${product.name} …`);
    // A container may be held to less than the machine has.
    const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity);
    const atOnce = availableParallelism() > 1 && memory >= memoryForTwo ? 2 : 1;
    while (making.length > 0) await makeAndNote(making.splice(0, atOnce));
  } finally {
    await lock.release();
  }
}

/** Each has ended when it resolves or rejects: nothing writes on after the lock is released. */
async function makeAndNote(some: readonly Outdated[]): Promise<void> {
  const made = await Promise.allSettled(some.map(({ product }) => make(product)));
  for (const [index, { product, hash }] of some.entries()) {
    if (made[index]?.status !== 'fulfilled') continue;
    if (product.stamp) await writeFile(join(root, product.stamp), `${hash}\n`);
    else await saveStamp(product.name, hash);
  }
  for (const one of made) if (one.status === 'rejected') throw one.reason;
}

async function outdated(wanted: readonly Product[]): Promise<Outdated[]> {
  const stamps = await readStamps();
  const all = await Promise.all(
    wanted.map(async (product) => ({
      product,
      hash: await hashOf(product),
      made: product.stamp ? await noteIn(product.stamp) : stamps[product.name],
    })),
  );
  return all.filter(({ product, hash, made }) => made !== hash || !existsSync(join(root, product.output)));
}

async function noteIn(stamp: string): Promise<string> {
  return (await readFile(join(root, stamp), 'utf8').catch(() => '')).trim();
}

async function waitForLock(file: string, tell: (line: string) => void): Promise<Lock> {
  for (let round = 0; ; round++) {
    const locking = await takeLock(file);
    if (locking.ok) return locking.lock;
    if (round === 0)
      tell(`Another process (${locking.holderPid}) is making the pages already; waiting for it …`);
    await delay(200);
  }
}

async function make({ name, command, env }: Product): Promise<void> {
  if (!existsSync(join(root, command[0] ?? '')))
    throw new StartRefusal(
      `${name} does not fit its schema, and what makes it is not installed: npm ci && npm run generate.`,
    );
  return new Promise((resolve, reject) => {
    const child = spawn(nodeBinary, command, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env, NODE_ENV: 'production', NO_COLOR: '1' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else if (/ENOSPC/.test(output))
        reject(new StartRefusal(`The disk is full: ${name} could not be made.`));
      else reject(new StartRefusal(`${name} could not be made:\n${output.trim()}`));
    });
  });
}

async function hashOf({ inputs, counts = /^/ }: Product): Promise<string> {
  const below = (await Promise.all(inputs.map(filesBelow))).flat();
  const files = below.filter((file) => counts.test(file)).toSorted();
  const digests = await Promise.all(files.map(digestOf));
  return createHash('sha256').update(digests.join('\n')).digest('hex');
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(root, file)));
  return `${file} ${hash.digest('hex')}`;
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => null);
  if (entries === null) return existsSync(join(root, path)) ? [path] : [];
  const wanted = entries.filter((entry) => !generated.has(entry.name) && !entry.name.includes('.test.'));
  const found = await Promise.all(
    wanted.map((entry) =>
      entry.isDirectory() ? filesBelow(`${path}/${entry.name}`) : Promise.resolve([`${path}/${entry.name}`]),
    ),
  );
  return found.flat();
}

async function readStamps(): Promise<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(await readFile(stampFile, 'utf8'));
    return typeof read === 'object' && read !== null ? { ...read } : {};
  } catch {
    return {};
  }
}

async function saveStamp(name: string, hash: string): Promise<void> {
  const temporary = `${stampFile}.${process.pid}`;
  await writeFile(temporary, JSON.stringify({ ...(await readStamps()), [name]: hash }, null, 2));
  await rename(temporary, stampFile);
}
