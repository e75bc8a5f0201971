/** At once, and then no more often than the pause; the last call is never lost. */
export function throttled(run: () => void, pauseMs: number): () => void {
  let isResting = false;
  let isWaiting = false;
  const go = () => {
    if (isResting) {
      isWaiting = true;
      return;
    }
    isResting = true;
    run();
    setTimeout(() => {
      isResting = false;
      if (!isWaiting) return;
      isWaiting = false;
      go();
    }, pauseMs);
  };
  return go;
}
