/** A work that several callers may want at once: while it is under way they share it. */
export type SingleFlight = {
  run: () => Promise<void>;
  /** Waits for the one that is under way, and begins none. */
  settled: () => Promise<void>;
};

export function singleFlight(work: () => Promise<void>, failed: (error: unknown) => void): SingleFlight {
  let underWay: Promise<void> | null = null;
  return {
    run: () =>
      (underWay ??= work()
        .catch(failed)
        .finally(() => (underWay = null))),
    settled: async () => {
      await underWay;
    },
  };
}
