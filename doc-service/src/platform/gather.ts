/**
 * Calls that come one by one, answered many at a time: while one round is under way the next one gathers. A single call
 * waits for nobody; under load one statement serves as many as fit.
 */
export type Gather<Item, Result> = (item: Item) => Promise<Result>;

type Waiting<Item, Result> = {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
};

/**
 * @param many answers in the order of its items. When it throws for several, each is asked alone, so that one bad item
 * is the trouble of its own caller; it must therefore do all of them, or none.
 */
export function createGather<Item, Result>(
  many: (items: Item[]) => Promise<Result[]>,
  maxItems: number,
): Gather<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isRunning = false;

  const answer = async (round: Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await many(round.map(({ item }) => item));
      if (results.length !== round.length) throw new Error('There is not one answer for each item.');
      for (const [index, result] of results.entries()) round[index]?.resolve(result);
    } catch (error) {
      if (round.length === 1) round[0]?.reject(error);
      else for (const one of round) await answer([one]);
    }
  };

  const run = async (): Promise<void> => {
    isRunning = true;
    // What is asked for in the same turn belongs together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const round = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      await answer(round);
    }
    isRunning = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void run();
    });
}
