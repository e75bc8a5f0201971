import { t } from '../words/words.ts';

/** Numbers, sizes and times in the reader's own locale and time zone, both from the shell. Pure: the present moment is handed in. */
export type Reader = { locale: string; timeZone: string };

export type Money = { amount: number; currency: string };
/** What a model used: its tokens, and what they cost in each currency. */
export type Used = { tokens: number; costs: readonly Money[] };

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** 1536 → "1.5 kB"; whole bytes below 1000, else at most three digits. */
export function formatSize(bytes: number, reader: Reader): string {
  let step = 0;
  let value = bytes;
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  const digits = step === 0 || value >= 99.5 ? 0 : 1;
  return new Intl.NumberFormat(reader.locale, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(value);
}

export function formatCount(count: number, reader: Reader): string {
  return new Intl.NumberFormat(reader.locale).format(count);
}

/** "12 May 2026, 14:02:11" in the reader's words. */
export function formatMoment(iso: string, reader: Reader): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  return new Intl.DateTimeFormat(reader.locale, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: reader.timeZone,
  }).format(at);
}

/** "14:02". */
export function formatClock(atMs: number, reader: Reader): string {
  return new Intl.DateTimeFormat(reader.locale, { timeStyle: 'short', timeZone: reader.timeZone }).format(
    atMs,
  );
}

/** "now", "5 minutes ago", "yesterday"; from a week on the day itself. */
export function formatAgo(iso: string, nowMs: number, reader: Reader): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  const words = new Intl.RelativeTimeFormat(reader.locale, { numeric: 'auto' });
  // A clock that runs a little ahead elsewhere is not the future.
  const seconds = Math.max(0, Math.round((nowMs - at) / 1000));
  if (seconds < 45) return words.format(0, 'second');
  if (seconds < 45 * 60) return words.format(-Math.max(1, Math.round(seconds / 60)), 'minute');
  if (seconds < 22 * 3600) return words.format(-Math.max(1, Math.round(seconds / 3600)), 'hour');
  if (seconds < 7 * 86_400) return words.format(-Math.max(1, Math.round(seconds / 86_400)), 'day');
  return new Intl.DateTimeFormat(reader.locale, { dateStyle: 'medium', timeZone: reader.timeZone }).format(
    at,
  );
}

/** 95 → "1 min 35 s"; the two largest units. */
export function formatDuration(durationMs: number, reader: Reader): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  const parts: [number, 'day' | 'hour' | 'minute' | 'second'][] = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor(seconds / 3600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  const shown = first < 0 ? parts.slice(3) : parts.slice(first, first + 2).filter(([value]) => value > 0);
  return shown
    .map(([value, unit]) =>
      new Intl.NumberFormat(reader.locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value),
    )
    .join(' ');
}

/** "1 page", "3 pages". */
export function pagesWords(count: number): string {
  return t('{count, plural, one {1 page} other {# pages}}', { count });
}

/** "€12.30"; what is less than a cent keeps two digits that are not zero. */
export function formatMoney({ amount, currency }: Money, reader: Reader): string {
  const digits = amount > 0 && amount < 0.01 ? { maximumSignificantDigits: 2 } : {};
  return new Intl.NumberFormat(reader.locale, { style: 'currency', currency, ...digits }).format(amount);
}

/** "€0.0031, 1,204 tokens"; without a price the tokens alone. */
export function usedWords({ tokens, costs }: Used, reader: Reader): string {
  const money = costs.map((cost) => formatMoney(cost, reader));
  return [...money, t('{count, plural, one {1 token} other {# tokens}}', { count: tokens })].join(', ');
}
