/** A bound on how much is done at once: the rest waits in line, and who is in a hurry goes first. */

export type Turns = <Result>(work: () => Promise<Result>, isUrgent?: boolean) => Promise<Result>;

export function createTurns(atOnce: number): Turns {
  let free = atOnce;
  const urgent: (() => void)[] = [];
  const patient: (() => void)[] = [];
  return async (work, isUrgent = false) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => (isUrgent ? urgent : patient).push(resolve));
    try {
      return await work();
    } finally {
      // A turn is handed over, never up for grabs in between.
      const next = urgent.shift() ?? patient.shift();
      if (next) next();
      else free++;
    }
  };
}
