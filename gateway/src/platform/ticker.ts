/**
 * Runs one piece of work again and again: at once, then each time after the delay that it asks for. Never overlaps with
 * itself, and counts on the event loop's monotonic clock, so that a jump of the wall clock moves nothing.
 */

export type Ticker = {
  start: () => void;
  /** Runs outside the rhythm, after a run that is under way; callers that come meanwhile share the one run. */
  runNow: () => Promise<void>;
  /** No run begins after this. Resolves when the one under way has ended. */
  stop: () => Promise<void>;
};

/**
 * @param work ends by saying after how many milliseconds it wants to run again
 * @param onFailure hears of a throw, which is a bug; the work runs again after `afterFailureMs`
 */
export function createTicker(
  work: () => Promise<number>,
  onFailure: (error: unknown) => void,
  afterFailureMs = 1000,
): Ticker {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let queued: Promise<void> | null = null;

  const run = (): Promise<void> => {
    clearTimeout(timer);
    if (isStopped) return Promise.resolve();
    running = runOnce().finally(() => (running = null));
    return running;
  };

  const runOnce = async (): Promise<void> => {
    let delayMs = afterFailureMs;
    try {
      delayMs = await work();
    } catch (error) {
      onFailure(error);
    }
    if (!isStopped) timer = setTimeout(() => void run(), delayMs);
  };

  const afterRunning = async (): Promise<void> => {
    await running;
    queued = null;
    await run();
  };

  return {
    start: () => void (running ?? run()),
    runNow: () => (running ? (queued ??= afterRunning()) : run()),
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
