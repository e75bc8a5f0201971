/** Numbers as people read them, in the reader's locale. */
import { t } from '#words/words.ts';

type Locale = string | undefined;

/** `0.4 ms`, `12 ms`, `1.2 s`; a dash where nothing was measured. */
export function duration(ms: number | null, locale?: Locale): string {
  if (ms === null) return '–';
  if (ms >= 1000) return `${number(ms / 1000, ms < 10_000 ? 1 : 0, locale)} s`;
  return t('{number} ms', { number: number(ms, ms < 10 ? 1 : 0, locale) });
}

/** `0.3`, `12`, `1,204`. */
export function rate(perSecond: number, locale?: Locale): string {
  return number(perSecond, perSecond < 10 ? 1 : 0, locale);
}

/** `0 %`, `0.4 %`, `12 %`; what is not quite nothing is never shown as nothing. */
export function share(of1: number, locale?: Locale): string {
  const percent = of1 * 100;
  if (percent > 0 && percent < 0.1) return `< ${number(0.1, 1, locale)} %`;
  return `${number(percent, percent < 10 ? 1 : 0, locale)} %`;
}

export function bytes(count: number, locale?: Locale): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${number(value, unit > 0 && value < 10 ? 1 : 0, locale)} ${units[unit] ?? ''}`;
}

export function whole(count: number, locale?: Locale): string {
  return number(count, 0, locale);
}

function number(value: number, digits: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}

/**
 * The points of a small line, for `<polyline>`. The line is a gap where nothing was measured.
 * @param top what the upper edge stands for at least
 */
export function linePoints(
  values: readonly (number | null)[],
  width: number,
  height: number,
  top = 0,
): string[] {
  const highest = Math.max(top, ...values.map((value) => value ?? 0));
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const pieces: string[] = [];
  let piece: string[] = [];
  const end = () => {
    if (piece.length > 0) pieces.push(piece.join(' '));
    piece = [];
  };
  values.forEach((value, index) => {
    if (value === null) return end();
    const y = highest === 0 ? height : height - (value / highest) * height;
    piece.push(`${round(index * step)},${round(y)}`);
  });
  end();
  return pieces;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
