/** What `npm start` installs in a fresh clone, measured where the packages lie; and how it asks for it. */
import { execFile } from 'node:child_process';
import { copyFile, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { nodeBinary, root } from './start/paths.ts';

const names = z.record(z.string(), z.string()).default({});
const entry = z.object({
  link: z.boolean().optional(),
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
});
const lockFile = z.object({ packages: z.record(z.string(), entry) });
const manifest = z.object({ runningWorkspaces: z.array(z.string()) });
const maxMegabytes = 600;

test('what running needs is below 600 MB, and holds neither a test tool nor a generator', async () => {
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(root, name), 'utf8'));
  const { packages } = lockFile.parse(await read('package-lock.json'));
  const { runningWorkspaces } = manifest.parse(await read('package.json'));
  const needed = closure(packages, ['', ...runningWorkspaces]);
  expect(needed).toContain('node_modules/hono');
  for (const name of ['prisma-cli', 'typescript-compiler', 'vitest', 'playwright-core', 'fastify', 'oxlint'])
    expect(needed).not.toContain(`node_modules/${name}`);
  const sizes = await Promise.all(
    needed.map(async (path) => ({ path, bytes: await bytesIn(join(root, path)) })),
  );
  const largest = sizes.toSorted((one, other) => other.bytes - one.bytes).slice(0, 12);
  const megabytes = sizes.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  const told = largest.map(({ path, bytes }) => `${path}: ${Math.round(bytes / 1e6)} MB`);
  expect(megabytes < maxMegabytes ? [] : told).toEqual([]);
});

test.each([
  { name: 'a cache that is behind: it asks the registry', says: 'npm error code ETARGET', calls: 2, code: 0 },
  { name: 'no way to the registry: once is enough', says: 'npm error code ENOTFOUND', calls: 1, code: 1 },
  { name: 'an npm of Node 20, whose words are told too', says: 'npm ERR! code ENOSPC', calls: 1, code: 1 },
])('npm fails by $name', async ({ says, calls, code }) => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-install-'));
  try {
    await mkdir(join(folder, 'scripts'));
    await mkdir(join(folder, 'bin'));
    await mkdir(join(folder, 'node_modules', 'node', 'bin'), { recursive: true });
    await copyFile(join(root, 'scripts/install.mjs'), join(folder, 'scripts/install.mjs'));
    await writeFile(join(folder, 'node_modules/node/bin/node'), '');
    await writeFile(join(folder, 'package.json'), '{"runningWorkspaces":[]}');
    await writeFile(join(folder, 'package-lock.json'), '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
    // It fails as long as it is to prefer what it has.
    const npm = `#!/bin/sh
      echo "$@" >> ${folder}/asked
      case "$*" in *prefer-offline*) echo '${says}' >&2; exit 1;; esac`;
    await writeFile(join(folder, 'bin/npm'), npm, { mode: 0o755 });
    const script = "import('./scripts/install.mjs').then(({ ensureInstalled }) => ensureInstalled('all'))";
    const ended = await promisify(execFile)(nodeBinary, ['-e', script], {
      cwd: folder,
      env: { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` },
    }).then(
      () => ({ code: 0, stderr: '' }),
      (error: unknown) => z.object({ code: z.number(), stderr: z.string() }).parse(error),
    );
    expect(ended.code).toBe(code);
    expect((await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n')).toHaveLength(calls);
    if (code !== 0) expect(ended.stderr).toContain(says);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

type Packages = z.infer<typeof lockFile>['packages'];

/** The packages that these workspaces reach, as Node finds them: in the nearest node_modules. */
function closure(packages: Packages, workspaces: readonly string[]): string[] {
  const seen = new Set<string>();
  const open = [...workspaces];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const found = packages[path];
    if (!found || found.link || seen.has(path)) continue;
    seen.add(path);
    for (const name of Object.keys({
      ...found.dependencies,
      ...found.optionalDependencies,
      ...found.peerDependencies,
    }))
      open.push(nearest(packages, path, name));
  }
  return [...seen].filter((path) => path.includes('node_modules'));
}

function nearest(packages: Packages, from: string, name: string): string {
  for (let folder = from; folder !== ''; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const path = `${folder}/node_modules/${name}`;
    if (packages[path]) return path;
  }
  return `node_modules/${name}`;
}

/** What is not for this machine is not there, and weighs nothing. Packages within a package are counted by themselves. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter(({ name }) => name !== 'node_modules')
      .map(async (inner) => {
        const path = join(folder, inner.name);
        return inner.isDirectory() ? bytesIn(path) : (await lstat(path)).size;
      }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
