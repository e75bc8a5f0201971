/** Routes and their limits, in a person's words. */
import { msg, t, termOf, type Message } from '#words/words.ts';

/** Addresses that fit no route, and the browser's questions before a request of another origin. */
export const outsideOfRoutes = msg('outside of its routes');

const words: Readonly<Record<string, Message>> = {
  max_body_bytes: msg('body size'),
  max_concurrent: msg('at once'),
  rate: msg('rate'),
  timeout_ms: msg('time'),
  idle_timeout_ms: msg('idle time'),
};

/** A limit without words is shown as the manifest calls it. */
export function limitWords(limit: string): string {
  return termOf(words, limit);
}

/** `rate 12, time 1`, the most often hit first. */
export function limitsText(limits: Readonly<Record<string, number>>, locale?: string): string {
  const hit = Object.entries(limits).toSorted(([, one], [, other]) => other - one);
  if (hit.length === 0) return t('None');
  return hit
    .map(([limit, count]) => `${limitWords(limit)} ${new Intl.NumberFormat(locale).format(count)}`)
    .join(', ');
}
