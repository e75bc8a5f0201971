/** A container that says that there is news is asked soon, and once however often it says so. */

/** A container that announces itself again and again is asked this often at most; one that does not stop, seldom. */
const gapMs = 250;
const patientGapMs = 5000;
/** Announcements that may be answered quickly, each of which is forgotten after `patientGapMs`. */
const quickAnnouncements = 4;

/** @param lastCheckAt on the monotonic clock, in milliseconds */
export function announcements(
  checkNow: () => void,
  lastCheckAt: () => number,
): { announced: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let answeredAt: readonly number[] = [];
  const answer = (): void => {
    timer = undefined;
    answeredAt = [...answeredAt, performance.now()];
    checkNow();
  };
  return {
    announced: () => {
      if (timer) return;
      answeredAt = answeredAt.filter((at) => performance.now() - at < patientGapMs);
      const gap = answeredAt.length < quickAnnouncements ? gapMs : patientGapMs;
      timer = setTimeout(answer, Math.max(0, lastCheckAt() + gap - performance.now())).unref();
    },
    stop: () => clearTimeout(timer),
  };
}
