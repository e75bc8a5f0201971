/** Modules that run inside the gateway. */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { entriesOf } from './lists.ts';

/** A name is one folder or file: no path leads out of BERTH_PLUGIN_DIR. */
const moduleName = /^[A-Za-z0-9_][\w.-]{0,99}$/;

export const hooksEnvironment = z.object({
  BERTH_PLUGINS: z
    .string()
    .default('')
    .transform((list, context) => {
      const names = entriesOf(list);
      for (const name of names)
        if (!moduleName.test(name))
          context.addIssue({ code: 'custom', message: `"${name}" is no name of a module` });
      if (new Set(names).size < names.length)
        context.addIssue({ code: 'custom', message: 'one name stands there twice' });
      return names;
    })
    .describe(
      'Modules with hooks that run inside the gateway, in this order: `billing,company_sign_in`. They may do whatever the gateway may. Default: none.',
    ),
  BERTH_PLUGIN_DIR: z
    .string()
    .default('./plugins')
    .describe('The folder of the modules in BERTH_PLUGINS. The gateway only reads it.'),
  BERTH_HOOK_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(10)
    .max(60_000)
    .default(5_000)
    .describe('How long one call of a hook may take, in milliseconds. One that takes longer has failed.'),
});

export function hooksConfig(read: z.output<typeof hooksEnvironment>, data: string) {
  return {
    hooks: {
      modules: read.BERTH_PLUGINS,
      folder: resolve(read.BERTH_PLUGIN_DIR),
      dataFolder: join(data, 'hooks'),
      timeoutMs: read.BERTH_HOOK_TIMEOUT_MS,
    },
  };
}
