/** The last part of `npm start`: serves until it is asked to stop. */
import { readableLine } from './log-lines.ts';
import { StartRefusal } from './refusal.ts';
import { serveProduct, type Environment, type Plan, type Product, type Telling } from './serve.ts';

export type Wishes = { demo: boolean; verbose: boolean; data: string };

/** For the environment of the program that takes the start's place. */
export const planVariable = 'BERTH_START_PLAN';

/** A terminal's Ctrl-C reaches us by more than one way at once; later than this, it is a second one. */
const samePressMs = 1_000;

export async function keep(
  plan: Plan,
  wishes: Wishes,
  env: Environment,
  stopAsked: Promise<void>,
): Promise<void> {
  const product = await serveProduct(plan, env, tellingOf(wishes));
  if (wishes.demo) {
    const { startDemo } = await import('./demo.ts');
    await startDemo(product, wishes.data, say);
  }
  welcome(product);
  await stopAsked;
  say('Stopping …');
  await product.stop();
  say('Stopped.');
  process.exit(0);
}

/** A stop while we are still starting waits until all is up, which takes seconds; a second one ends us at once. */
export function stopSignal(): { asked: Promise<void>; isAsked: () => boolean } {
  let firstAt: number | null = null;
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (firstAt !== null && performance.now() - firstAt > samePressMs) process.exit(1);
        firstAt ??= performance.now();
        resolve();
      });
    }
  });
  return { asked, isAsked: () => firstAt !== null };
}

export function tellingOf({ verbose }: Pick<Wishes, 'verbose'>): Telling {
  return {
    tell: say,
    onLine: (name, line) => {
      const shown = verbose ? line : readableLine(line);
      if (shown !== null) console.log(`${name.padEnd(11)} │ ${shown}`);
    },
  };
}

/** @throws anything but a StartRefusal, which is one sentence for a person */
export async function orRefuse(work: () => Promise<void>): Promise<void> {
  // Begun by npm, which may be killed before it can hand on a signal; begun by a shell or a supervisor, that one may go.
  if (process.env['npm_lifecycle_event'] !== undefined) await import('./follow-parent.ts');
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StartRefusal)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

function welcome({ url, setupToken, setupWanted, watchFolder }: Product): void {
  const address = setupWanted ? `${url}/setup#token=${setupToken}` : url;
  console.log(`\n  Berth is ready:   ${address}\n  Watched folder:   ${watchFolder}\n\n  Ctrl-C stops it.\n`);
}

/** Written by ourselves a moment ago: by `start.ts`, which has the types. */
function isHandedOver(value: unknown): value is { plan: Plan; wishes: Wishes } {
  return typeof value === 'object' && value !== null && 'plan' in value && 'wishes' in value;
}

function say(line: string): void {
  console.log(line);
}

if (import.meta.main) {
  const { [planVariable]: handed, NODE_COMPILE_CACHE: _, ...env } = process.env;
  const given: unknown = JSON.parse(handed ?? 'null');
  const { asked } = stopSignal();
  await orRefuse(async () => {
    if (!isHandedOver(given))
      throw new StartRefusal('This is the last part of npm start, and no program of its own.');
    await keep(given.plan, given.wishes, env, asked);
  });
}
