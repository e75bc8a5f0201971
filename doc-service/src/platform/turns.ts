/** Turns of a bounded number, and of fewer for each owner, so that one person never takes the places of all others. */
export type Turns = {
  /** @returns what gives the place back. @throws the reason of `signal` when it is aborted before */
  take: (owner: string, signal?: AbortSignal) => Promise<() => void>;
};

type Waiting = { owner: string; begin: () => void };

export function createTurns({ most, mostEach }: { most: number; mostEach: number }): Turns {
  const waiting: Waiting[] = [];
  const running = new Map<string, number>();
  let count = 0;

  const mayBegin = (owner: string): boolean => count < most && (running.get(owner) ?? 0) < mostEach;
  const begin = (owner: string): void => {
    count++;
    running.set(owner, (running.get(owner) ?? 0) + 1);
  };
  const end = (owner: string): void => {
    count--;
    const left = (running.get(owner) ?? 1) - 1;
    if (left === 0) running.delete(owner);
    else running.set(owner, left);
    const next = waiting.findIndex((one) => mayBegin(one.owner));
    if (next >= 0) for (const one of waiting.splice(next, 1)) one.begin();
  };
  const given = (owner: string): (() => void) => {
    let isGiven = false;
    return () => {
      if (!isGiven) end(owner);
      isGiven = true;
    };
  };

  return {
    async take(owner, signal) {
      signal?.throwIfAborted();
      if (!mayBegin(owner)) await wait(owner, signal);
      else begin(owner);
      return given(owner);
    },
  };

  function wait(owner: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(one), 1);
        reject(signal?.reason);
      };
      const one: Waiting = {
        owner,
        begin: () => {
          signal?.removeEventListener('abort', leave);
          begin(owner);
          resolve();
        },
      };
      waiting.push(one);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
