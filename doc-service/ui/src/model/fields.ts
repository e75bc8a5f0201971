import type { Reader } from './format.ts';

type Value = string | number | { amount: string; currency: string };

/** A value of one of the archive's own fields, as the reader writes it. */
export function fieldWords(value: Value, kind: string, { locale }: Reader): string {
  if (typeof value === 'number') return new Intl.NumberFormat(locale).format(value);
  if (typeof value === 'object') {
    const amount = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(Number(value.amount));
    return `${amount} ${value.currency}`;
  }
  if (kind !== 'date') return value;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(value));
}
