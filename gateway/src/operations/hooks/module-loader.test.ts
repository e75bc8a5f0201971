/** N1: modules load in order, are closed in reverse, and one that is none stops the start by its name. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { createShutdown } from '@berth/plugin-kit/base/shutdown.ts';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { loadModules } from './module-loader.ts';

const log = createLogger('test', 'silent');
/** The modules write down here what happens to them. */
const noted = 'berthHooksOfTheTest';
let notes: string[] = [];
let folder: string;

const disposable = (name: string) => `
  export const api_version = 1;
  export const install = async () => {
    globalThis.${noted}.push('install ${name}');
    return { bindings: {}, [Symbol.asyncDispose]: async () => { globalThis.${noted}.push('stop ${name}'); } };
  };`;
const files: Record<string, string> = {
  'one.mjs': disposable('one'),
  'two/index.mjs': disposable('two'),
  'three.ts': `
    const word: string = 'install three';
    export const api_version: number = 1;
    export function install({ name, api_version, data_folder }: { name: string; api_version: number; data_folder: string }) {
      globalThis.${noted}.push(word, name, String(api_version), data_folder);
      return { submission_guards: [{ name: 'any', check: () => {} }] };
    }`,
  'silent.mjs': 'export const install = () => ({});',
  'no_install.mjs': 'export const api_version = 1;',
  'newer.mjs': 'export const api_version = 2; export const install = () => ({});',
  'nothing.mjs': 'export const install = () => undefined;',
  'list.mjs': 'export const install = () => [];',
  'unknown.mjs': 'export const install = () => ({ identity_provider: [] });',
  'nameless.mjs': 'export const install = () => ({ usage_sinks: [{ emit() {} }] });',
  'half.mjs': "export const install = () => ({ permission_checkers: [{ name: 'p', require() {} }] });",
  'throws.mjs': "export const install = () => { throw new Error('no ledger\\nat all'); };",
  'broken.mjs': 'export const install = (',
  'hangs.mjs': 'export const install = () => new Promise(() => {});',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-plugins-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
});
beforeEach(() => {
  notes = [];
  Reflect.set(globalThis, noted, notes);
});
afterAll(async () => {
  Reflect.deleteProperty(globalThis, noted);
  await rm(folder, { recursive: true, force: true });
});

async function load(...modules: string[]) {
  const shutdown = createShutdown(log);
  const needs = {
    modules,
    folder,
    dataFolder: join(folder, 'data'),
    onStop: shutdown.add,
    loggerOf: () => log,
  };
  try {
    return { hooks: await loadModules(needs), stop: shutdown.run };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

test('N1: modules are installed in their order and closed in reverse', async () => {
  const { stop } = await load('two', 'one');
  await stop();
  expect(notes).toEqual(['install two', 'install one', 'stop one', 'stop two']);
});

test('N1: a module in TypeScript is told its name, the version and a folder of its own', async () => {
  const { hooks } = await load('three');
  expect(notes).toEqual(['install three', 'three', '1', join(folder, 'data', 'three')]);
  expect(hooks.submission_guards.map(({ hook, module }) => [module, hook.name])).toEqual([['three', 'any']]);
});

test('N1: a module that says no api_version is taken for version 1', async () => {
  await expect(load('silent')).resolves.toBeDefined();
});

test('N1: modules before one that cannot be loaded are closed', async () => {
  await expect(load('one', 'two', 'missing')).rejects.toThrow('"missing"');
  expect(notes).toEqual(['install one', 'install two', 'stop two', 'stop one']);
});

test.for([
  ['missing', /there is no missing\.ts, \.mjs or \.js and no folder missing in /],
  ['no_install', /no_install\.mjs exports no install\(\)/],
  ['newer', /it is written for api_version 2, and this gateway has version 1/],
  ['nothing', /install\(\) returned undefined in place of bindings/],
  ['list', /install\(\) returned a list in place of bindings/],
  ['unknown', /the unknown list "identity_provider"/],
  ['nameless', /usage_sinks\[0\] without a name/],
  ['half', /permission_checkers\[0\] \("p"\) without accessible_ids\(\)/],
  ['throws', /install\(\) failed: no ledger\.$/],
  ['broken', /broken\.mjs cannot be imported: /],
] as const)('N1: the start stops by name: %s', async ([name, words]) => {
  const failure = await load(name).then(
    () => null,
    (error: unknown) => error,
  );
  expect(String(failure)).toMatch(words);
  expect(String(failure)).toMatch(`The plugin "${name}" of BERTH_PLUGINS cannot be loaded: `);
  expect(String(failure).split('\n')).toHaveLength(1);
});

test('N1: a module whose install hangs stops the start by its name after half a minute; those before are closed', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const refused = load('one', 'hangs').catch((error: unknown) => error);
    const settled = refused.then(() => true);
    // Each module has a time limit of its own: only the one that hangs comes to its end.
    while (!(await Promise.race([settled, nextTurn(false)]))) vi.advanceTimersByTime(1_000);
    expect(String(await refused)).toContain(
      '"hangs" of BERTH_PLUGINS cannot be loaded: install() failed: no answer',
    );
  } finally {
    vi.useRealTimers();
  }
  expect(notes).toEqual(['install one', 'stop one']);
});
