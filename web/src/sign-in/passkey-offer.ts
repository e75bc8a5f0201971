import { useEffect, useRef } from 'react';
import { offerPasskeys, withdrawPasskeyOffer } from '#api/factors.ts';
import type { Session } from '#api/types.ts';

/** Below the five minutes for which the gateway takes an answer. */
const renewMs = 4 * 60_000;

/** While somebody looks at the form, the browser may offer their passkeys in the e-mail field. Where it cannot, nothing happens. */
export function usePasskeyOffer(isWanted: boolean, onSession: (session: Session) => void): void {
  const enter = useRef(onSession);
  useEffect(() => {
    enter.current = onSession;
  });
  useEffect(() => {
    if (!isWanted) return;
    let isOver = false;
    const offer = async (): Promise<void> => {
      // A failure here is no failure of the person's: the other ways are all there.
      const session = await offerPasskeys().catch(() => null);
      if (session && !isOver) enter.current(session);
    };
    void offer();
    const timer = setInterval(() => {
      withdrawPasskeyOffer();
      void offer();
    }, renewMs);
    return () => {
      isOver = true;
      clearInterval(timer);
      withdrawPasskeyOffer();
    };
  }, [isWanted]);
}
