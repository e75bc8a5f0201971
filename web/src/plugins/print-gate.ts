/** When a page may have something printed: after a press in it, once a press. */

/** A large file may take so long to come. */
export const fileWithinMs = 60_000;

export type PrintGate = (file: Blob | null) => Blob | null;

/**
 * @param isPressed whether the reader has just pressed something in the page
 * @returns what is to be printed now
 */
export function createPrintGate(isPressed: () => boolean, now: () => number): PrintGate {
  let openUntil = 0;
  return (file) => {
    if (file === null) {
      if (isPressed()) openUntil = now() + fileWithinMs;
      return null;
    }
    const isOpen = now() < openUntil || isPressed();
    openUntil = 0;
    return isOpen ? file : null;
  };
}
