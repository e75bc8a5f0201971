/**
 * Loads the modules with hooks, in their order; each one that is no module of this version stops the start by
 * its name.
 */
import { withTimeout } from '@berth/plugin-kit/base/with-timeout.ts';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  hooksApiVersion,
  type HookBindings,
  type HookContext,
  type HookLogger,
} from '@berth/plugin-kit/hooks/hooks.ts';
import { joined, noHooks, readInstalled, versionFault } from './bindings.rules.ts';
import { refusal } from './hook-calls.ts';
import type { Hooks } from './hooks.types.ts';

export type LoaderNeeds = {
  /** In the order in which they are installed. */
  modules: readonly string[];
  folder: string;
  /** Each module gets a folder below it. */
  dataFolder: string;
  /** Called for each module that wants to hear of the stop, as soon as it is installed. */
  onStop: (name: string, dispose: () => unknown) => void;
  loggerOf: (module: string) => HookLogger;
};

/** `billing.ts`, or the `index` of a folder `billing`. */
const spellings = ['.ts', '.mts', '.mjs', '.js', '/index.ts', '/index.mts', '/index.mjs', '/index.js'];
const installMs = 30_000;

/** @throws Error that names the module and says in one sentence what is wrong with it */
export async function loadModules(needs: LoaderNeeds): Promise<Hooks> {
  let hooks = noHooks;
  for (const name of needs.modules) {
    const logger = needs.loggerOf(name);
    const bindings = await install(name, logger, needs);
    hooks = joined(hooks, name, bindings, logger);
    logger.info({ hooks: countsOf(bindings) }, 'hooks installed');
  }
  return hooks;
}

async function install(name: string, logger: HookLogger, needs: LoaderNeeds): Promise<HookBindings> {
  const refuse = (reason: string, cause?: unknown): Error =>
    new Error(`The plugin "${name}" of BERTH_PLUGINS cannot be loaded: ${reason}.`, { cause });
  const file = await fileOf(needs.folder, name);
  if (file === null)
    throw refuse(`there is no ${name}.ts, .mjs or .js and no folder ${name} in ${needs.folder}`);
  let loaded: Record<string, unknown>;
  try {
    loaded = await importModule(file);
  } catch (cause) {
    throw refuse(`${file} cannot be imported: ${wordsOf(cause)}`, cause);
  }
  const fault = versionFault(loaded['api_version']);
  if (fault !== null) throw refuse(fault);
  const { install: installs } = loaded;
  if (typeof installs !== 'function') throw refuse(`${file} exports no install()`);
  const dataFolder = join(needs.dataFolder, name);
  await mkdir(dataFolder, { recursive: true });
  const context: HookContext = {
    api_version: hooksApiVersion,
    name,
    logger,
    data_folder: dataFolder,
    refusal,
  };
  let given: unknown;
  try {
    given = await withTimeout<unknown>(installMs, Reflect.apply(installs, loaded, [context]));
  } catch (cause) {
    throw refuse(`install() failed: ${wordsOf(cause)}`, cause);
  }
  const reading = readInstalled(given);
  if (!reading.ok) throw refuse(reading.reason);
  const { bindings, dispose } = reading.value;
  if (dispose) needs.onStop(name, dispose);
  return bindings;
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  const loaded: unknown = await import(pathToFileURL(file).href);
  return typeof loaded === 'object' && loaded !== null ? { ...loaded } : {};
}

async function fileOf(folder: string, name: string): Promise<string | null> {
  for (const spelling of spellings) {
    const file = join(folder, name + spelling);
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return null;
}

function countsOf(bindings: HookBindings): Record<string, number> {
  return Object.fromEntries(Object.entries(bindings).map(([kind, list]) => [kind, list?.length ?? 0]));
}

/** The first line: further ones are a stack or a piece of code. */
function wordsOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text.split('\n')[0] ?? '').replace(/\.$/, '');
}
