/**
 * Begins work one piece in each turn of Node's loop, the first at once: a burst of it, two hundred sign-ins in the same moment,
 * leaves room between every two for what only passes through.
 */
export function oneATurn(): (begin: () => void) => void {
  let waiting: (() => void)[] = [];
  let begun = 0;
  let isTurnTaken = false;

  const turn = (): void => {
    const begin = waiting[begun++];
    if (begin === undefined) {
      waiting = [];
      begun = 0;
      isTurnTaken = false;
      return;
    }
    setImmediate(turn);
    begin();
  };

  return (begin) => {
    if (isTurnTaken) return void waiting.push(begin);
    isTurnTaken = true;
    setImmediate(turn);
    begin();
  };
}
