/** `npm start`: the whole product in one terminal. */
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keep, orRefuse, planVariable, stopSignal, tellingOf, type Wishes } from './start/keep.ts';
import { readOptions, usage } from './start/options.ts';
import { nodeBinary, root } from './start/paths.ts';
import { prepareProduct } from './start/product.ts';
import type { Plan } from './start/serve.ts';

await orRefuse(main);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const { asked, isAsked } = stopSignal();
  const plan = await prepareProduct(options, process.env, tellingOf(options));
  const { demo, verbose, data } = options;
  const wishes = { demo, verbose, data };
  if (!isAsked()) goOnSmall(plan, wishes);
  await keep(plan, wishes, process.env, asked);
}

/**
 * What makes everything ready takes 120 MB, what serves from then on a third of it: the same process goes on as another
 * program (execve). Where that cannot be, it returns, and all goes on in this one.
 */
function goOnSmall(plan: Plan, wishes: Wishes): void {
  if (typeof process.execve !== 'function') return;
  const script = fileURLToPath(new URL('./start/keep.ts', import.meta.url));
  const env = {
    ...process.env,
    [planVariable]: JSON.stringify({ plan, wishes }),
    NODE_COMPILE_CACHE: join(root, '.berth', 'compile-cache'),
  };
  module.flushCompileCache();
  process.execve(
    nodeBinary,
    [
      nodeBinary,
      '--disable-warning=ExperimentalWarning',
      '--max-semi-space-size=1',
      ...process.execArgv,
      script,
    ],
    env,
  );
}
