/** What `npm start` installs in a fresh clone, by the lock file: measured where the packages lie. */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { root } from './start/paths.ts';

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
