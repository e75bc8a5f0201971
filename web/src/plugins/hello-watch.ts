/** Whether the page in a frame has come to life: its script says hello soon after it was opened, and after each reload. */

export const helloWithinMs = 5000;

export type HelloWatch = { loaded: () => void; hello: () => void; stop: () => void };

/** @param onSilent called when a document has said nothing in time; a hello that comes later still counts */
export function watchForHello(onSilent: () => void): HelloWatch {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isLoaded = false;
  /** A hello came before the load event of its document. */
  let isGreeted = false;
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const wait = (): void => {
    stop();
    timer = setTimeout(() => {
      timer = null;
      onSilent();
    }, helloWithinMs);
  };
  wait();
  return {
    loaded: () => {
      // The clock of the first document runs since it was opened.
      if (isLoaded && !isGreeted) wait();
      isLoaded = true;
      isGreeted = false;
    },
    hello: () => {
      isGreeted = !isLoaded || timer === null;
      stop();
    },
    stop,
  };
}
