/** Work that an answer must not wait for, because how long it takes would tell something. */

export type Afterwards = {
  run: (work: () => Promise<void>) => void;
  /** Resolves when all that was begun has ended. */
  done: () => Promise<void>;
};

/** @param onFailure hears of what failed: nobody else does */
export function workAfterwards(onFailure: (error: unknown) => void): Afterwards {
  const running = new Set<Promise<void>>();
  return {
    run: (work) => {
      const one = work()
        .catch(onFailure)
        .finally(() => running.delete(one));
      running.add(one);
    },
    done: async () => void (await Promise.all(running)),
  };
}
