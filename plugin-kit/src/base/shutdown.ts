/** Ends a process in order: the last thing opened is the first closed, each within its time. */
import { TimedOut, withTimeout } from './with-timeout.ts';
import type { Logger } from './logger.ts';

export type Shutdown = {
  /** @param close runs when the process ends, after everything that was added later. */
  add: (name: string, close: () => unknown) => void;
  run: () => Promise<void>;
};

export function createShutdown(log: Logger, eachTimeoutMs = 30_000): Shutdown {
  const steps: { name: string; close: () => unknown }[] = [];
  let running: Promise<void> | null = null;
  return {
    add: (name, close) => void steps.push({ name, close }),
    run: () => (running ??= closeAll(steps.toReversed(), log, eachTimeoutMs)),
  };
}

async function closeAll(
  steps: { name: string; close: () => unknown }[],
  log: Logger,
  eachTimeoutMs: number,
): Promise<void> {
  for (const { name, close } of steps) {
    try {
      await withTimeout(eachTimeoutMs, close());
    } catch (err) {
      if (err instanceof TimedOut) log.warn({ step: name }, 'did not close in time');
      else log.error({ err, step: name }, 'did not close cleanly');
    }
  }
}
