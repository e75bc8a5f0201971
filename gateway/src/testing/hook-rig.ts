/** For tests: two modules, `first` and `second`, in a folder of their own, whose hooks are the test's own functions. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HookBindings, HookContext } from '@berth/plugin-kit/hooks/hooks.ts';

export type HookRig = Awaited<ReturnType<typeof hookRig>>;

/** @param bindingsOf called by each module's `install` */
export async function hookRig(bindingsOf: (module: string, context: HookContext) => HookBindings) {
  const folder = await mkdtemp(join(tmpdir(), 'berth-hooks-'));
  const stopped: string[] = [];
  const place = `berthHookRig${process.hrtime.bigint()}`;
  Reflect.set(globalThis, place, (name: string, context: HookContext) => ({
    bindings: bindingsOf(name, context),
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
