/** A bound on how much is done at once: the rest waits in the order in which it came, urgent tasks first. */

export type Semaphore = <Result>(task: () => Promise<Result>, isUrgent?: boolean) => Promise<Result>;

export function createSemaphore(permits: number): Semaphore {
  const urgent: (() => void)[] = [];
  const patient: (() => void)[] = [];
  let free = permits;
  return async (task, isUrgent = false) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => (isUrgent ? urgent : patient).push(resolve));
    try {
      return await task();
    } finally {
      // The permit goes straight to the next task: a task that comes in this moment does not overtake it.
      const next = urgent.shift() ?? patient.shift();
      if (next) next();
      else free++;
    }
  };
}
