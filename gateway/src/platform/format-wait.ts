/** How long one waits, as people say it: `40 s`, `5 minutes`. Never less than it is. */
export function formatWait(seconds: number): string {
  if (seconds <= 90) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
