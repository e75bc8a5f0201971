/** `npm start`: the whole product in one terminal. */
import { readableLine } from './start/log-lines.ts';
import { readOptions, usage, type StartOptions } from './start/options.ts';
import { startProduct, type Product, type Telling } from './start/product.ts';
import { StartRefusal } from './start/refusal.ts';

/** A terminal's Ctrl-C reaches us by more than one way at once; later than this, it is a second one. */
const samePressMs = 1_000;

// Begun by npm, which may be killed before it can hand on a signal; begun by a shell or a supervisor, that one may go.
if (process.env['npm_lifecycle_event'] !== undefined) await import('./start/follow-parent.ts');

try {
  await main();
} catch (error) {
  if (!(error instanceof StartRefusal)) throw error;
  console.error(error.message);
  process.exit(1);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const stopAsked = stopSignal();
  const product = await startProduct(options, process.env, tellingOf(options));
  if (options.demo) {
    const { startDemo } = await import('./start/demo.ts');
    await startDemo(product, options.data, say);
  }
  welcome(product);
  await stopAsked;
  say('Stopping …');
  await product.stop();
  say('Stopped.');
  process.exit(0);
}

/** A stop while we are still starting waits until all is up, which takes seconds; a second one ends us at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (firstAt !== null && performance.now() - firstAt > samePressMs) process.exit(1);
        firstAt ??= performance.now();
        resolve();
      });
    }
  });
}

function tellingOf({ verbose }: StartOptions): Telling {
  return {
    tell: say,
    onLine: (name, line) => {
      const shown = verbose ? line : readableLine(line);
      if (shown !== null) console.log(`${name.padEnd(11)} │ ${shown}`);
    },
  };
}

function welcome({ url, setupToken, setupWanted, watchFolder }: Product): void {
  const address = setupWanted ? `${url}/setup#token=${setupToken}` : url;
  console.log(`\n  Berth is ready:   ${address}\n  Watched folder:   ${watchFolder}\n\n  Ctrl-C stops it.\n`);
}

function say(line: string): void {
  console.log(line);
}
