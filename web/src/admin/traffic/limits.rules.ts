/** Routes and their limits, in a person's words. */

/** Addresses that fit no route, and the browser's questions before a request of another origin. */
export const outsideOfRoutes = 'outside of its routes';

const words: Readonly<Record<string, string>> = {
  max_body_bytes: 'body size',
  max_concurrent: 'at once',
  rate: 'rate',
  timeout_ms: 'time',
  idle_timeout_ms: 'idle time',
};

/** A limit without words is shown as the manifest calls it. */
export function limitWords(limit: string): string {
  return words[limit] ?? limit;
}

/** `rate 12, time 1`, the most often hit first. */
export function limitsText(limits: Readonly<Record<string, number>>, locale?: string): string {
  const hit = Object.entries(limits).toSorted(([, one], [, other]) => other - one);
  if (hit.length === 0) return 'None';
  return hit
    .map(([limit, count]) => `${limitWords(limit)} ${new Intl.NumberFormat(locale).format(count)}`)
    .join(', ');
}
